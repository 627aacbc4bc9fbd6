package dev.lifecycle.task;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Managed;
import dev.lifecycle.Names;
import dev.lifecycle.State;
import dev.lifecycle.scope.Release;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.LazyConfig;
import dev.lifecycle.time.TimeSource;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A value that is made when it is first asked for, once, however many ask, and closed in the end.
 *
 * <p>The first caller makes it, on its own thread, with no lock held; others wait for it, and can be interrupted. If it fails,
 * those who wait get that failure, and the next caller tries again; if the thread that makes it is interrupted, one of those
 * who wait tries again. Once it is there, {@link #get} is one read.
 *
 * <p>{@link #reset}, {@link #close} and {@link Builder#maxIdle} close the value, if it is an {@link AutoCloseable} or has its
 * own {@linkplain Builder#onClose way}: exactly once, while others may still use what {@link #get} returned to them. For a
 * value that must stay open while it is used, borrow it from a pool or a cache.
 *
 * @param <T> the type of the value, never null
 */
public interface Lazy<T> extends AutoCloseable {

    /**
     * Opens one named {@code lazy} that the caller closes.
     *
     * @param init makes the value, never null
     * @param <T> the type of the value
     * @return an open one, without a value
     */
    static <T> Lazy<T> of(Callable<? extends T> init) {
        return Lazy.<T>builder("lazy", init).open();
    }

    /**
     * Starts the description of a lazy value.
     *
     * @param name for the tree, messages and log lines; see {@link Names#check}
     * @param init makes the value, never null; called with no lock held, never by two threads at once
     * @param <T> the type of the value
     * @return a builder
     * @throws IllegalArgumentException if {@code name} cannot be printed on one line
     */
    static <T> Builder<T> builder(String name, Callable<? extends T> init) {
        return new Builder<>(name, init);
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
     * Returns the value; makes it, or waits for the thread that makes it.
     *
     * @return never null
     * @throws InterruptedException if the calling thread is interrupted while it waits, or {@code init} was
     * @throws LoadException if {@code init} threw, {@code Error}s included, or returned null; or did lately, see {@link
     *     Builder#retryBackoff}
     * @throws RecursiveLoadException if {@code init} asks, perhaps by way of others, for the value it is to make
     * @throws LazyClosedException if this is closed, before or meanwhile
     */
    T get() throws InterruptedException;

    /**
     * Returns the value if it is there. Does not count as a use for {@link Builder#maxIdle}.
     *
     * @return empty while there is none, and after a close
     */
    Optional<T> peek();

    /**
     * Closes the value, if it is there; the next caller makes another. One that is being made is closed as soon as it is there,
     * and those who wait make another: who changes what it is made from, and then resets, is sure that nobody is given the old
     * one afterwards. Forgets a failure, too. Does nothing after a close.
     */
    void reset();

    /**
     * Returns this as a node of the ownership tree: its snapshot has the gauges {@code present}, {@code made}, {@code failures}
     * and {@code closeFailures}.
     *
     * @return always the same; closing it closes this
     */
    Managed managed();

    /**
     * Closes the value if it is there. One that is being made then is closed as soon as it is there, by the thread that makes
     * it, and that thread and those who wait get a {@link LazyClosedException}. Does not wait for it. Idempotent; what the close
     * of the value throws is logged and counted.
     */
    @Override
    void close();

    /**
     * Describes a lazy value. Not thread-safe; may be used again: each {@code open} makes another.
     *
     * @param <T> the type of the value
     */
    final class Builder<T> {
        private final String name;
        private final Callable<? extends T> init;
        private @Nullable Release<? super T> release;
        private long retryNanos = LazyConfig.UNSET;
        private long idleNanos = LazyConfig.UNSET;
        private TimeSource timeSource = TimeSource.system();

        private Builder(String name, Callable<? extends T> init) {
            this.name = Names.check(name, "name");
            this.init = Objects.requireNonNull(init, "init");
        }

        /**
         * Sets how the value is closed. Default: an {@link AutoCloseable} is closed, anything else dropped.
         *
         * @param release called once for each value that was made, with no lock held; what it throws is logged and counted
         * @return this
         */
        public Builder<T> onClose(Release<? super T> release) {
            this.release = Objects.requireNonNull(release, "release");
            return this;
        }

        /**
         * Remembers a failure for a while: calls fail alike, each with an exception of its own, without trying again. Default:
         * no, each call tries. {@code Error}s and interrupts are never remembered.
         *
         * @param time positive
         * @return this
         * @throws IllegalArgumentException if {@code time} is not positive
         */
        public Builder<T> retryBackoff(Duration time) {
            retryNanos = positive(time, "retryBackoff");
            return this;
        }

        /**
         * Closes the value when nobody has asked for it for so long: by a look of the library's timer thread, and by the next
         * call, which makes another. Costs a clock reading for each {@link Lazy#get}. Default: never.
         *
         * @param time positive
         * @return this
         * @throws IllegalArgumentException if {@code time} is not positive
         */
        public Builder<T> maxIdle(Duration time) {
            idleNanos = positive(time, "maxIdle");
            return this;
        }

        /**
         * Sets the clock. Default: {@link TimeSource#system}.
         *
         * @param clock the clock
         * @return this
         */
        public Builder<T> timeSource(TimeSource clock) {
            timeSource = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Opens a lazy value that the caller closes. One that is dropped without being closed is reported as a leak.
         *
         * @return an open one, without a value
         */
        public Lazy<T> open() {
            return Lifecycle.provider().openLazy(config(), null);
        }

        /**
         * Opens a lazy value that {@code owner} closes, unless it is closed before.
         *
         * @param owner an open scope
         * @return an open one, without a value
         * @throws dev.lifecycle.scope.ScopeClosedException if {@code owner} is closed
         */
        public Lazy<T> open(Scope owner) {
            return Lifecycle.provider().openLazy(config(), Objects.requireNonNull(owner, "owner"));
        }

        private LazyConfig<T> config() {
            return new LazyConfig<>(name, init, release, retryNanos, idleNanos, timeSource);
        }

        private static long positive(Duration time, String what) {
            if (Objects.requireNonNull(time, "time").isNegative() || time.isZero()) {
                throw new IllegalArgumentException(
                        what + " is " + time + "; it must be positive. Leave it out to switch it off");
            }
            return TimeUnit.NANOSECONDS.convert(time);
        }
    }
}
