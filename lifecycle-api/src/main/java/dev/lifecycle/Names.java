package dev.lifecycle;

import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;

/** The rule for names of components, in one place: not empty, bounded, one line. */
public final class Names {

    /** The longest name, in {@code char}s. */
    public static final int MAX_LENGTH = 256;

    private static final int QUOTED_LENGTH = 64;

    private Names() {}

    /**
     * Returns {@code name} when it can name a component.
     *
     * @param name the name to check
     * @param what what is being named, for the message
     * @return {@code name}
     * @throws IllegalArgumentException if it is blank, longer than {@link #MAX_LENGTH}, or holds a control character,
     *     a line separator or half of a surrogate pair: such a name would break log lines, JSON and MBean names
     */
    public static String check(String name, String what) {
        Objects.requireNonNull(name, what);
        if (name.isBlank()) {
            throw new IllegalArgumentException(what + " is blank; give a name that a log line can show");
        }
        if (name.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(what + " has " + name.length() + " characters, starting " + quote(name)
                    + "; it may have at most " + MAX_LENGTH);
        }
        for (int i = 0; i < name.length(); i++) {
            if (!printable(name, i)) {
                throw new IllegalArgumentException(what + " " + quote(name) + " has the character "
                        + String.format(Locale.ROOT, "U+%04X", (int) name.charAt(i)) + " at index " + i
                        + "; control characters, line separators and unpaired surrogates are not allowed");
            }
        }
        return name;
    }

    /**
     * Returns {@code text} in quotes for a message: control characters escaped, cut after 64 characters.
     *
     * @param text any text
     * @return one printable line
     */
    public static String quote(String text) {
        Objects.requireNonNull(text, "text");
        int end = Math.min(text.length(), QUOTED_LENGTH);
        if (end < text.length() && Character.isSurrogatePair(text.charAt(end - 1), text.charAt(end))) {
            end--; // do not cut a character in two
        }
        StringBuilder out = new StringBuilder("\"");
        appendPrintable(out, text, end);
        return out.append(end < text.length() ? "...\"" : "\"").toString();
    }

    /**
     * Returns all of {@code text} for a message: control characters escaped.
     *
     * @param text any text
     * @return one printable line
     */
    public static String printable(String text) {
        StringBuilder out = new StringBuilder(text.length());
        appendPrintable(out, text, text.length());
        return out.toString();
    }

    /**
     * Appends {@code text} as a string of JSON (RFC 8259), in its quotes: what a line cannot hold is escaped, unpaired surrogates too.
     *
     * @param out grows
     * @param text any text
     */
    public static void appendJson(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (printable(text, i)) {
                out.append(c);
            } else {
                appendEscaped(out, c);
            }
        }
        out.append('"');
    }

    /** Appends the first {@code end} characters of {@code text}, escaped where a line cannot hold them. */
    static void appendPrintable(StringBuilder out, String text, int end) {
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (printable(text, i)) {
                out.append(c);
            } else {
                appendEscaped(out, c);
            }
        }
    }

    static void appendEscaped(StringBuilder out, char c) {
        out.append("\\u").append(HexFormat.of().toHexDigits(c));
    }

    static boolean printable(String text, int i) {
        char c = text.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1));
        }
        if (Character.isLowSurrogate(c)) {
            return i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
        }
        return !Character.isISOControl(c) && c != '\u2028' && c != '\u2029';
    }
}
