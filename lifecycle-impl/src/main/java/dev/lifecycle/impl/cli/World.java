package dev.lifecycle.impl.cli;

import dev.lifecycle.time.TimeSource;
import java.io.PrintStream;
import java.nio.file.Path;

/**
 * What a verb prints to and looks at; tests give it another one.
 *
 * @param out for what was asked for
 * @param err for everything else
 * @param proc the file system {@code proc}
 * @param quit sends the signal that wakes an attach listener
 * @param time for deadlines and intervals
 */
public record World(PrintStream out, PrintStream err, Path proc, Quit quit, TimeSource time) {

    /** The real one. */
    static World real(PrintStream out, PrintStream err) {
        return new World(out, err, Path.of("/proc"), Quit.BY_SHELL, TimeSource.system());
    }
}
