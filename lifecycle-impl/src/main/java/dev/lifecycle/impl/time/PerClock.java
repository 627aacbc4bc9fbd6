package dev.lifecycle.impl.time;

import dev.lifecycle.time.TimeSource;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * One object for each clock: a constant for the clock of the JVM, and for any other clock, as tests have them, one that
 * lives while somebody uses it.
 *
 * @param <T> the type of the object
 */
public final class PerClock<T> {
    private final Function<TimeSource, T> make;
    private final T system;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Other<T>> others = new ArrayList<>(); // guarded by lock

    private record Other<T>(WeakReference<TimeSource> clock, WeakReference<T> object) {}

    /**
     * Makes the object of the JVM's clock.
     *
     * @param make makes an object for a clock; starts nothing
     */
    public PerClock(Function<TimeSource, T> make) {
        this.make = make;
        this.system = make.apply(TimeSource.system());
    }

    /**
     * Returns the object of {@code clock}.
     *
     * @param clock any clock
     * @return the same one for the same clock
     */
    public T of(TimeSource clock) {
        if (clock == TimeSource.system()) {
            return system;
        }
        lock.lock();
        try {
            others.removeIf(other -> other.object.refersTo(null));
            for (Other<T> other : others) {
                T known = other.clock.refersTo(clock) ? other.object.get() : null;
                if (known != null) {
                    return known;
                }
            }
            T fresh = make.apply(clock);
            others.add(new Other<>(new WeakReference<>(clock), new WeakReference<>(fresh)));
            return fresh;
        } finally {
            lock.unlock();
        }
    }
}
