package dev.lifecycle.memory;

import dev.lifecycle.Names;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@code KlassInfoHisto::print_histo_on} of HotSpot's {@code memory/heapInspection.cpp} writes, 8 to 25: a header, a rule, rows {@code rank: instances
 * bytes name (module@version)}, a line {@code Total}. Whatever may stand around it is skipped; in it, nothing is.
 */
final class HistogramParser {
    private static final int MAX_LINE = 200_000; // a name has at most 65 535 bytes, that of a module too
    private static final int MAX_PREAMBLE = 1_000_000;
    private static final String REMEDY =
            "; take it again, with jcmd PID GC.class_histogram, and keep all of what that prints";

    private final Reader text;
    private final char[] buffer = new char[8192];
    private int position;
    private int end;
    private boolean over;
    private long line;

    HistogramParser(Reader text) {
        this.text = Objects.requireNonNull(text, "text");
    }

    HeapHistogram parse() throws IOException {
        HistogramOrigin origin = header();
        List<HistogramEntry> entries = new ArrayList<>();
        for (String row = next(); row != null; row = next()) {
            if (row.startsWith("---") || (entries.isEmpty() && row.isEmpty())) {
                continue;
            }
            if (row.startsWith("Total")) {
                HeapHistogram read = histogram(entries, origin);
                checkTotal(row, read);
                return read;
            }
            if (entries.size() == HeapHistogram.MAX_ROWS) {
                throw new MalformedHistogramException("more than " + HeapHistogram.MAX_ROWS + " rows", line);
            }
            entries.add(row(row, entries.size() + 1));
        }
        throw new MalformedHistogramException(
                "the text ends before the line Total, after " + entries.size() + " rows" + REMEDY, Math.max(line, 1));
    }

    private HeapHistogram histogram(List<HistogramEntry> entries, HistogramOrigin origin) {
        try {
            return HeapHistogram.of(entries, origin);
        } catch (ArithmeticException tooMuch) {
            throw new MalformedHistogramException("the rows add up to more than " + Long.MAX_VALUE, line);
        }
    }

    /** Skips what comes before; remembers the process that jcmd names in the line before. */
    private HistogramOrigin header() throws IOException {
        String before = "";
        for (String each = next(); each != null; each = next()) {
            if (each.startsWith("num") && each.contains("#instances") && each.contains("#bytes")) {
                return process(before);
            }
            if (line >= MAX_PREAMBLE) {
                throw new MalformedHistogramException("no histogram within the first " + MAX_PREAMBLE + " lines", line);
            }
            before = each;
        }
        throw new MalformedHistogramException(
                "the text ends, and no line \"num #instances #bytes class name\" was in it" + REMEDY,
                Math.max(line, 1));
    }

    private static HistogramOrigin process(String before) {
        int digits = before.length() - 1;
        if (digits < 1 || digits > 10 || before.charAt(digits) != ':') {
            return HistogramOrigin.unknown();
        }
        for (int i = 0; i < digits; i++) {
            if (before.charAt(i) < '0' || before.charAt(i) > '9') {
                return HistogramOrigin.unknown();
            }
        }
        return HistogramOrigin.unknown().withProcess(before.substring(0, digits));
    }

    private HistogramEntry row(String row, int expected) {
        int colon = row.indexOf(':');
        if (colon < 1) {
            throw malformed("a row like \"" + expected + ": 12 345 java.lang.String\" or the line Total", row);
        }
        if (number(row.substring(0, colon), "a rank", row) != expected) {
            throw malformed("the rank " + expected + ", lest rows are missing,", row);
        }
        int counts = skipBlanks(row, colon + 1);
        int countsEnd = skipWord(row, counts);
        int sizes = skipBlanks(row, countsEnd);
        int sizesEnd = skipWord(row, sizes);
        int name = skipBlanks(row, sizesEnd);
        long instances = number(row.substring(counts, countsEnd), "a number of instances", row);
        long bytes = number(row.substring(sizes, sizesEnd), "a number of bytes", row);
        if (name == row.length()) {
            throw malformed("the name of a class behind two numbers", row);
        }
        int module = row.endsWith(")") ? row.lastIndexOf(" (") : -1;
        return module > name
                ? new HistogramEntry(
                        row.substring(name, module), row.substring(module + 2, row.length() - 1), instances, bytes)
                : new HistogramEntry(row.substring(name), "", instances, bytes);
    }

