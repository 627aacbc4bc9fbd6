package dev.lifecycle.scope;

import dev.lifecycle.leak.Site;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One resource whose release failed.
 *
 * @param label what it is called: its label, or else the name of its class
 * @param acquired where the scope that owns it was opened, where that was {@linkplain ScopeBuilder#site given}
 * @param thrown what its closer threw, the same instance
 */
public record Failure(String label, @Nullable Site acquired, Throwable thrown) {
    /** Requires a label and what was thrown. */
    public Failure {
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(thrown, "thrown");
    }
}
