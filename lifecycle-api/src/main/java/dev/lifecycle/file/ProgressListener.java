package dev.lifecycle.file;

import java.io.PrintStream;

/** Is told now and then how far a run is, by one thread at a time: one that works with files, which waits meanwhile. */
@FunctionalInterface
public interface ProgressListener {

    /**
     * Shows it. Should be quick; what it throws is counted in {@link ProcessingReport#listenerFailures}.
     *
     * @param progress how far the run is
     */
    void progress(Progress progress);

    /**
     * Returns a listener that writes one line: again and again over itself where {@code out} is the terminal of this process, else a new one every
     * ten seconds and at the end.
     *
     * @param out {@link System#out} or {@link System#err} for a terminal
     * @return a new listener, for one run at a time
     */
    static ProgressListener console(PrintStream out) {
        return new ConsoleProgress(out, ConsoleProgress.isTerminal(out));
    }
}