    private void checkTotal(String row, HeapHistogram read) {
        int counts = skipBlanks(row, "Total".length());
        int countsEnd = skipWord(row, counts);
        int sizes = skipBlanks(row, countsEnd);
        int sizesEnd = skipWord(row, sizes);
        long instances = number(row.substring(counts, countsEnd), "a number of instances", row);
        long bytes = number(row.substring(sizes, sizesEnd), "a number of bytes", row);
        if (skipBlanks(row, sizesEnd) != row.length()) {
            throw malformed("nothing behind the totals", row);
        }
        if (instances != read.instances() || bytes != read.bytes()) {
            throw malformed(
                    "the sums of the rows, " + read.instances() + " and " + read.bytes() + ", lest rows are missing,",
                    row);
        }
    }

    private static int skipBlanks(String row, int from) {
        int i = from;
        while (i < row.length() && (row.charAt(i) == ' ' || row.charAt(i) == '\t')) {
            i++;
        }
        return i;
    }

    private static int skipWord(String row, int from) {
        int i = from;
        while (i < row.length() && row.charAt(i) != ' ' && row.charAt(i) != '\t') {
            i++;
        }
        return i;
    }

    /** A number of any decimal digits, grouped by three with one kind of separator, or not at all. */
    private long number(String word, String what, String row) {
        long value = 0;
        char separator = 0;
        int group = 0;
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            int digit = Character.digit(c, 10);
            if (digit >= 0) {
                if (value > (Long.MAX_VALUE - digit) / 10) {
                    throw malformed(what + " of at most " + Long.MAX_VALUE, row);
                }
                value = value * 10 + digit;
                group++;
            } else if ((separator == 0 ? isSeparator(c) && group >= 1 && group <= 3 : c == separator && group == 3)) {
                separator = c;
                group = 0;
            } else {
                throw malformed(what, row);
            }
        }
        if (group == 0 || (separator != 0 && group != 3)) {
            throw malformed(what, row);
        }
        return value;
    }

    private static boolean isSeparator(char c) {
        return c == ','
                || c == '.'
                || c == '\''
                || c == '_'
                || c == '\u2019' // Swiss
                || c == '\u066c' // Arabic
                || c == '\u00a0' // no-break space
                || c == '\u202f'; // a narrow one
    }

    private MalformedHistogramException malformed(String expected, String row) {
        return new MalformedHistogramException(expected + " was expected, not " + Names.quote(row), line);
    }

    /** The next line without what a log puts before it, {@code [0.1s][trace][gc,classhisto] GC(0)}, and without blanks around; null at the end. */
    private @Nullable String next() throws IOException {
        String raw = rawLine();
        if (raw == null) {
            return null;
        }
        int from = 0;
        while (from < raw.length() && raw.charAt(from) == '[') {
            int closed = raw.indexOf(']', from);
            if (closed < 0) {
                break;
            }
            from = closed + 1;
        }
        if (from > 0 && raw.startsWith(" GC(", from)) { // and the number of the collection
            int closed = raw.indexOf(')', from);
            from = closed < 0 ? from : closed + 1;
        }
        return trim(raw, from);
    }

    private static String trim(String raw, int start) {
        int from = skipBlanks(raw, start);
        int to = raw.length();
        while (to > from && (raw.charAt(to - 1) == ' ' || raw.charAt(to - 1) == '\t' || raw.charAt(to - 1) == '\r')) {
            to--;
        }
        return raw.substring(from, to);
    }

    private @Nullable String rawLine() throws IOException {
        StringBuilder longer = null;
        line++;
        while (true) {
            if (position == end && !fill()) {
                if (longer == null) {
                    line--;
                    return null;
                }
                return longer.toString();
            }
            int from = position;
            while (position < end && buffer[position] != '\n') {
                position++;
            }
            boolean ended = position < end;
            int length = position - from;
            if (ended) {
                position++;
                if (longer == null) {
                    return new String(buffer, from, length);
                }
            }
            if (longer == null) {
                longer = new StringBuilder(length + 80);
            }
            if (longer.length() + length > MAX_LINE) {
                throw new MalformedHistogramException(
                        "longer than " + MAX_LINE + " characters: this is no histogram", line);
            }
            longer.append(buffer, from, length);
            if (ended) {
                return longer.toString();
            }
        }
    }

    /** Some readers give nothing, again and again; asked for a single character they have to wait for it. */
    private boolean fill() throws IOException {
        if (over) {
            return false;
        }
        position = 0;
        end = text.read(buffer, 0, buffer.length);
        if (end == 0) {
            int one = text.read();
            buffer[0] = (char) one;
            end = one < 0 ? -1 : 1;
        }
        if (end < 0) {
            over = true;
            end = 0;
            return false;
        }
        return true;
    }
}
