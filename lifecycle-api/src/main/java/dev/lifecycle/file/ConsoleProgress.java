package dev.lifecycle.file;

import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;

/** Shows progress on one line. */
final class ConsoleProgress implements ProgressListener {
    private static final Duration EVERY = Duration.ofSeconds(10); // where lines stay
    private static final int WIDTH = 79;
    private static final int BAR = 20;

    private final PrintStream out;
    private final boolean terminal;
    private Duration next = EVERY; // these two by the thread that is in progress(): one at a time, see Ticker
    private int shown;

    ConsoleProgress(PrintStream out, boolean terminal) {
        this.out = Objects.requireNonNull(out, "out");
        this.terminal = terminal;
    }

    /** Whether a person sees {@code out}; since JDK 22 there is a console also where no terminal is. */
    @SuppressWarnings("SystemConsoleNull")
    static boolean isTerminal(PrintStream out) {
        if (out != System.out && out != System.err) {
            return false;
        }
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException before22) {
            return true;
        }
    }

    @Override
    public void progress(Progress progress) {
        String line = line(progress);
        if (terminal) {
            String cut = line.length() <= WIDTH ? line : line.substring(0, WIDTH);
            out.print('\r' + cut + " ".repeat(Math.max(0, shown - cut.length())) + (progress.last() ? "\n" : ""));
            shown = progress.last() ? 0 : cut.length();
            out.flush();
        } else if (progress.last() || progress.elapsed().compareTo(next) >= 0) {
            next = progress.last() ? EVERY : progress.elapsed().plus(EVERY);
            out.println(line);
        }
    }

    private static String line(Progress progress) {
        StringBuilder line = new StringBuilder();
        long total = progress.totalFiles().orElse(0);
        if (total > 0) {
            int done = (int) (BAR * Math.min(1, (double) progress.files() / total));
            line.append('[')
                    .append("#".repeat(done))
                    .append(".".repeat(BAR - done))
                    .append("] ");
        }
        line.append(progress.files());
        if (total > 0) {
            line.append('/').append(total);
        }
        line.append(" files, ").append(bytes(progress.bytes()));
        line.append(", ").append(bytes((long) progress.bytesPerSecond())).append("/s");
        line.append(", ").append(time(progress.elapsed()));
        if (!progress.last()) {
            progress.remaining()
                    .ifPresent(left -> line.append(", ").append(time(left)).append(" left"));
        }
        switch (progress.pause()) {
            case PAUSED -> line.append(", waits for memory");
            case FLOOR -> line.append(", slow for want of memory");
            case RUNNING -> line.append(progress.last() ? ", ended" : "");
        }
        return line.toString();
    }

    static String bytes(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        int unit = Math.min(5, (63 - Long.numberOfLeadingZeros(bytes)) / 10);
        return String.format(Locale.ROOT, "%.1f %ciB", bytes / Math.pow(1024, unit), "KMGTP".charAt(unit - 1));
    }

    private static String time(Duration time) {
        long seconds = time.toSeconds();
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
}
