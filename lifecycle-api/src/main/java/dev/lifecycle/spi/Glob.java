package dev.lifecycle.spi;

import dev.lifecycle.Names;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A glob over relative paths with {@code /} between names, see {@link dev.lifecycle.file.TreeProcessorBuilder#include}. Thread-safe. */
public final class Glob {
    private static final String ANY_DIRECTORIES = "**/";
    private static final String SPECIAL = "*?[]{}\\";

    private final String text;
    private final @Nullable String suffix; // of such paths as match, where that is all there is to it
    private final Pattern pattern;

    private Glob(String text) {
        this.text = text;
        suffix = suffixOf(text);
        pattern = Pattern.compile(new Translation(text).regex(), Pattern.DOTALL);
    }

    /**
     * Reads a glob.
     *
     * @param text the glob
     * @return what it matches
     * @throws IllegalArgumentException if it is empty, begins with a slash, or has a bracket or brace that is not closed
     */
    public static Glob of(String text) {
        return new Glob(Objects.requireNonNull(text, "glob"));
    }

    /**
     * Tells whether it matches.
     *
     * @param relative path, with {@code /} between names
     * @return whether all of it does
     */
    public boolean matches(String relative) {
        String end = suffix;
        return end != null ? relative.endsWith(end) : pattern.matcher(relative).matches();
    }

    /** Returns the glob. */
    @Override
    public String toString() {
        return text;
    }

    /** Most are like {@code **}{@code /*.java}, which needs no more than a look at the end. */
    private static @Nullable String suffixOf(String text) {
        if (!text.startsWith("**/*") || text.indexOf('/', ANY_DIRECTORIES.length()) >= 0) {
            return null;
        }
        String end = text.substring(ANY_DIRECTORIES.length() + 1);
        return end.chars().anyMatch(c -> SPECIAL.indexOf(c) >= 0) ? null : end;
    }

    /** Makes a regular expression of one. */
    private static final class Translation {
        private final String glob;
        private final StringBuilder out = new StringBuilder();
        private int at;
        private boolean inBraces;
        private boolean braceBegins; // where a name does

        Translation(String glob) {
            this.glob = glob;
        }

        private IllegalArgumentException wrong(String why) {
            return new IllegalArgumentException("glob is " + Names.quote(glob) + "; " + why);
        }

        String regex() {
            if (glob.isEmpty()) {
                throw wrong("it must not be empty. ** is everything");
            }
            if (glob.startsWith("/")) {
                throw wrong("it must not begin with a slash, since it is relative to the root");
            }
            if (glob.endsWith("/") || glob.contains("//")) {
                throw wrong("a name is missing after a slash. dir/** is a directory and all that is in it");
            }
            int braces = 0;
            while (at < glob.length()) {
                char c = glob.charAt(at++);
                switch (c) {
                    case '*' -> star();
                    case '?' -> out.append("[^/]");
                    case '[' -> bracket();
                    case '{' -> {
                        if (braces > 0) {
                            throw wrong("braces must not be within braces");
                        }
                        braces++;
                        braceBegins = begins(at - 1);
                        inBraces = true;
                        out.append("(?:");
                    }
                    case '}' -> {
                        if (braces == 0) {
                            throw wrong("the brace at " + (at - 1) + " closes nothing. Put a backslash before it");
                        }
                        braces--;
                        inBraces = false;
                        out.append(')');
                    }
                    case ',' -> out.append(braces > 0 ? "|" : ",");
                    case '\\' -> {
                        if (at == glob.length()) {
                            throw wrong("a backslash at the end takes nothing");
                        }
                        literal(glob.charAt(at++));
                    }
                    default -> plain(c);
                }
            }
            if (braces > 0) {
                throw wrong("a brace is not closed. Put a backslash before it");
            }
            return out.toString();
        }

        private void plain(char c) {
            if (c == '/' && glob.startsWith("**", at) && ends(at + 2)) {
                at += 2;
                out.append("(?:/.*)?"); // the directory, and all in it
            } else {
                literal(c);
            }
        }

        /** Whether a name begins at {@code index}, also that of an alternative. */
        private boolean begins(int index) {
            if (index == 0 || glob.charAt(index - 1) == '/') {
                return true;
            }
            char before = glob.charAt(index - 1);
            return inBraces && braceBegins && (before == '{' || before == ',') && !escaped(index - 1);
        }

        /** Whether a path ends before {@code index}. */
        private boolean ends(int index) {
            if (index == glob.length()) {
                return true;
            }
            char next = glob.charAt(index);
            return inBraces && (next == ',' || next == '}') && glob.indexOf('}', index) == glob.length() - 1;
        }

        private void star() {
            if (begins(at - 1) && glob.startsWith("*/", at)) {
                at += 2;
                out.append("(?:.+/)?"); // not name by name, which takes stack for each
            } else if (at < glob.length() && glob.charAt(at) == '*') {
                at++;
                out.append(".*");
            } else {
                out.append("[^/]*");
            }
        }

        private boolean escaped(int index) {
            return index > 0 && glob.charAt(index - 1) == '\\';
        }

        private void bracket() {
            int end = glob.indexOf(']', at + 1);
            if (end < 0) {
                throw wrong("the bracket at " + (at - 1) + " is not closed. Put a backslash before it");
            }
            out.append("[[^/]&&["); // never the slash
            if (glob.charAt(at) == '!') {
                out.append('^');
                at++;
                end = glob.indexOf(']', at + 1);
                if (end < 0) {
                    throw wrong("the bracket is not closed. Put a backslash before it");
                }
            }
            for (; at < end; at++) {
                char c = glob.charAt(at);
                if (c == '-' && glob.charAt(at - 1) != '!' && glob.charAt(at - 1) != '[' && at + 1 < end) {
                    if (glob.charAt(at - 1) > glob.charAt(at + 1)) {
                        throw wrong("the range " + glob.substring(at - 1, at + 2) + " is backwards");
                    }
                    out.append('-');
                } else {
                    literal(c);
                }
            }
            at = end + 1;
            out.append("]]");
        }

        private void literal(char c) {
            if ("\\.[]{}()<>*+-=!?^$|&~# ".indexOf(c) >= 0) {
                out.append('\\');
            }
            out.append(c);
        }
    }
}
