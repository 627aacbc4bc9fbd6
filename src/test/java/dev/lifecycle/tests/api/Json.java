package dev.lifecycle.tests.api;

import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads one JSON text, strictly by RFC 8259, and refuses all else: duplicate members, raw control characters, numbers of
 * another grammar, anything after the value. Keeps its own stack, so that no text is too deep.
 *
 * <p>Objects become {@code LinkedHashMap}, arrays {@code ArrayList}, numbers {@code BigDecimal}, null {@link #NULL}.
 */
public final class Json {
    /** Stands for {@code null}. */
    public static final Object NULL = new Object() {
        @Override
        public String toString() {
            return "null";
        }
    };

    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

    private final String text;
    private int at;
    private final Deque<Open> open = new ArrayDeque<>();

    /** A value that is being read: an object with the key of its present member, or an array. */
    private static final class Open {
        final Map<String, Object> members; // null for an array
        final List<Object> elements; // null for an object
        String key;

        Open(boolean object) {
            members = object ? new LinkedHashMap<>() : null;
            elements = object ? null : new ArrayList<>();
        }

        Object value() {
            return members != null ? members : elements;
        }
    }

    private Json(String text) {
        this.text = text;
    }

    public static Object parse(String text) {
        return new Json(text).parse();
    }

    private Object parse() {
        Object done = value();
        while (true) {
            while (done != null && !open.isEmpty()) {
                done = putInto(open.element(), done);
            }
            if (done != null) {
                skipBlanks();
                if (at != text.length()) {
                    throw wrong("something follows the value");
                }
                return done;
            }
            done = value();
        }
    }

    /** Puts a value where it belongs; returns what that completes, or null if there is more to read. */
    private Object putInto(Open into, Object value) {
        if (into.members != null) {
            if (into.members.put(into.key, value) != null) {
                throw wrong("two members " + into.key);
            }
        } else {
            into.elements.add(value);
        }
        skipBlanks();
        char next = take();
        if (next == (into.members != null ? '}' : ']')) {
            return open.pop().value();
        }
        if (next != ',') {
            throw wrong("',' or the end expected");
        }
        if (into.members != null) {
            key(into);
        }
        return null;
    }

    private void key(Open into) {
        skipBlanks();
        into.key = string();
        skipBlanks();
        if (take() != ':') {
            throw wrong("':' expected");
        }
    }

    /** Reads a value; null if it is one with contents, which is then open. */
    private Object value() {
        skipBlanks();
        char c = peek();
        if (c == '{' || c == '[') {
            at++;
            skipBlanks();
            Open fresh = new Open(c == '{');
            if (peek() == (c == '{' ? '}' : ']')) {
                at++;
                return fresh.value();
            }
            open.push(fresh);
            if (c == '{') {
                key(fresh);
            }
            return null;
        }
        return c == '"' ? string() : c == '-' || c >= '0' && c <= '9' ? number() : word();
    }

    private Object word() {
        for (Map.Entry<String, Object> word : Map.<String, Object>of("true", true, "false", false, "null", NULL)
                .entrySet()) {
            if (text.startsWith(word.getKey(), at)) {
                at += word.getKey().length();
                return word.getValue();
            }
        }
        throw wrong("no value");
    }

    private BigDecimal number() {
        Matcher matcher = NUMBER.matcher(text).region(at, text.length());
        if (!matcher.lookingAt()) {
            throw wrong("no number");
        }
        at = matcher.end();
        return new BigDecimal(matcher.group());
    }

    private String string() {
        if (take() != '"') {
            throw wrong("a string expected");
        }
        StringBuilder out = new StringBuilder();
        while (true) {
            char c = take();
            if (c == '"') {
                return out.toString();
            }
            if (c < 0x20) {
                throw wrong("a raw control character");
            }
            out.append(c == '\\' ? escaped() : c);
        }
    }

    private char escaped() {
        char c = take();
        int simple = "\"\\/bfnrt".indexOf(c);
        if (simple >= 0) {
            return "\"\\/\b\f\n\r\t".charAt(simple);
        }
        if (c != 'u' || at + 4 > text.length()) {
            throw wrong("no escape");
        }
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(take(), 16);
            if (digit < 0) {
                throw wrong("no hexadecimal digit");
            }
            code = code << 4 | digit;
        }
        return (char) code;
    }

    private void skipBlanks() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() {
        if (at == text.length()) {
            throw wrong("the text ends here");
        }
        return text.charAt(at);
    }

    private char take() {
        char c = peek();
        at++;
        return c;
    }

    private IllegalArgumentException wrong(String what) {
        int from = Math.max(0, at - 30);
        return new IllegalArgumentException(
                what + " at " + at + ": ..." + text.substring(from, Math.min(text.length(), at + 30)));
    }
}
