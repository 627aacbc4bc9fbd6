package dev.lifecycle.impl.weak;

import dev.lifecycle.impl.tree.Await;
import java.util.function.BooleanSupplier;

/** Looks at what the reaper may be changing at this moment. */
final class Settled {
    private Settled() {}

    /** Fails unless {@code holds}, now or when the reaper is through with what it is at. */
    static void check(String what, BooleanSupplier holds) {
        if (!holds.getAsBoolean()) {
            Await.until(what, holds);
        }
    }
}
