package dev.lifecycle.impl.collect;

/** Texts of what users give, for messages: short, and made without failing. */
final class Texts {
    private static final int MAX_LENGTH = 80;

    private Texts() {}

    /** Returns {@code toString()}, cut; the class if that fails. */
    static String of(Object object) {
        String text;
        try {
            text = String.valueOf(object);
        } catch (Throwable failure) { // user code, and only a message
            text = "a " + object.getClass().getName();
        }
        String line = text.replace('\n', ' ').replace('\r', ' ');
        return line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH) + "...";
    }
}
