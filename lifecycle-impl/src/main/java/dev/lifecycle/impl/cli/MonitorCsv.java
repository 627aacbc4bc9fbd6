package dev.lifecycle.impl.cli;

import dev.lifecycle.Names;
import dev.lifecycle.memory.LeakVerdict;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The file that {@code memory monitor --csv} writes: a header, then a line for each sample, oldest first. Times are of ISO 8601 in UTC, sizes in bytes, the share of a
 * processor has three decimals; what is not known is empty. No field is ever quoted.
 */
final class MonitorCsv {
    /** The first line. */
    static final String HEADER = "time,rss,charge,limit,heap_used,heap_committed,heap_max,heap_live,metaspace,threads,"
            + "descriptors,classes,young_gcs,old_gcs,gc_millis,cpu,verdict";

    /** So many samples a file may have: eleven days of one a second. */
    static final int MAX_ROWS = 1_000_000;

    private static final List<String> COLUMNS = List.of(HEADER.split(",", -1));
    private static final int NUMBERS = 14; // behind the time
    private static final int LONGEST_LINE = 1_000;
    private static final int MAX_CPU = 100_000;

    private MonitorCsv() {}

    /**
     * A sample of a process. Whole numbers are negative if they are not known.
     *
     * @param time of the wall clock
     * @param rss resident bytes; of a heap that is mapped three times, counted once
     * @param charge bytes that the control group is charged with, without file pages that were not used for long
     * @param limit of the control group in bytes; not known if there is none
     * @param heapUsed bytes of the heap in use, as of the last collection or so
     * @param heapCommitted bytes of the heap that are committed
     * @param heapMax the largest the heap may become, in bytes
     * @param heapLive at most so many bytes were alive after the last collection that was seen
     * @param metaspace bytes of it in use
     * @param threads of the process, those of the virtual machine too
     * @param descriptors that are open
     * @param classes that are loaded
     * @param youngGcs young collections since the process started
     * @param oldGcs collections of the whole heap since the process started
     * @param gcMillis for how long collections stopped the process since it started
     * @param cpu the share of one processor since the sample before: 2.5 is two and a half of them; NaN if it is not known
     * @param verdict on all samples until this one
     */
    record Row(
            Instant time,
            long rss,
            long charge,
            long limit,
            long heapUsed,
            long heapCommitted,
            long heapMax,
            long heapLive,
            long metaspace,
            long threads,
            long descriptors,
            long classes,
            long youngGcs,
            long oldGcs,
            long gcMillis,
            double cpu,
            Optional<LeakVerdict> verdict) {

        /** The same with another size of the heap in use. */
        Row withHeapUsed(long now) {
            return new Row(
                    time,
                    rss,
                    charge,
                    limit,
                    now,
                    heapCommitted,
                    heapMax,
                    heapLive,
                    metaspace,
                    threads,
                    descriptors,
                    classes,
                    youngGcs,
                    oldGcs,
                    gcMillis,
                    cpu,
                    verdict);
        }

        /** The same with another verdict. */
        Row judged(LeakVerdict now) {
            return new Row(
                    time,
                    rss,
                    charge,
                    limit,
                    heapUsed,
                    heapCommitted,
                    heapMax,
                    heapLive,
                    metaspace,
                    threads,
                    descriptors,
                    classes,
                    youngGcs,
                    oldGcs,
                    gcMillis,
                    cpu,
                    Optional.of(now));
        }

        private long[] numbers() {
            return new long[] {
                rss,
                charge,
                limit,
                heapUsed,
                heapCommitted,
                heapMax,
                heapLive,
                metaspace,
                threads,
                descriptors,
                classes,
                youngGcs,
                oldGcs,
                gcMillis
            };
        }

        /** Its line, without an end. */
        String line() {
            StringBuilder out = new StringBuilder(200).append(time);
            for (long each : numbers()) {
                out.append(',');
                if (each >= 0) {
                    out.append(each);
                }
            }
            out.append(',');
            if (!Double.isNaN(cpu)) {
                out.append(String.format(Locale.ROOT, "%.3f", cpu));
            }
            return out.append(',').append(verdict.map(Enum::name).orElse("")).toString();
        }
    }

