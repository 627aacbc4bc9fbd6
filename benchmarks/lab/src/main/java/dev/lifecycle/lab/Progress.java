package dev.lifecycle.lab;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.Locale;

/** Shows how far a child is: a bar that moves on a terminal, a line now and then elsewhere. */
final class Progress {
    private static final int WIDTH = 30;
    private static final long QUIET_MILLIS = 5_000;

    private final PrintStream out;
    private final boolean terminal;
    private final long[] next = new long[Scenario.Variant.values().length]; // when to write a line, by variant
    private int shown;

    Progress(PrintStream out) {
        this.out = out;
        this.terminal = System.getenv("CI") == null && System.getenv("TERM") != null && System.console() != null;
    }

    void show(Scenario scenario, Scenario.Variant variant, Outcome.Sample sample, int seconds) {
        double done = Math.min(1, sample.millis() / (seconds * 1_000.0));
        int filled = (int) Math.round(done * WIDTH);
        String line = String.format(
                Locale.ROOT,
                "%-8s %-8s [%s%s] %3.0f %%  live %5.1f MB  descriptors %4d  threads %3d  native %5.1f MB  served %6d",
                scenario.name(),
                variant.word(),
                "#".repeat(filled),
                ".".repeat(WIDTH - filled),
                done * 100,
                sample.liveBytes() / 1048576.0,
                sample.descriptors(),
                sample.threads(),
                sample.nativeBytes() < 0 ? Double.NaN : sample.nativeBytes() / 1048576.0,
                sample.served());
        if (terminal) {
            out.print("\r" + line);
            out.flush();
            shown = line.length();
        } else if (sample.millis() >= next[variant.ordinal()]) {
            out.println(line);
            next[variant.ordinal()] = sample.millis() + QUIET_MILLIS;
        }
    }

    void clear() {
        if (terminal && shown > 0) {
            out.print("\r" + " ".repeat(shown) + "\r");
            out.flush();
        }
        Arrays.fill(next, 0);
    }
}
