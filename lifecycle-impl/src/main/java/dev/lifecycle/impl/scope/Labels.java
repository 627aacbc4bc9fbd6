package dev.lifecycle.impl.scope;

import dev.lifecycle.scope.Label;
import org.jspecify.annotations.Nullable;

/** What reports call an entry, on one line. Never calls a method of the resource itself. */
final class Labels {
    private static final int MAX_LENGTH = 256;

    private Labels() {}

    /** The label of a slot, or the name of the class of what is in it; runs the user's label, outside every lock. */
    static String of(Object slot) {
        Label label = slot instanceof Entry entry ? entry.label() : null;
        return label == null ? ofClass(slot) : text(label);
    }

    /** The name of the class: needs no user code. */
    static String ofClass(Object slot) {
        return name(type(slot));
    }

    /** The class of what is in a slot. */
    static Class<?> type(Object slot) {
        return slot instanceof Entry entry ? entry.type() : slot.getClass();
    }

    /** The name of a class without its package. */
    static String name(Class<?> type) {
        String name = type.getTypeName();
        int hidden = name.indexOf('/'); // what follows is the number of a hidden class
        String simple = name.substring(name.lastIndexOf('.', hidden < 0 ? name.length() : hidden) + 1);
        int lambda = simple.indexOf("$$Lambda");
        return lambda < 0 ? simple : "lambda in " + simple.substring(0, lambda);
    }

    /** What {@code failure} says of itself, or its class if it cannot. */
    static String of(Throwable failure) {
        try {
            return failure.toString();
        } catch (Throwable unprintable) { // user code, for a message: the class will do
            return failure.getClass().getName();
        }
    }

    private static String text(Label label) {
        @Nullable String text;
        try {
            text = label.text();
        } catch (Throwable failure) { // user code, for a report: its failure is the best text there is
            text = "label failed: " + failure.getClass().getName();
        }
        return text == null ? "label is null" : oneLine(text);
    }

    private static String oneLine(String text) {
        int end = Math.min(text.length(), MAX_LENGTH);
        if (end < text.length() && Character.isSurrogatePair(text.charAt(end - 1), text.charAt(end))) {
            end--; // do not cut a character in two
        }
        StringBuilder line = new StringBuilder(text.substring(0, end));
        for (int i = 0; i < end; i++) {
            char c = line.charAt(i);
            if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                line.setCharAt(i, ' ');
            }
        }
        return line.toString();
    }
}