    /**
     * Opens a file to write to: a new one gets the header; one that has it is written on.
     *
     * @throws CliException if it is something else
     */
    static Writer append(Path file) throws CliException, IOException {
        boolean fresh = !Files.exists(file) || Files.isRegularFile(file) && Files.size(file) == 0;
        if (!fresh) {
            checkOurs(file);
        }
        BufferedWriter out = Files.newBufferedWriter(
                file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        if (fresh) {
            out.write(HEADER + "\n");
            out.flush();
        }
        return out;
    }

    private static void checkOurs(Path file) throws CliException, IOException {
        byte[] begin;
        boolean whole;
        try (var in = java.nio.channels.FileChannel.open(file, StandardOpenOption.READ)) {
            java.nio.ByteBuffer first = java.nio.ByteBuffer.allocate(HEADER.length() + 1);
            int read = in.read(first, 0);
            begin = java.util.Arrays.copyOf(first.array(), Math.max(0, read));
            java.nio.ByteBuffer last = java.nio.ByteBuffer.allocate(1);
            whole = in.read(last, Math.max(0, in.size() - 1)) == 1 && last.get(0) == '\n';
        }
        if (!new String(begin, StandardCharsets.UTF_8).equals(HEADER + "\n")) {
            throw CliException.usage(
                    file
                            + " is there and does not begin as a file of memory monitor --csv does; name another one, or remove it");
        }
        if (!whole) {
            throw CliException.usage(
                    file + " ends within a line, as if its writer was killed; remove that line, or name another file");
        }
    }

    /**
     * Reads such a file.
     *
     * @param in its characters; not closed
     * @param name of it, for messages
     * @return all samples, oldest first
     * @throws CliException if it is none, with line, column and value; or has more than {@link #MAX_ROWS}
     * @throws IOException if it cannot be read
     */
    static List<Row> read(Reader in, String name) throws CliException, IOException {
        Lines lines = new Lines(new BufferedReader(in), name);
        String header = lines.next();
        if (header == null || !header.equals(HEADER)) {
            throw CliException.usage(lines.where() + " is " + Names.quote(header == null ? "" : header)
                    + "; it must be the header that memory monitor --csv writes: " + HEADER);
        }
        List<Row> rows = new ArrayList<>();
        for (String line = lines.next(); line != null; line = lines.next()) {
            if (rows.size() == MAX_ROWS) {
                throw CliException.usage(
                        lines.where() + ": there are more than " + MAX_ROWS + " samples; cut the file in pieces");
            }
            rows.add(row(line, lines));
        }
        return rows;
    }

    private static Row row(String line, Lines lines) throws CliException {
        String[] fields = line.split(",", -1);
        if (fields.length != COLUMNS.size()) {
            throw CliException.usage(lines.where() + " has " + fields.length + " columns; it must have "
                    + COLUMNS.size() + ", as the header has: " + Names.quote(line));
        }
        Instant time;
        try {
            time = Instant.parse(fields[0]);
        } catch (DateTimeException wrong) {
            throw wrong(lines, 0, fields[0], "a time like 2026-01-31T12:00:00Z");
        }
        long[] n = new long[NUMBERS];
        for (int i = 0; i < NUMBERS; i++) {
            n[i] = number(lines, i + 1, fields[i + 1]);
        }
        double cpu = cpu(lines, NUMBERS + 1, fields[NUMBERS + 1]);
        Optional<LeakVerdict> verdict = verdict(lines, NUMBERS + 2, fields[NUMBERS + 2]);
        return new Row(
                time, n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], n[9], n[10], n[11], n[12], n[13], cpu,
                verdict);
    }

    private static long number(Lines lines, int column, String field) throws CliException {
        if (field.isEmpty()) {
            return -1;
        }
        try {
            if (isDigit(field.charAt(0))) { // no sign
                return Long.parseLong(field);
            }
        } catch (NumberFormatException wrong) {
            // told below
        }
        throw wrong(lines, column, field, "a whole number from 0 to " + Long.MAX_VALUE + ", or nothing");
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static double cpu(Lines lines, int column, String field) throws CliException {
        if (field.isEmpty()) {
            return Double.NaN;
        }
        if (field.matches("\\d{1,6}(\\.\\d{1,9})?")) {
            double share = Double.parseDouble(field);
            if (share <= MAX_CPU) {
                return share;
            }
        }
        throw wrong(lines, column, field, "a number from 0 to " + MAX_CPU + " like 0.125, or nothing");
    }

    private static Optional<LeakVerdict> verdict(Lines lines, int column, String field) throws CliException {
        if (field.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(LeakVerdict.valueOf(field));
        } catch (IllegalArgumentException none) {
            throw wrong(lines, column, field, "a verdict like " + LeakVerdict.STABLE + ", or nothing");
        }
    }

    private static CliException wrong(Lines lines, int column, String value, String instead) {
        return CliException.usage(lines.where() + ", column " + COLUMNS.get(column) + ", is " + Names.quote(value)
                + "; it must be " + instead);
    }

    /** Lines of a bounded length, counted. */
    private static final class Lines {
        private final BufferedReader in;
        private final String name;
        private int number;

        Lines(BufferedReader in, String name) {
            this.in = in;
            this.name = Names.printable(name);
        }

        /** The next one, null at the end. A last line without an end is one. */
        @org.jspecify.annotations.Nullable
        String next() throws CliException, IOException {
            number++;
            StringBuilder line = new StringBuilder();
            int c = in.read();
            if (c < 0) {
                return null;
            }
            for (; c >= 0 && c != '\n'; c = in.read()) {
                if (line.length() == LONGEST_LINE) {
                    throw CliException.usage(where() + " has more than " + LONGEST_LINE
                            + " characters; it is no file of memory monitor");
                }
                line.append((char) c);
            }
            int last = line.length() - 1;
            if (last >= 0 && line.charAt(last) == '\r') {
                line.setLength(last);
            }
            return line.toString();
        }

        String where() {
            return name + ", line " + number;
        }
    }
}
