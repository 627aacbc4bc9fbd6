package dev.lifecycle.task;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Managed;
import dev.lifecycle.Names;
import dev.lifecycle.State;
import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.TimerConfig;
import dev.lifecycle.time.TimeSource;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * Hands actions to executors when their moment comes; made for timeouts, most of which are cancelled.
 *
 * <p><b>Time.</b> Never early. Late by a millisecond, and by what the machine takes to give a thread a processor. In the order of their
 * moments, to a millisecond; after a pause of the process, what is overdue is handed over at once, in that order. Delays beyond
 * 146 years are cut to that.
 *
 * <p><b>Executors.</b> {@link Executor#execute} is called on a thread of the library, {@code lifecycle-reaper}, one after the other, with
 * no lock held. It should return at once. One that runs the action itself, or blocks, does not hold up others for long: after 20 ms
 * another thread goes on without it. Up to {@value #MAX_LEFT_BEHIND} threads are left behind like that at any time; then the others wait until one
 * of them comes back, which is logged, and shown by the gauge {@code leftBehind}. What {@code execute} throws is logged, at the first and each doubling, and counted
 * in the gauge {@code refused}; the action is lost then.
 *
 * <p><b>Cost.</b> Scheduling, cancelling and re-arming take constant time, whatever is pending. 40 bytes for each timeout of the {@link
 * #shared} timer, 48 for those of others, besides the action. While nothing is pending, no thread wakes up for it. All timers of a
 * clock share one thread. Thread-safe, and safe to call from anywhere, an action included.
 */
public interface Timer extends AutoCloseable {

    /** How many threads may be stuck in executors of users, for all timers, before timeouts wait for them. */
    int MAX_LEFT_BEHIND = 16;

    /**
     * Returns the timer for everybody, by the clock of the JVM. It holds {@value TimerConfig#DEFAULT_MAX_PENDING} timeouts at most, hangs
     * in no scope, and cannot be closed.
     *
     * @return always the same
     */
    static Timer shared() {
        return Lifecycle.provider().sharedTimer();
    }

    /**
     * Starts the description of a timer of your own: with its own bound, and closed with its owner.
     *
     * @param name for the tree, messages and log lines; see {@link Names#check}
     * @return a builder with the defaults
     * @throws IllegalArgumentException if {@code name} cannot be printed on one line
     */
    static Builder builder(String name) {
        return new Builder(name);
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
     * Returns this timer as a node of the ownership tree: its snapshot has the gauges {@code pending}, {@code maxPending}, {@code waiting} (due, and
     * not yet handed over; part of pending), {@code refused} (by executors that threw), {@code cancelledByClose}, and {@code
     * leftBehind} (threads that are stuck in executors, of all timers).
     *
     * @return always the same; closing it closes the timer
     */
    Managed managed();

    /**
     * Hands {@code action} to {@code on} after {@code delay}.
     *
     * @param delay from now; zero for as soon as possible
     * @param action what to run
     * @param on where; its {@code execute} should return at once
     * @return to cancel it, or give it another moment
     * @throws IllegalArgumentException if {@code delay} is negative
     * @throws TimerFullException if as many are pending as may be
     * @throws TimerClosedException if the timer is closed
     */
    Timeout schedule(Duration delay, Runnable action, Executor on);

    /**
     * Tells how many actions have neither been handed over nor cancelled.
     *
     * @return exact while nobody schedules or cancels and nothing becomes due
     */
    long pending();

    /**
     * Closes it, see {@link #close()}, and waits until the threads that are handing over actions of this timer have come back from its
     * executors; not for the calling thread, if that is one of them. When it is interrupted, it stops waiting and leaves the flag set.
     *
     * @param deadline how long it waits at most; zero not to wait
     * @return {@code closed} is the number of timeouts that were cancelled by the close, {@code overruns} the executors that
     *     did not return, with the stack of the thread
     * @throws IllegalArgumentException if {@code deadline} is negative
     * @throws UnsupportedOperationException if this is the {@link #shared} timer
     */
    CloseReport close(Duration deadline);

    /**
     * Cancels what is pending, and refuses what is scheduled from now on. When it returns, no more actions are handed over, save one that
     * an executor is being given at this moment. Idempotent.
     *
     * @throws UnsupportedOperationException if this is the {@link #shared} timer
     */
    @Override
    void close();

    /** Describes a timer. Not thread-safe; may be used again: each {@code open} makes another one. */
    final class Builder {
        private final String name;
        private int maxPending = TimerConfig.DEFAULT_MAX_PENDING;
        private TimeSource timeSource = TimeSource.system();

        private Builder(String name) {
            this.name = Names.check(name, "name");
        }

        /**
         * Sets how many timeouts it holds at most. Default: {@value TimerConfig#DEFAULT_MAX_PENDING}. Those that are due and wait for a
         * thread may come on top, up to as many again.
         *
         * @param timeouts at least 1
         * @return this
         * @throws IllegalArgumentException if {@code timeouts} is less than 1
         */
        public Builder maxPending(int timeouts) {
            if (timeouts < 1) {
                throw new IllegalArgumentException("maxPending is " + timeouts + "; it must be at least 1");
            }
            maxPending = timeouts;
            return this;
        }

        /**
         * Sets the clock. Default: {@link TimeSource#system}.
         *
         * @param clock the clock
         * @return this
         */
        public Builder timeSource(TimeSource clock) {
            timeSource = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Opens a timer that the caller closes. One that is dropped without being closed is reported as a leak, once nothing is
         * pending in it.
         *
         * @return an open timer
         */
        public Timer open() {
            return Lifecycle.provider().openTimer(config(), null);
        }

        /**
         * Opens a timer that {@code owner} closes, unless it is closed before.
         *
         * @param owner an open scope
         * @return an open timer
         * @throws dev.lifecycle.scope.ScopeClosedException if {@code owner} is closed
         */
        public Timer open(Scope owner) {
            return Lifecycle.provider().openTimer(config(), Objects.requireNonNull(owner, "owner"));
        }

        private TimerConfig config() {
            return new TimerConfig(name, maxPending, timeSource);
        }
    }
}
