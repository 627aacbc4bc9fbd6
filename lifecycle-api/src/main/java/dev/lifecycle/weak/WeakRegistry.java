package dev.lifecycle.weak;

import dev.lifecycle.Kind;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Managed;
import dev.lifecycle.Names;
import dev.lifecycle.State;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.WeakRegistryConfig;
import dev.lifecycle.time.TimeSource;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Knows what is alive, by kind and name, without keeping it alive: how many sessions, parsers, views there are, some of them
 * with their ages, and which have become more since a while ago. Answers in production what otherwise takes a heap dump.
 *
 * {@snippet class="dev.lifecycle.tests.docs.WeakRegistryRecipesTest" region="count"}
 *
 * <p>An instance counts from {@link #add} until it is collected or {@linkplain #remove removed}; it is dropped from the count
 * within a second after the collector has cleared the reference, also when nobody uses the registry. So a figure counts what
 * can be reached, and what could be collected but was not yet: compare figures after a collection. Instances are told apart
 * by identity; none of their methods is ever called.
 *
 * <p>Thread-safe. Adding takes constant time, with a short lock of one sixteenth of the registry, in which no code of yours
 * runs. Memory: about 72 bytes an instance, and 140 for each combination of kind and name. {@value
 * WeakRegistryConfig#MAX_TALLIES} of these are told apart. When there are more, those of which none is alive are forgotten; if
 * there is no room still, what comes is counted together under its kind as {@value #OTHERS}, and stays there, or under a kind of
 * that name when there are as many kinds. So use names of which there are few: of the view or the tenant, not of the request.
 */
@SuppressWarnings("InvalidInlineTag") // Error Prone on JDK 17 does not know {@snippet}
public interface WeakRegistry extends AutoCloseable {

    /** The name under which is counted what came with too many names. */
    String OTHERS = "others";

    /**
     * Starts the description of a registry.
     *
     * @param name for the tree, messages and log lines; see {@link Names#check}
     * @return a builder
     * @throws IllegalArgumentException if {@code name} cannot be printed on one line
     */
    static Builder builder(String name) {
        return new Builder(name);
    }

    /**
     * An instance that was alive when it was asked for.
     *
     * @param kind as it was added, or {@link #OTHERS}
     * @param name as it was added, or {@link #OTHERS}
     * @param age the time since it was added
     * @param reference to it: cleared once it is collected
     */
    record Instance(Kind kind, String name, Duration age, WeakReference<Object> reference) {
        /** Checks for nulls. */
        public Instance {
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(age, "age");
            Objects.requireNonNull(reference, "reference");
        }

        /** Returns kind, name, class and age; calls nothing of the instance. */
        @Override
        public String toString() {
            Object instance = reference.get();
            return kind + " " + name + ", "
                    + (instance == null
                            ? "collected"
                            : "a " + instance.getClass().getName()) + ", age " + age;
        }
    }

    /**
     * How many instances of one kind and name there are.
     *
     * @param kind as they were added, or {@link #OTHERS}
     * @param name as they were added, or {@link #OTHERS}
     * @param alive how many are alive
     * @param added how many were added, ever or since the kind and name were forgotten for want of room
     */
    record Count(Kind kind, String name, long alive, long added) {
        /** Checks for nulls. */
        public Count {
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(name, "name");
        }
    }

    /**
     * What has become more, or fewer.
     *
     * @param kind as they were added, or {@link #OTHERS}
     * @param name as they were added, or {@link #OTHERS}
     * @param before how many were alive at the mark
     * @param now how many are alive
     */
    record Growth(Kind kind, String name, long before, long now) {
        /** Checks for nulls. */
        public Growth {
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(name, "name");
        }

        /**
         * Returns the difference.
         *
         * @return negative if there are fewer
         */
        public long by() {
            return now - before;
        }

        /** Returns one line, like {@code Session checkout 12 -> 412 (+400)}. */
        @Override
        public String toString() {
            return kind + " " + name + " " + before + " -> " + now + " (" + (by() < 0 ? "" : "+") + by() + ")";
        }
    }

    /**
     * The counts of one moment, to compare with later ones.
     *
     * @param counts most alive first
     */
    record Mark(List<Count> counts) {
        /** Copies the list. */
        public Mark {
            counts = List.copyOf(counts);
        }
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
     * Counts {@code instance} until it is collected. One that is counted already stays what it was added as.
     *
     * @param kind what sort of thing it is
     * @param name which of them; instances may share it. See {@link Names#check}
     * @param instance held weakly
     * @param <T> its type
     * @return {@code instance}
     * @throws IllegalArgumentException if {@code instance} is value-based, or {@code name} cannot be printed on one line
     * @throws RegistryClosedException if the registry is closed
     */
    <T> T add(Kind kind, String name, T instance);

    /**
     * Counts {@code instance} no more: for one that is done with before it is collected.
     *
     * @param instance compared by identity
     * @return whether it was counted
     */
    boolean remove(Object instance);

    /**
     * Counts all instances, those included that were collected a moment ago.
     *
     * @return how many there are
     */
    long alive();

    /**
     * Counts the instances by kind.
     *
     * @return most first; kinds of which none is alive are not in it
     */
    Map<Kind, Long> kinds();

    /**
     * Counts the instances by kind and name.
     *
     * @return most alive first; those of which none is alive are not in it
     */
    List<Count> counts();

    /**
     * Picks instances of one kind: any, not the oldest of all. Walks over the registry, from a place chosen by chance, until it
     * has found so many; who asks for more than there are gets all. Under a
     * concurrent collector, those that are picked may live for one cycle longer: nothing else here touches an instance.
     *
     * @param kind of those that are wanted
     * @param max how many at most, between 1 and {@value WeakRegistryConfig#MAX_SAMPLE}
     * @return those that were picked, the oldest of them first; weak references, so that a sample that is kept keeps nothing alive
     * @throws IllegalArgumentException if {@code max} is outside its bounds
     */
    List<Instance> sample(Kind kind, int max);

    /**
     * Notes the counts of now, for {@link #growthSince}.
     *
     * @return figures only: it keeps nothing alive
     */
    Mark mark();

    /**
     * Compares the counts of now with those of {@code mark}.
     *
     * @param mark of this registry
     * @return those that differ, the greatest growth first
     */
    List<Growth> growthSince(Mark mark);

    /** Drops, now, all that were collected from the counts. The library does so by itself; tests may be in a hurry. */
    void purge();

    /**
     * Returns this registry as a node of the ownership tree: its snapshot has the gauges {@code entries} and {@code collected},
     * and a child for each of the {@value WeakRegistryConfig#MAX_CHILDREN} most frequent kinds and names, with the gauges
     * {@code alive} and {@code added}; the gauge {@code omitted} counts the others.
     *
     * @return always the same; closing it closes the registry
     */
    Managed managed();

    /** Closes it: all instances are forgotten. Idempotent. */
    @Override
    void close();

    /** Describes a registry. Not thread-safe; may be used again: each {@code open} makes another one. */
    final class Builder {
        private final String name;
        private boolean components;
        private TimeSource timeSource = TimeSource.system();

        private Builder(String name) {
            this.name = Names.check(name, "name");
        }

        /**
         * Adds the components of this library too: each named scope, buffer, cache, map, hub and whatever else hangs in the
         * ownership tree, from when it is opened, with its own kind and name. Those that are opened before the registry are
         * not in it. Components that are closed count until they are collected: one that stays is kept by somebody. Default: no.
         *
         * @return this
         */
        public Builder components() {
            components = true;
            return this;
        }

        /**
         * Sets the clock of ages. Default: {@link TimeSource#system}.
         *
         * @param clock the clock
         * @return this
         */
        public Builder timeSource(TimeSource clock) {
            timeSource = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Opens a registry that the caller closes. One that is dropped without being closed is reported as a leak.
         *
         * @return an open registry
         */
        public WeakRegistry open() {
            return open(config(), null);
        }

        /**
         * Opens a registry that {@code owner} closes, unless it is closed before.
         *
         * @param owner an open scope
         * @return an open registry
         * @throws dev.lifecycle.scope.ScopeClosedException if {@code owner} is closed
         */
        public WeakRegistry open(Scope owner) {
            return open(config(), Objects.requireNonNull(owner, "owner"));
        }

        private static WeakRegistry open(WeakRegistryConfig config, @Nullable Scope owner) {
            return Lifecycle.provider().openWeakRegistry(config, owner);
        }

        private WeakRegistryConfig config() {
            return new WeakRegistryConfig(name, components, timeSource);
        }
    }
}
