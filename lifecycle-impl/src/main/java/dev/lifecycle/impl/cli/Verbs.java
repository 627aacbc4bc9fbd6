package dev.lifecycle.impl.cli;

import java.util.List;
import java.util.Optional;

/** The table of verbs. */
final class Verbs {
    /** Those of {@code memory}, in the order in which {@code --help} shows them. */
    private static final List<Verb> MEMORY = List.of(
            new MonitorVerb(),
            new HistogramVerb(),
            new DiffVerb(),
            new VerifyStableVerb(),
            new ReportVerb(),
            new DoctorVerb());

    private Verbs() {}

    static List<Verb> all() {
        return MEMORY;
    }

    static Optional<Verb> named(String name) {
        return MEMORY.stream().filter(verb -> verb.name().equals(name)).findFirst();
    }
}
