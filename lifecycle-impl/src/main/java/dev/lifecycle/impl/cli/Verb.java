package dev.lifecycle.impl.cli;

import java.io.IOException;
import java.util.List;

/** One command of the command line. Stateless: made once, run at most once. */
public interface Verb {
    /** What a user types. */
    String name();

    /** One line for the list of all verbs. */
    String summary();

    /** What {@code --help} prints: usage, options with their units and defaults, exit statuses, an example. */
    String help();

    /**
     * Does it.
     *
     * @param arguments those behind the name
     * @param world where it prints, and what it looks at
     * @return one of {@link Exit}
     * @throws CliException if it cannot
     * @throws IOException if a file or the process cannot be read: the message is shown, and the status is {@link Exit#USAGE}
     * @throws InterruptedException if the user gave up
     */
    int run(List<String> arguments, World world) throws CliException, IOException, InterruptedException;
}
