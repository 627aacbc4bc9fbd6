package dev.lifecycle.leak;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Managed;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.LeakDetectorConfig;
import dev.lifecycle.spi.ScopeConfig;
import dev.lifecycle.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Hears of objects that were dropped without being closed, and of those held too long, and says where they came from.
 *
 * <p>Call {@link #track} when an object is opened and {@link Tracker#close} when it is closed. An object that is collected
 * in between is reported within a second, without any further traffic. The tracker must not be reachable from a place that
 * outlives the object; best it is a field of it. There are no false reports: {@code close} keeps the object reachable to its
 * end.
 *
 * <p>Sampling keeps it cheap: an object that is not sampled costs a counter. A site that leaked is tracked without
 * sampling for a while, so that the next leak there comes with its stack.
 *
 * <p>Thread-safe. Memory is bounded: at most {@value #MAX_REPORTS} distinct reports wait to be drained, further ones are
 * counted in {@link LeakStats#droppedReports}; one small record for each tracked object that is open.
 *
 * @param <T> the type of what is tracked
 */
public interface LeakDetector<T> extends Managed {

    /** The most distinct reports that wait to be drained. */
    int MAX_REPORTS = 1_000;

    /** The sampling rate that tracks nothing. */
    int OFF = 0;

    /**
     * Starts the description of a detector.
     *
     * @param type the type of what is tracked
     * @param <T> the same
     * @return a builder with the defaults
     */
    static <T> Builder<T> forType(Class<T> type) {
        return new Builder<>(type);
    }

    /**
     * Returns the detector to which this library reports its own named scopes and leases. It cannot be closed.
     *
     * @return always the same one
     * @throws dev.lifecycle.ProviderMissingException if no implementation is bound
     */
    static LeakDetector<Object> library() {
        return Lifecycle.provider().libraryDetector();
    }

    /**
     * Begins to track {@code object}, if it is sampled.
     *
     * @param object the object that was just opened; held weakly
     * @return never null; a shared one that does nothing when the object is not sampled
     */
    Tracker<T> track(T object);

    /**
     * Begins to track {@code object}, if it is sampled or {@code site} has leaked lately.
     *
     * @param object the object that was just opened; held weakly
     * @param site where; best from a {@code static final} that holds {@link Site#here}
     * @return never null; a shared one that does nothing when the object is not sampled
     */
    Tracker<T> track(T object, Site site);

    /**
     * Adds a listener.
     *
     * @param listener called on the reaper thread, once for each report and each time its count doubles
     * @return closing it removes the listener
     */
    Registration addListener(LeakListener listener);

    /**
     * Changes the sampling rate for objects tracked from now on.
     *
     * @param oneIn at least 1, or {@link #OFF}
     * @throws IllegalArgumentException if {@code oneIn} is negative
     */
    void sampling(int oneIn);

    /**
     * Tells what was counted so far.
     *
     * @return the counts
     */
    LeakStats stats();

    /**
     * Takes the reports that wait, oldest first.
     *
     * @return at most {@value #MAX_REPORTS}
     */
    List<LeakReport> drain();

    /** Ends the tracking: objects tracked so far are forgotten, {@link #track} returns the one that does nothing. */
    @Override
    void close();

    /**
     * Follows one object from open to close.
     *
     * @param <T> the type of the object
     */
    interface Tracker<T> {

        /** Records where the object is used, when its stack is captured; the first and the last few are kept. */
        void touch();

        /**
         * Records where and what for the object is used.
         *
         * @param hint kept as it is, printed with {@code toString} in reports; must not refer to the object
         */
        void touch(@Nullable Object hint);

        /**
         * Ends the tracking; keeps {@code object} reachable until then.
         *
         * @param object the tracked object
         * @return whether this call ended it; false when it had ended before, or the object was not sampled
         */
        boolean close(T object);
    }

    /** The presence of a listener. */
    @FunctionalInterface
    interface Registration extends AutoCloseable {
        /** Removes the listener. Idempotent. */
        @Override
        void close();
    }

    /** What is recorded of a tracked object's origin. */
    enum Capture {
        /** The site that was passed in: no stack is walked. */
        SITE,
        /** The stack of the thread that called {@code track}. */
        STACK
    }

    /**
     * Describes a detector. Not thread-safe.
     *
     * @param <T> the type of what is tracked
     */
    final class Builder<T> {
        private final Class<T> type;
        private int oneIn = 128;
        private Capture capture = Capture.STACK;
        private int maxCapturesPerSecond = 1_000;
        private long heldLongerThanNanos = ScopeConfig.NO_LIMIT;
        private long escalateNanos = TimeUnit.MINUTES.toNanos(10);
        private TimeSource timeSource = TimeSource.system();

        private Builder(Class<T> type) {
            this.type = Objects.requireNonNull(type, "type");
        }

        /**
         * Tracks one object in {@code oneIn}, in a random pattern. Default: 128.
         *
         * @param oneIn at least 1 (every object), or {@link LeakDetector#OFF}
         * @return this
         * @throws IllegalArgumentException if {@code oneIn} is negative
         */
        public Builder<T> sampling(int oneIn) {
            if (oneIn < 0) {
                throw new IllegalArgumentException(
                        "oneIn is " + oneIn + "; it must be at least 1, or LeakDetector.OFF to track nothing");
            }
            this.oneIn = oneIn;
            return this;
        }

        /**
         * Says what is recorded of an object's origin. Default: {@link Capture#STACK}.
         *
         * @param what what is recorded
         * @return this
         */
        public Builder<T> capture(Capture what) {
            capture = Objects.requireNonNull(what, "what");
            return this;
        }

        /**
         * Limits how many stacks are captured in a second; objects beyond it are tracked without one. Default: 1 000.
         *
         * @param max at least 1
         * @return this
         * @throws IllegalArgumentException if {@code max} is below 1
         */
        public Builder<T> maxCapturesPerSecond(int max) {
            if (max < 1) {
                throw new IllegalArgumentException(
                        "maxCapturesPerSecond is " + max + "; it must be at least 1. For none, use capture(SITE)");
            }
            maxCapturesPerSecond = max;
            return this;
        }

        /**
         * Also reports tracked objects that are open for longer than {@code limit}, once each, and withdraws the
         * report when they are closed after all. Default: never.
         *
         * @param limit longer than zero
         * @return this
         * @throws IllegalArgumentException if {@code limit} is not positive
         */
        public Builder<T> heldLongerThan(Duration limit) {
            heldLongerThanNanos = positive(limit, "heldLongerThan");
            return this;
        }

        /**
         * Sets how long a site that leaked is tracked without sampling, from its latest leak. Default: 10 minutes.
         *
         * @param time not negative; zero switches it off
         * @return this
         * @throws IllegalArgumentException if {@code time} is negative
         */
        public Builder<T> escalate(Duration time) {
            escalateNanos = time.isZero() ? 0 : positive(time, "escalate");
            return this;
        }

        /**
         * Sets the clock of ages. Default: {@link TimeSource#system}.
         *
         * @param clock the clock
         * @return this
         */
        public Builder<T> timeSource(TimeSource clock) {
            timeSource = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Makes a detector that the caller closes.
         *
         * @return a detector
         * @throws dev.lifecycle.ProviderMissingException if no implementation is bound
         */
        public LeakDetector<T> open() {
            return Lifecycle.provider()
                    .leakDetector(new LeakDetectorConfig(
                            type,
                            oneIn,
                            capture,
                            maxCapturesPerSecond,
                            heldLongerThanNanos,
                            escalateNanos,
                            timeSource));
        }

        /**
         * Makes a detector that {@code owner} closes.
         *
         * @param owner an open scope
         * @return a detector
         * @throws dev.lifecycle.scope.ScopeClosedException if {@code owner} is closed
         */
        public LeakDetector<T> open(Scope owner) {
            Objects.requireNonNull(owner, "owner");
            return owner.acquire(this::open);
        }

        private static long positive(Duration value, String what) {
            if (value.isZero() || value.isNegative()) {
                throw new IllegalArgumentException(what + " is " + value + "; it must be longer than zero");
            }
            return TimeUnit.NANOSECONDS.convert(value);
        }
    }
}
