package dev.lifecycle.impl.cli;

import dev.lifecycle.memory.LeakFinding;
import dev.lifecycle.memory.LeakVerdict;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToLongFunction;

/**
 * Figures that are drawn over in place, with a curve each. What stood on the terminal before stays above.
 *
 * <p>{@code lock} guards the terminal: whoever closes this while it draws waits for that, and nothing is drawn afterwards.
 */
final class MonitorView implements MonitorOutput {
    private static final String ESC = "\u001b[";
    private static final String HIDE = ESC + "?25l";
    private static final String SHOW = ESC + "?25h";
    private static final String PLAIN = ESC + "0m";
    private static final String BLOCKS = "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588";
    private static final String ASCII = "_.-:=+*#";
    private static final int MOST = 60; // samples in a curve
    private static final int MOST_NOTES = 3;
    private static final int FIGURE = 34; // columns before it

    private final PrintStream out;
    private final Terminal terminal;
    private final String title;
    private final Deque<MonitorCsv.Row> recent = new ArrayDeque<>();
    private final Deque<String> notes = new ArrayDeque<>();
    private final ReentrantLock lock = new ReentrantLock();
    private int drawn; // lines; with the lock, as is the next
    private boolean closed;

    /** @param title one printable line */
    MonitorView(PrintStream out, Terminal terminal, String title) {
        this.out = out;
        this.terminal = terminal;
        this.title = title;
    }

    @Override
    public void show(MonitorCsv.Row row, LeakFinding finding) {
        if (recent.size() == MOST) {
            recent.removeFirst();
        }
        recent.addLast(row);
        draw(lines(row, finding));
    }

    @Override
    public void note(String text) {
        if (notes.size() == MOST_NOTES) {
            notes.removeFirst();
        }
        notes.addLast(text);
    }

    private void draw(List<String> lines) {
        StringBuilder frame = new StringBuilder(HIDE);
        lock.lock();
        try {
            if (closed) {
                return;
            }
            if (drawn > 0) {
                frame.append(ESC).append(drawn).append('A');
            }
            frame.append('\r').append(ESC).append('J');
            for (String each : lines) {
                frame.append(each).append('\n');
            }
            drawn = lines.size();
            out.print(frame); // at once, or it flickers
            out.flush();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                if (drawn > 0) {
                    out.print(PLAIN + SHOW);
                    out.flush();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private List<String> lines(MonitorCsv.Row row, LeakFinding finding) {
        List<String> all = new ArrayList<>();
        all.add(cut(title));
        all.add(cut(row.time().truncatedTo(java.time.temporal.ChronoUnit.SECONDS) + "  " + recent.size()
                + (recent.size() == 1 ? " sample" : " samples") + " in each curve"));
        all.add("");
        all.add(figure("rss", row.rss(), "of", row.limit(), MonitorCsv.Row::rss));
        all.add(figure("charged", row.charge(), "of", row.limit(), MonitorCsv.Row::charge));
        all.add(figure("heap used", row.heapUsed(), "of", row.heapMax(), MonitorCsv.Row::heapUsed));
        all.add(figure("alive, at most", row.heapLive(), "of", row.heapMax(), MonitorCsv.Row::heapLive));
        all.add(figure("committed", row.heapCommitted(), "", -1, MonitorCsv.Row::heapCommitted));
        all.add(figure("metaspace", row.metaspace(), "", -1, MonitorCsv.Row::metaspace));
        all.add(count("threads", row.threads(), MonitorCsv.Row::threads));
        all.add(count("descriptors", row.descriptors(), MonitorCsv.Row::descriptors));
        all.add(count("classes", row.classes(), MonitorCsv.Row::classes));
        all.add(cut(String.format(
                Locale.ROOT,
                "%-14s %s young, %s old, %s ms in all",
                "collections",
                MonitorLines.pieces(row.youngGcs()),
                MonitorLines.pieces(row.oldGcs()),
                MonitorLines.pieces(row.gcMillis()))));
        all.add(cut(String.format(Locale.ROOT, "%-14s %s of one", "processors", MonitorLines.share(row.cpu()))));
        all.add("");
        all.add(coloured(cut(finding.verdict().name()), finding));
        wrap(finding.explanation(), all);
        for (String note : notes) {
            wrap(note, all);
        }
        int most = Math.max(1, terminal.rows() - 1); // what is higher than the terminal cannot be drawn over
        return all.size() <= most ? all : new ArrayList<>(all.subList(0, most));
    }

    private String figure(String name, long bytes, String of, long limit, ToLongFunction<MonitorCsv.Row> curve) {
        String text = String.format(Locale.ROOT, "%-14s %8s MB", name, MonitorLines.megabytes(bytes));
        if (limit >= 0) {
            text += String.format(Locale.ROOT, " %s %.0f", of, limit / (double) (1 << 20));
        }
        return withCurve(text, curve);
    }

    private String count(String name, long number, ToLongFunction<MonitorCsv.Row> curve) {
        return withCurve(String.format(Locale.ROOT, "%-14s %8s", name, MonitorLines.pieces(number)), curve);
    }

    private String withCurve(String text, ToLongFunction<MonitorCsv.Row> of) {
        int room = Math.max(0, terminal.columns() - 1 - FIGURE - 1);
        long[] values = recent.stream()
                .skip(Math.max(0, recent.size() - room))
                .mapToLong(of)
                .toArray();
        return cut(String.format(
                Locale.ROOT, "%-" + FIGURE + "s %s", text, curve(values, terminal.unicode() ? BLOCKS : ASCII)));
    }

    /** A character for each value, from the least to the largest, or to a twentieth more than the least; a space for one that is not known. */
    static String curve(long[] values, String steps) {
        long least = Long.MAX_VALUE;
        long most = -1;
        for (long each : values) {
            least = each < 0 ? least : Math.min(least, each);
            most = Math.max(most, each);
        }
        double range = Math.max(Math.max(1, most / 20), most - least); // small noise stays low
        StringBuilder out = new StringBuilder(values.length);
        for (long each : values) {
            int step = (int) ((each - least) / range * (steps.length() - 1) + 0.5);
            out.append(each < 0 ? ' ' : steps.charAt(step));
        }
        return out.toString();
    }

    /** No line is as wide as the terminal: it would take two. */
    private String cut(String line) {
        int most = Math.max(1, terminal.columns() - 1);
        return line.length() <= most ? line : line.substring(0, most);
    }

    private void wrap(String text, List<String> into) {
        int most = Math.max(20, terminal.columns() - 1);
        String rest = text;
        for (int line = 0; line < 4 && !rest.isEmpty(); line++) {
            int space = rest.length() <= most ? rest.length() : rest.lastIndexOf(' ', most);
            int end = space <= 0 ? Math.min(most, rest.length()) : space;
            into.add(cut(rest.substring(0, end)));
            rest = rest.substring(end).strip();
        }
    }

    private String coloured(String text, LeakFinding finding) {
        if (!terminal.colours()) {
            return text;
        }
        String colour = finding.isAlarm() ? "1;31m" : finding.verdict() == LeakVerdict.STABLE ? "32m" : "33m";
        return ESC + colour + text + PLAIN;
    }
}
