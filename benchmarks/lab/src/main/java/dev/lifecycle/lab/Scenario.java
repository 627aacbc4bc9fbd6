package dev.lifecycle.lab;

import dev.lifecycle.memory.MemoryReport;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** An incident: a service that leaked, and the same service with the library. */
interface Scenario {

    /** All of them, in the order they run. */
    List<Scenario> ALL = List.of(
            new FilesScenario(),
            new StreamsScenario(),
            new MetricsScenario(),
            new ChatScenario(),
            new ModelsScenario(),
            new ListenersScenario(),
            new TasksScenario(),
            new OverloadScenario(),
            new WorkersScenario(),
            new DatabaseScenario(),
            new RepositoryScenario(),
            new LeakScenario(),
            new PressureScenario());

    /** Bits that all are set in a request that meets no error. */
    long GOES_WELL = 15;

    /** One word, for the command line and the table. */
    String name();

    /** What went wrong, in two sentences for the report. */
    String story();

    /** What the managed service should have done better than the naive one, and did not; empty if nothing. */
    default String missed(Outcome naive, Outcome managed) {
        return "";
    }

    /** Whether the managed service leaks on purpose, so that growth of it is no disappointment. */
    default boolean isPlanted() {
        return false;
    }

    /** The service as it was, or with the library. */
    Service open(Variant variant, Input input) throws IOException;

    /** Which of the two. */
    enum Variant {
        NAIVE,
        MANAGED;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What serves requests, one at a time. */
    interface Service extends AutoCloseable {

        /**
         * Serves a request.
         *
         * @param request a number that says all about the request: the same for both variants
         * @return false where the request was answered with an error, as it should be
         * @throws Exception if it could not be answered
         */
        boolean serve(long request) throws Exception;

        /** The load begins, after the warm-up: so many requests. */
        default void begin(long requests) {}

        /** How many lookups in its cache were hits, so far; 0 if it has none. */
        default long hits() {
            return 0;
        }

        /** How many were not. */
        default long misses() {
            return 0;
        }

        /** What it has to say at the end, on one line; empty if nothing. */
        default String found() {
            return "";
        }

        /** What it knows of its own memory at the end, for a page beside the one of its scenario; empty if nothing. */
        default Optional<MemoryReport> report() {
            return Optional.empty();
        }

        /** What it should have come to at its end, and has not, on one line; empty if nothing. */
        default String missed() {
            return "";
        }

        @Override
        void close() throws IOException;
    }
}
