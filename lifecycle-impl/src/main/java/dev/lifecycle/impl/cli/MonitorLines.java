package dev.lifecycle.impl.cli;

import dev.lifecycle.memory.LeakFinding;
import java.io.PrintStream;
import java.util.Locale;

/** A line for each sample, below a header: for files, pipes and terminals that cannot draw. */
final class MonitorLines implements MonitorOutput {
    private static final String FORMAT = "%-20s %8s %8s %8s %8s %8s %8s %8s %8s %7s %6s %7s %7s %5s %7s %6s  %s\n";
    private static final Object[] HEADER = {
        "time", "rss", "charge", "limit", "heap", "commit", "max", "live<=", "meta", "threads", "fds", "classes",
        "young", "old", "gc_ms", "cpu", "verdict"
    };
    private static final double MB = 1 << 20;

    private final PrintStream out;
    private boolean begun;

    MonitorLines(PrintStream out) {
        this.out = out;
    }

    @Override
    public void show(MonitorCsv.Row row, LeakFinding finding) {
        begin();
        out.print(String.format(
                Locale.ROOT,
                FORMAT,
                row.time().truncatedTo(java.time.temporal.ChronoUnit.SECONDS),
                megabytes(row.rss()),
                megabytes(row.charge()),
                megabytes(row.limit()),
                megabytes(row.heapUsed()),
                megabytes(row.heapCommitted()),
                megabytes(row.heapMax()),
                megabytes(row.heapLive()),
                megabytes(row.metaspace()),
                pieces(row.threads()),
                pieces(row.descriptors()),
                pieces(row.classes()),
                pieces(row.youngGcs()),
                pieces(row.oldGcs()),
                pieces(row.gcMillis()),
                share(row.cpu()),
                finding.verdict()));
        out.flush();
    }

    private void begin() {
        if (!begun) {
            begun = true;
            out.print(String.format(Locale.ROOT, FORMAT, HEADER));
        }
    }

    @Override
    public void note(String text) {
        begin();
        out.print(text + "\n");
        out.flush();
    }

    /** One decimal, or a dash. */
    static String megabytes(long bytes) {
        return bytes < 0 ? "-" : String.format(Locale.ROOT, "%.1f", bytes / MB);
    }

    static String pieces(long number) {
        return number < 0 ? "-" : Long.toString(number);
    }

    static String share(double cpu) {
        return Double.isNaN(cpu) ? "-" : String.format(Locale.ROOT, "%.2f", cpu);
    }
}
