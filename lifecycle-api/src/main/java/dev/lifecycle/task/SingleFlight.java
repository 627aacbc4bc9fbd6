package dev.lifecycle.task;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Managed;
import dev.lifecycle.Names;
import dev.lifecycle.State;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.SingleFlightConfig;
import dev.lifecycle.time.TimeSource;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Loads a key once, however many ask for it at the same time: the first one starts the load, the others join it.
 *
 * <p>The load has a thread of its own, so each caller has a deadline and an interrupt of its own. It goes on as long as
 * anybody waits for it; when the last one has left it is interrupted, and whoever asks then starts a new one. By default
 * nothing is kept: what is asked for after the load has ended is loaded again. To keep what was loaded, use a {@link
 * dev.lifecycle.collect.BoundedCache}, or for a moment {@link Builder#resultTtl}.
 *
 * <p>Thread-safe. No code of yours runs under a lock of this: no loader, no executor; {@code equals} of keys only where a
 * {@link java.util.concurrent.ConcurrentHashMap} calls it to look up.
 *
 * @param <K> the type of the keys: never null, with {@code equals} and {@code hashCode} that do not change
 * @param <V> the type of the values, never null
 */
public interface SingleFlight<K, V> extends AutoCloseable {

    /**
     * Starts the description of a single flight.
     *
     * @param name for the tree, messages, log lines and the names of load threads; see {@link Names#check}
     * @param <K> the type of its keys
     * @param <V> the type of its values
     * @return a builder
     * @throws IllegalArgumentException if {@code name} cannot be printed on one line
     */
    static <K, V> Builder<K, V> builder(String name) {
        return new Builder<>(name);
    }

    /**
     * Returns the name given when it was opened.
     *
     * @return never blank
     */
    String name();

    /**
     * Returns where it stands now.
     *
     * @return open, or closed
     */
    State state();

    /**
     * Returns the value of {@code key}: that of the load that is under way, or of a new one.
     *
     * @param key what is loaded
     * @param loader makes the value, never null; called if no load of {@code key} is under way. It is interrupted when nobody
     *     waits any more. It may ask for other keys
     * @param wait how long the caller waits in all; zero takes only what is there
     * @return the value
     * @throws TimeoutException if it was not there in time; the load goes on for others
     * @throws InterruptedException if the calling thread is interrupted while it waits; the load goes on for others
     * @throws LoadException if the load failed: each caller that waited for it gets its own, with the same cause
     * @throws RecursiveLoadException if the calling thread loads what this would wait for
     * @throws LimitExceededException if a load had to be started and {@link Builder#maxInFlight} run already
     * @throws SingleFlightClosedException if this is closed, before or meanwhile
     * @throws IllegalArgumentException if {@code wait} is negative
     */
    V get(K key, Callable<? extends V> loader, Duration wait) throws InterruptedException, TimeoutException;

    /**
     * Lets the next caller load {@code key} anew: those who wait for a load that is under way still get what it makes, and
     * nobody joins it any more; what was kept is dropped.
     *
     * @param key what is loaded
     * @return whether there was something to forget
     */
    boolean forget(K key);

    /**
     * Tells how many loads run, those that nobody waits for any more included until they have ended.
     *
     * @return at least 0, at most {@link Builder#maxInFlight}
     */
    int inFlight();

    /**
     * Returns this as a node of the ownership tree: its snapshot has the gauges {@code inFlight}, {@code abandoned}, {@code
     * kept}, {@code loads}, {@code joined} and {@code failures}.
     *
     * @return always the same; closing it closes this
     */
    Managed managed();

    /**
     * Closes it: those who wait get a {@link SingleFlightClosedException}, loads are interrupted and not waited for, what was
     * kept is dropped. Idempotent.
     */
    @Override
    void close();

    /**
     * Describes a single flight. Not thread-safe; may be used again: each {@code open} makes another.
     *
     * @param <K> the type of the keys
     * @param <V> the type of the values
     */
    final class Builder<K, V> {
        private final String name;
        private @Nullable Executor executor;
        private int maxInFlight = SingleFlightConfig.DEFAULT_IN_FLIGHT;
        private int maxKept = SingleFlightConfig.DEFAULT_KEPT;
        private long resultNanos = SingleFlightConfig.UNSET;
        private long negativeNanos = SingleFlightConfig.UNSET;
        private TimeSource timeSource = TimeSource.system();

        private Builder(String name) {
            this.name = Names.check(name, "name");
        }

        /**
         * Runs loads elsewhere. Default: each on a daemon thread of its own, a virtual one on JDK 21 and later, with the
         * context class loader of the first caller.
         *
         * <p>A task that the executor rejects fails all who wait for it; one that it drops, or leaves in its queue, lets them
         * time out. One that runs its tasks in the calling thread makes the first caller wait for its own load, whatever its
         * deadline.
         *
         * @param executor called with no lock held
         * @return this
         */
        public Builder<K, V> executor(Executor executor) {
            this.executor = Objects.requireNonNull(executor, "executor");
            return this;
        }

        /**
         * Limits how many loads run at once; one more is refused. Default: {@value SingleFlightConfig#DEFAULT_IN_FLIGHT}.
         *
         * @param loads at least 1
         * @return this
         * @throws IllegalArgumentException if {@code loads} is less
         */
        public Builder<K, V> maxInFlight(int loads) {
            if (loads < 1) {
                throw new IllegalArgumentException("maxInFlight is " + loads + "; it must be at least 1");
            }
            maxInFlight = loads;
            return this;
        }

        /**
         * Keeps values for a while, so that a burst of calls that do not quite overlap makes one load. Default: no. By the
         * clock of the JVM they may stay up to 10 ms longer: a hit reads no clock.
         *
         * @param time positive
         * @return this
         * @throws IllegalArgumentException if {@code time} is not positive
         */
        public Builder<K, V> resultTtl(Duration time) {
            resultNanos = positive(time, "resultTtl");
            return this;
        }

        /**
         * Remembers failures for a while: calls fail alike, without a load, each with an exception of its own. Default: no,
         * each call loads. {@code Error}s, interrupts and rejections by the executor are never remembered.
         *
         * @param time positive
         * @return this
         * @throws IllegalArgumentException if {@code time} is not positive
         */
        public Builder<K, V> negativeTtl(Duration time) {
            negativeNanos = positive(time, "negativeTtl");
            return this;
        }

        /**
         * Limits how many values and failures are kept; what is loaded beyond it is not kept. Default: {@value
         * SingleFlightConfig#DEFAULT_KEPT}.
         *
         * @param results at least 1
         * @return this
         * @throws IllegalArgumentException if {@code results} is less
         */
        public Builder<K, V> maxKept(int results) {
            if (results < 1) {
                throw new IllegalArgumentException("maxKept is " + results
                        + "; it must be at least 1. To keep nothing, set neither resultTtl nor negativeTtl");
            }
            maxKept = results;
            return this;
        }

        /**
         * Sets the clock. Default: {@link TimeSource#system}.
         *
         * @param clock another clock is always read exactly
         * @return this
         */
        public Builder<K, V> timeSource(TimeSource clock) {
            timeSource = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Opens a single flight that the caller closes. One that is dropped without being closed is reported as a leak.
         *
         * @return an open one
         */
        public SingleFlight<K, V> open() {
            return Lifecycle.provider().openSingleFlight(config(), null);
        }

        /**
         * Opens a single flight that {@code owner} closes, unless it is closed before.
         *
         * @param owner an open scope
         * @return an open one
         * @throws dev.lifecycle.scope.ScopeClosedException if {@code owner} is closed
         */
        public SingleFlight<K, V> open(Scope owner) {
            return Lifecycle.provider().openSingleFlight(config(), Objects.requireNonNull(owner, "owner"));
        }

        private SingleFlightConfig config() {
            return new SingleFlightConfig(name, executor, maxInFlight, maxKept, resultNanos, negativeNanos, timeSource);
        }

        private static long positive(Duration time, String what) {
            if (Objects.requireNonNull(time, "time").isNegative() || time.isZero()) {
                throw new IllegalArgumentException(
                        what + " is " + time + "; it must be positive. Leave it out to keep nothing");
            }
            return TimeUnit.NANOSECONDS.convert(time);
        }
    }
}
