package dev.lifecycle.weak;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Managed;
import dev.lifecycle.Names;
import dev.lifecycle.State;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.WeakInternerConfig;
import dev.lifecycle.time.TimeSource;
import java.util.Objects;

/**
 * Chooses one instance of those that are equal, and knows it for as long as somebody uses it: a million equal strings become
 * one, and none of them stays for the interner's sake.
 *
 * {@snippet class="dev.lifecycle.tests.weak.WeakExamples" region="intern"}
 *
 * <p>Instances are held weakly; an entry leaves within a second after the collector has cleared the reference, also when
 * nobody uses the interner. A look-up touches only instances whose hash code, all 32 bits of it, is that of the candidate: so
 * it does not prolong the life of others.
 *
 * <p>Thread-safe. An instance that is known is found without a lock or allocation, in constant time if hash codes differ.
 * {@code equals} and {@code hashCode} are called with no lock held: what they throw leaves the interner as it was. Memory:
 * about 48 bytes an entry, besides the instance.
 *
 * <p>Value-based instances (boxes, {@code Optional}, {@code java.time}, {@code List.of}) are refused: they have no identity
 * that one could share.
 *
 * @param <E> the type of the instances: never null, with {@code equals} and {@code hashCode} that do not change
 */
@SuppressWarnings("InvalidInlineTag") // Error Prone on JDK 17 does not know {@snippet}
public interface WeakInterner<E> extends AutoCloseable {

    /**
     * Starts the description of an interner.
     *
     * @param name for the tree, messages and log lines; see {@link Names#check}
     * @param <E> the type of its instances
     * @return a builder
     * @throws IllegalArgumentException if {@code name} cannot be printed on one line
     */
    static <E> Builder<E> builder(String name) {
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
     * Returns the instance that stands for all equal ones: the first that came and is alive.
     *
     * @param candidate held weakly if it is the first
     * @return equal to {@code candidate}, or itself
     * @throws IllegalArgumentException if {@code candidate} is value-based
     * @throws RegistryClosedException if the interner is closed
     */
    E intern(E candidate);

    /**
     * Counts the instances, those included that were collected a moment ago.
     *
     * @return at least the number of those that are alive, unless there are changes at the same time
     */
    int approxSize();

    /** Lets go, now, of all that were collected. The library does so by itself; tests may be in a hurry. */
    void purge();

    /**
     * Returns this interner as a node of the ownership tree: its snapshot has the gauges {@code entries} and {@code
     * collected}.
     *
     * @return always the same; closing it closes the interner
     */
    Managed managed();

    /** Closes it: all instances are forgotten. Idempotent. */
    @Override
    void close();

    /**
     * Describes an interner. Not thread-safe; may be used again: each {@code open} makes another one.
     *
     * @param <E> the type of the instances
     */
    final class Builder<E> {
        private final String name;
        private TimeSource timeSource = TimeSource.system();

        private Builder(String name) {
            this.name = Names.check(name, "name");
        }

        /**
         * Sets the clock of ages. Default: {@link TimeSource#system}.
         *
         * @param clock the clock
         * @return this
         */
        public Builder<E> timeSource(TimeSource clock) {
            timeSource = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Opens an interner that the caller closes. One that is dropped without being closed is reported as a leak.
         *
         * @return an open interner
         */
        public WeakInterner<E> open() {
            return Lifecycle.provider().openWeakInterner(config(), null);
        }

        /**
         * Opens an interner that {@code owner} closes, unless it is closed before.
         *
         * @param owner an open scope
         * @return an open interner
         * @throws dev.lifecycle.scope.ScopeClosedException if {@code owner} is closed
         */
        public WeakInterner<E> open(Scope owner) {
            return Lifecycle.provider().openWeakInterner(config(), Objects.requireNonNull(owner, "owner"));
        }

        private WeakInternerConfig config() {
            return new WeakInternerConfig(name, timeSource);
        }
    }
}
