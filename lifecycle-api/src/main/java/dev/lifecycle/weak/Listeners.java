package dev.lifecycle.weak;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Managed;
import dev.lifecycle.Names;
import dev.lifecycle.State;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.ListenersConfig;
import dev.lifecycle.time.TimeSource;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Those who want to hear of events, and no longer than they want to: a subscription ends with its scope, with its weak
 * owner, or when it is closed.
 *
 * <p><b>Order.</b> {@link #emit} calls exactly those listeners that were subscribed when it began, once each, in the order of
 * their subscription, on the calling thread and with no lock held: whatever they do meanwhile. They may close their own
 * subscription or another one, subscribe, emit, and close the listeners as a whole; an {@code emit} that is running goes on to
 * the listeners it began with. One that begins after {@link Subscription#close} has returned does not call that listener.
 *
 * <p><b>Failures.</b> Each listener is called, whatever those before it threw, errors included; see {@link FailurePolicy}. The
 * one exception: a {@link StackOverflowError} leaves those calls of {@code emit} that run inside a listener, and is treated
 * as the failure of a listener by the outermost one, which has the stack to go on.
 *
 * <p><b>Cost.</b> Emitting takes no lock and allocates nothing unless a listener fails; subscribing and closing take time that
 * hardly depends on the number of subscriptions. Thread-safe.
 *
 * <p><b>Growth.</b> More subscriptions than {@link Builder#reportAbove} are reported to {@link
 * dev.lifecycle.leak.LeakDetector#library}, and again at each doubling, with the place that most of them come from.
 *
 * @param <E> the type of the events, never null
 */
public interface Listeners<E> extends AutoCloseable {

    /**
     * Starts the description of listeners.
     *
     * @param name for the tree, messages and log lines; see {@link Names#check}
     * @param <E> the type of the events
     * @return a builder with the defaults
     * @throws IllegalArgumentException if {@code name} cannot be printed on one line
     */
    static <E> Builder<E> builder(String name) {
        return new Builder<>(name);
    }

    /**
     * Returns the name given when they were opened.
     *
     * @return never blank
     */
    String name();

    /**
     * Returns where they stand now.
     *
     * @return open, or closed
     */
    State state();

    /**
     * Subscribes {@code listener} until {@code scope} closes, or the subscription is closed before, which leaves nothing behind
     * in the scope: the usual way. The scope keeps the subscription, and that neither the listener nor the {@code Listeners}.
     *
     * @param scope an open scope of whoever listens
     * @param listener called for each event; may be subscribed more than once. Its {@code equals}, {@code hashCode} and
     *     {@code toString} are never called
     * @return the subscription; it may be ignored
     * @throws dev.lifecycle.scope.ScopeClosedException if {@code scope} is closed; nothing is subscribed then
     * @throws ListenersClosedException if the listeners are closed
     * @throws ListenersFullException if there are as many as allowed
     */
    Subscription on(Scope scope, Consumer<? super E> listener);

    /**
     * Subscribes {@code listener} until the subscription is closed.
     *
     * @param listener called for each event
     * @return the subscription; who ignores it subscribes for as long as the listeners are open
     * @throws ListenersClosedException if the listeners are closed
     * @throws ListenersFullException if there are as many as allowed
     */
    Subscription on(Consumer<? super E> listener);

    /**
     * Subscribes {@code function} for as long as {@code owner} is reachable otherwise: the function is held strongly and the owner
     * weakly. Within a second of the collection that finds the owner gone the subscription is closed, whether or not there are
     * events.
     *
     * <p>The function must not refer to the owner, or it keeps it: write {@code onWeak(view, (v, event) -> v.show(event))}, not
     * {@code (v, event) -> show(event)}. Where its own fields can be looked at, a function that holds the owner is refused; what
     * it holds by way of other objects is found by {@link dev.lifecycle.testing.LeakProbe#expectCollected}.
     *
     * <p>Each delivery makes the owner strongly reachable for a moment. Collectors that work beside the program take that for a
     * use: an owner that hears of events all the time may never be found unreachable by them. Prefer {@link #on(Scope, Consumer)}
     * where there are many events.
     *
     * @param owner whoever listens
     * @param function called with the owner and the event
     * @param <O> the type of the owner
     * @return the subscription; it may be ignored
     * @throws IllegalArgumentException if {@code function} is, or holds in a field of its own, the owner
     * @throws ListenersClosedException if the listeners are closed
     * @throws ListenersFullException if there are as many as allowed
     */
    <O> Subscription onWeak(O owner, BiConsumer<? super O, ? super E> function);

    /**
     * Calls the listeners, one after the other.
     *
     * @param event not null
     * @return how many took it: those that did not fail, and whose weak owner was not gone
     * @throws ListenerException if some failed, after all were called, unless {@link Builder#onFailure} says otherwise
     * @throws ListenersClosedException if the listeners are closed
     */
    int emit(E event);

    /**
     * Opens a way to emit without waiting for listeners, with the queue of {@link Builder#queue}. Open one and keep it: each
     * stays with the listeners until it is closed, and {@value ListenersConfig#MAX_EMITTERS} are the most that may be open.
     *
     * @param executor runs the deliveries, one at a time
     * @return an open emitter, closed with the listeners
     * @throws ListenersClosedException if the listeners are closed
     * @throws ListenersFullException if as many as allowed are open
     */
    Emitter<E> emitTo(Executor executor);

    /**
     * Opens a way to emit without waiting for listeners, see {@link #emitTo(Executor)}.
     *
     * @param executor runs the deliveries, one at a time
     * @param capacity how many events wait at most, between 1 and {@value ListenersConfig#MAX_QUEUE}
     * @param overflow what becomes of events for which there is no room
     * @return an open emitter, closed with the listeners
     * @throws IllegalArgumentException if {@code capacity} is outside these bounds
     * @throws ListenersClosedException if the listeners are closed
     * @throws ListenersFullException if as many as allowed are open
     */
    Emitter<E> emitTo(Executor executor, int capacity, Overflow overflow);

    /**
     * Tells how many subscriptions are open.
     *
     * @return at least 0; weak ones count until their owner was found collected
     */
    int size();

    /**
     * Returns these listeners as a node of the ownership tree: its snapshot has the gauges {@code listeners}, {@code weak},
     * {@code collected} (weak owners that are gone), {@code failures}, and, where there were so many that it was asked for, {@code
     * mostFrom}: where most of the sampled subscriptions that are open come from.
     *
     * @return always the same; closing it closes the listeners
     */
    Managed managed();

    /**
     * Closes all subscriptions and emitters; they leave their scopes. An {@code emit} that is running goes on. Idempotent.
     */
    @Override
    void close();

    /**
     * Describes listeners. Not thread-safe; may be used again: each {@code open} makes others.
     *
     * @param <E> the type of the events
     */
    final class Builder<E> {
        private final String name;
        private FailurePolicy policy = FailurePolicy.COLLECT;
        private @Nullable Consumer<? super ListenerFailure> onFailure;
        private int maximum = ListenersConfig.DEFAULT_MAXIMUM;
        private int reportAbove = ListenersConfig.DEFAULT_REPORT_ABOVE;
        private boolean tracked = true;
        private int queueCapacity = ListenersConfig.DEFAULT_QUEUE;
        private Overflow overflow = Overflow.DROP_OLDEST;
        private TimeSource timeSource = TimeSource.system();

        private Builder(String name) {
            this.name = Names.check(name, "name");
        }

        /**
         * Sets what becomes of failures. Default: {@link FailurePolicy#COLLECT}.
         *
         * @param policy in place of any handler
         * @return this
         */
        public Builder<E> onFailure(FailurePolicy policy) {
            this.policy = Objects.requireNonNull(policy, "policy");
            onFailure = null;
            return this;
        }

        /**
         * Hands each failure to {@code handler}, on the thread that emits, before the next listener is called. {@code emit} then
         * returns normally. What the handler throws is logged, at the first and each doubling, and changes nothing.
         *
         * @param handler receives failures
         * @return this
         */
        public Builder<E> onFailure(Consumer<? super ListenerFailure> handler) {
            onFailure = Objects.requireNonNull(handler, "handler");
            return this;
        }

        /**
         * Sets how many subscriptions there are at most. Default: {@value ListenersConfig#DEFAULT_MAXIMUM}.
         *
         * @param subscriptions between 1 and {@value ListenersConfig#MAX_LISTENERS}
         * @return this
         * @throws IllegalArgumentException if {@code subscriptions} is outside these bounds
         */
        public Builder<E> maximum(int subscriptions) {
            maximum = between("maximum", subscriptions, ListenersConfig.MAX_LISTENERS);
            return this;
        }

        /**
         * Sets how many subscriptions are too many to be meant: more are reported as {@linkplain
         * dev.lifecycle.leak.LeakReport.Kind#GROWING growing}, and again at each doubling. From half of it on, the place is noted
         * that some of them come from, which costs a few microseconds for one in sixteen. Default: {@value
         * ListenersConfig#DEFAULT_REPORT_ABOVE}.
         *
         * @param subscriptions at least 1; {@link Integer#MAX_VALUE} for never
         * @return this
         * @throws IllegalArgumentException if {@code subscriptions} is less than 1
         */
        public Builder<E> reportAbove(int subscriptions) {
            reportAbove = between("reportAbove", subscriptions, Integer.MAX_VALUE);
            return this;
        }

        /**
         * Does not note which events are being delivered. Makes {@code emit} some nanoseconds cheaper; {@link
         * Subscription#closeAndAwait} then throws {@link UnsupportedOperationException}.
         *
         * @return this
         */
        public Builder<E> untracked() {
            tracked = false;
            return this;
        }

        /**
         * Sets the queue of {@link Listeners#emitTo(Executor)}. Default: {@value ListenersConfig#DEFAULT_QUEUE} events, of which
         * the oldest are dropped.
         *
         * @param capacity between 1 and {@value ListenersConfig#MAX_QUEUE} events
         * @param overflow what becomes of events for which there is no room
         * @return this
         * @throws IllegalArgumentException if {@code capacity} is outside these bounds
         */
        public Builder<E> queue(int capacity, Overflow overflow) {
            Objects.requireNonNull(overflow, "overflow");
            queueCapacity = between("capacity", capacity, ListenersConfig.MAX_QUEUE);
            this.overflow = overflow;
            return this;
        }

        /**
         * Sets the clock of ages and of {@link Subscription#closeAndAwait}. Default: {@link TimeSource#system}.
         *
         * @param clock the clock
         * @return this
         */
        public Builder<E> timeSource(TimeSource clock) {
            timeSource = Objects.requireNonNull(clock, "clock");
            return this;
        }

        private static int between(String what, int value, int bound) {
            if (value < 1 || value > bound) {
                throw new IllegalArgumentException(what + " is " + value + "; it must be between 1 and " + bound);
            }
            return value;
        }

        /**
         * Opens listeners that the caller closes. Those that are dropped without being closed are reported as a leak.
         *
         * @return open listeners
         */
        public Listeners<E> open() {
            return Lifecycle.provider().openListeners(config(), null);
        }

        /**
         * Opens listeners that {@code owner} closes, unless they are closed before.
         *
         * @param owner an open scope
         * @return open listeners
         * @throws dev.lifecycle.scope.ScopeClosedException if {@code owner} is closed
         */
        public Listeners<E> open(Scope owner) {
            return Lifecycle.provider().openListeners(config(), Objects.requireNonNull(owner, "owner"));
        }

        private ListenersConfig config() {
            return new ListenersConfig(
                    name, policy, onFailure, maximum, reportAbove, tracked, queueCapacity, overflow, timeSource);
        }
    }
}
