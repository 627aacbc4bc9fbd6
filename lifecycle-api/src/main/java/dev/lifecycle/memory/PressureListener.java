package dev.lifecycle.memory;

/** Hears of the levels of a {@link MemoryGuard}. */
@FunctionalInterface
public interface PressureListener {

    /**
     * Called once for each change, on a thread of the guard, in the order of changes and of registration. One that throws is counted and logged. One that takes longer than five
     * seconds is named in the log, and the others are called without it; it hears of what it missed when it is back.
     *
     * @param event what has changed
     * @throws Exception counted and logged
     */
    void changed(PressureEvent event) throws Exception;
}
