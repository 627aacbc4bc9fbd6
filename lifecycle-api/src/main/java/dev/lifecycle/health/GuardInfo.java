package dev.lifecycle.health;

import dev.lifecycle.Pressure;
import java.util.Objects;

/**
 * A {@link dev.lifecycle.memory.MemoryGuard} of the tree.
 *
 * @param path of the guard, the scopes above it included
 * @param level how scarce memory is by it
 * @param cause the source that is fullest; empty if none is known
 * @param fraction how full that is; -1 if that is not known
 * @param restartAdvised whether what fills memory is out of its reach
 */
public record GuardInfo(String path, Pressure level, String cause, double fraction, boolean restartAdvised) {

    /** Checks that nothing is null. */
    public GuardInfo {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(level, "level");
        Objects.requireNonNull(cause, "cause");
    }
}
