package dev.lifecycle.memory;

import dev.lifecycle.Kind;
import dev.lifecycle.Pressure;
import java.util.List;
import java.util.Objects;

/**
 * What a round of a {@link MemoryGuard} brought.
 *
 * @param level as which it asked
 * @param wantedBytes what would have been enough to get below the target
 * @param givenBytes the sum of what each says it gave
 * @param asked how many were asked
 * @param failed how many of them threw
 * @param given who gave something, most first, at most {@value #MAX_GIVEN}
 * @param skipped whether nobody was asked, since there was a round shortly before
 */
public record CleanupResult(
        Pressure level, long wantedBytes, long givenBytes, int asked, int failed, List<Given> given, boolean skipped) {

    /** How many are listed. */
    public static final int MAX_GIVEN = 20;

    /**
     * One that gave something.
     *
     * @param name of the component
     * @param kind of the component
     * @param bytes what it says it gave
     */
    public record Given(String name, Kind kind, long bytes) {

        /** Checks that nothing is null. */
        public Given {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(kind, "kind");
        }
    }

    /** Copies the list. */
    public CleanupResult {
        Objects.requireNonNull(level, "level");
        given = List.copyOf(given);
    }
}
