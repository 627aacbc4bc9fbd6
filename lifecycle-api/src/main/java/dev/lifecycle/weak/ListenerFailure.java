package dev.lifecycle.weak;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A listener that failed.
 *
 * @param listeners the name of the {@link Listeners}
 * @param event what it was called with
 * @param failure what it threw; also an error
 * @param subscription closes it, so that a listener that fails for ever need not be called for ever; null where it was closed
 *     meanwhile
 */
public record ListenerFailure(
        String listeners,
        Object event,
        Throwable failure,
        @Nullable Subscription subscription) {

    /** Checks that the rest is there. */
    public ListenerFailure {
        Objects.requireNonNull(listeners, "listeners");
        Objects.requireNonNull(event, "event");
        Objects.requireNonNull(failure, "failure");
    }
}
