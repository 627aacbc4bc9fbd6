package dev.lifecycle.leak;

/** Hears of leaks. */
@FunctionalInterface
public interface LeakListener {

    /**
     * Called on the reaper thread, or on the thread that noticed the leak; return soon. What it throws is counted in
     * {@link LeakStats#listenerFailures} and logged, and changes nothing else.
     *
     * @param report what leaked
     */
    void onLeak(LeakReport report);
}
