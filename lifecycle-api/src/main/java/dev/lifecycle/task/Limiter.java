package dev.lifecycle.task;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Managed;
import dev.lifecycle.Names;
import dev.lifecycle.Pressure;
import dev.lifecycle.Shrinkable;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.LimiterConfig;
import dev.lifecycle.time.TimeSource;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets so many work at once, and refuses the others: at once, or after they waited in vain.
 *
 * <p>A permit is one of as many places as may be taken; that there are no more places is what bounds it, not a count that is
 * kept right. Those who wait are served in the order in which they came, and nobody overtakes them. Thread-safe, for platform
 * and virtual threads alike; a permit belongs to no thread.
 *
 * <p>To take and to close a permit costs two atomic updates and one small object while there is room; the clock is not read.
 * When all are taken, a refusal costs a read, or a look at each place once after a permit was closed. Memory: eight bytes for
 * each of the most permits that were ever taken at once.
 *
 * <p>{@linkplain Pressure#EMERGENCY In an emergency} the limit is halved, to 1 at least, until {@link #restore}. Permits that
 * are taken are never taken away: there may be more of them than the limit for a while, and none is given meanwhile.
 *
 * <p>A permit that is dropped unclosed is given back once the garbage collector has found it, together with those that were
 * taken at about the same time; the next ones are then watched one by one, and their reports say where they were taken.
 */
public interface Limiter extends Managed, Shrinkable {

    /**
     * Starts the description of a limiter.
     *
     * @param name for the tree, messages and log lines; see {@link Names#check}
     * @param max how many permits may be taken at once, between 1 and {@value LimiterConfig#MAX_PERMITS}
     * @return a builder
     * @throws IllegalArgumentException if {@code name} cannot be printed on one line, or {@code max} is outside its bounds
     */
    static Builder builder(String name, int max) {
        return new Builder(name, max);
    }

    /**
     * Takes a permit if one is free and nobody waits.
     *
     * @return empty if all are taken; counted as {@link LimiterStats#rejected}
     * @throws LimiterClosedException if the limiter is closed
     */
    Optional<Permit> tryAcquire();

    /**
     * Takes a permit; waits for one if all are taken.
     *
     * @param wait how long in all; zero does not wait; long ones are as good as for ever
     * @return a permit, also if it came with the deadline or with an interrupt: the flag of the thread is then set
     * @throws LimitExceededException if none was free in time, or {@link Builder#maxWaiters} wait already
     * @throws InterruptedException if the thread is interrupted while it waits; nothing is taken then
     * @throws LimiterClosedException if the limiter is closed, before or meanwhile
     * @throws IllegalArgumentException if {@code wait} is negative
     */
    Permit acquire(Duration wait) throws InterruptedException;

    /**
     * Does {@code body} with a permit: waits for it as long as {@link Builder#wait} says, by default not at all, and closes it
     * when {@code body} returns or throws.
     *
     * @param body the work
     * @param <T> its result
     * @param <X> what it may throw
     * @return the result of {@code body}
     * @throws X what {@code body} throws
     * @throws LimitExceededException if there was no permit in time; or if the thread was interrupted while it waited for one,
     *     and its flag is then set
     * @throws LimiterClosedException if the limiter is closed
     */
    <T extends @Nullable Object, X extends Exception> T call(ThrowingSupplier<T, X> body) throws X;

    /**
     * Changes how many permits may be taken at once. Never waits: when it is lowered, none is given until enough were closed;
     * when it is raised, those who wait are served.
     *
     * @param max between 1 and {@value LimiterConfig#MAX_PERMITS}
     * @throws IllegalArgumentException if {@code max} is outside these bounds
     */
    void resize(int max);

    /**
     * Counts. Looks at each place once; the figures of one call fit each other, as far as they are bounded: {@code active} is
     * never above {@code limit} unless that was lowered.
     *
     * @return the figures; after a close, the last ones
     */
    LimiterStats stats();

    /**
     * Closes it: callers that wait get a {@link LimiterClosedException}, as will later ones. Permits that are taken stay valid
     * and may be closed afterwards. Idempotent.
     */
    @Override
    void close();

    /** Describes a limiter. Not thread-safe; may be used again: each {@code open} makes another limiter. */
    final class Builder {
        private final String name;
        private final int max;
        private int maxWaiters = LimiterConfig.DEFAULT_WAITERS;
        private long waitNanos;
        private TimeSource timeSource = TimeSource.system();

        private Builder(String name, int max) {
            this.name = Names.check(name, "name");
            this.max = LimiterConfig.checkMax(max);
        }

        /**
         * Limits how many callers wait; one more is refused at once. Default: {@value LimiterConfig#DEFAULT_WAITERS}.
         *
         * @param callers at least 0, for nobody
         * @return this
         * @throws IllegalArgumentException if {@code callers} is negative
         */
        public Builder maxWaiters(int callers) {
            if (callers < 0) {
                throw new IllegalArgumentException(
                        "maxWaiters is " + callers + "; it must be at least 0, which lets nobody wait");
            }
            maxWaiters = callers;
            return this;
        }

        /**
         * Sets how long {@link Limiter#call} waits for a permit. Default: not at all.
         *
         * @param time zero or more
         * @return this
         * @throws IllegalArgumentException if {@code time} is negative
         */
        public Builder wait(Duration time) {
            if (Objects.requireNonNull(time, "time").isNegative()) {
                throw new IllegalArgumentException(
                        "wait is " + time + "; it must not be negative. Zero refuses at once, long ones wait for ever");
            }
            waitNanos = TimeUnit.NANOSECONDS.convert(time);
            return this;
        }

        /**
         * Sets the clock of waits and ages. Default: {@link TimeSource#system}.
         *
         * @param clock the clock
         * @return this
         */
        public Builder timeSource(TimeSource clock) {
            timeSource = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Opens a limiter that the caller closes. One that is dropped without being closed is reported as a leak.
         *
         * @return an open limiter
         */
        public Limiter open() {
            return Lifecycle.provider().openLimiter(config(), null);
        }

        /**
         * Opens a limiter that {@code owner} closes, unless it is closed before.
         *
         * @param owner an open scope
         * @return an open limiter
         * @throws dev.lifecycle.scope.ScopeClosedException if {@code owner} is closed
         */
        public Limiter open(Scope owner) {
            return Lifecycle.provider().openLimiter(config(), Objects.requireNonNull(owner, "owner"));
        }

        private LimiterConfig config() {
            return new LimiterConfig(name, max, maxWaiters, waitNanos, timeSource);
        }
    }
}
