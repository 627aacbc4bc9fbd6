package dev.lifecycle.impl.memory.report;

import dev.lifecycle.Names;
import java.util.Locale;

/** Text of a page. What comes from outside goes through {@link #text}, always. */
final class Html {
    private static final int MOST = 300; // characters of one text: names of classes may have thousands
    private static final int MOST_OF_PROSE = 1_000;

    private final StringBuilder out = new StringBuilder(1 << 16);
    private int wide; // bytes that UTF-8 needs besides those of one for each char

    /** Adds markup of ours. */
    Html raw(String markup) {
        out.append(markup);
        return this;
    }

    /** Adds markup of ours, with figures in it. */
    Html format(String markup, Object... figures) {
        out.append(String.format(Locale.ROOT, markup, figures));
        return this;
    }

    /** Adds any text, for between tags and in quoted attributes: control characters as they are printed, long ones cut. */
    Html text(String any) {
        return text(any, MOST);
    }

    /** Adds sentences, likewise. */
    Html prose(String any) {
        return text(any, MOST_OF_PROSE);
    }

    private Html text(String any, int most) {
        String shown = Names.printable(any);
        boolean isCut = shown.length() > most;
        if (isCut) {
            int end = Character.isHighSurrogate(shown.charAt(most - 1)) ? most - 1 : most;
            shown = shown.substring(0, end);
        }
        for (int i = 0; i < shown.length(); i++) {
            char c = shown.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> {
                    out.append(c);
                    wide += c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
                }
            }
        }
        if (isCut) {
            out.append("...");
        }
        return this;
    }

    /** Adds a cell of a table. */
    Html cell(String any) {
        return raw("<td>").text(any).raw("</td>");
    }

    /** Adds a cell with a figure. */
    Html figure(String any) {
        return raw("<td class=\"n\">").text(any).raw("</td>");
    }

    /** How many kilobytes there are, in UTF-8. */
    int kilobytes() {
        return (out.length() + wide) >> 10;
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
