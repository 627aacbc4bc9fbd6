package dev.lifecycle.weak;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Managed;
import dev.lifecycle.Names;
import dev.lifecycle.State;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.WeakKeyMapConfig;
import dev.lifecycle.spi.WeakValueMapConfig;
import dev.lifecycle.time.TimeSource;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds objects by a key, for as long as somebody uses them. Keys are held strongly and compared by {@code equals}; values are
 * held weakly: an entry stays as long as its value can be reached, and leaves within a second after the collector has cleared
 * the reference to it, also when nobody uses the map.
 *
 * {@snippet class="dev.lifecycle.tests.weak.WeakExamples" region="find"}
 *
 * <p><strong>The map keeps no value alive.</strong> Who wants to find one again must hold it: a value that is only put in is
 * gone at the next collection. It is no cache; take a {@link dev.lifecycle.collect.BoundedCache} for that. The other way round,
 * a key that refers to its value, by whatever detour, keeps it alive, and the entry is never let go.
 *
 * <p>A value that is looked up is handed to the caller and lives as long as the caller holds it; under a concurrent collector,
 * one more cycle. Values that are not asked for are not touched.
 *
 * <p>Thread-safe. {@link #get} takes no lock and allocates nothing, and takes constant time if hash codes differ. What adds or
 * removes an entry holds a short lock of one sixteenth of the map, in which no code of yours runs, nor any {@code equals} or
 * {@code hashCode}: what they throw leaves the map as it was. Memory: about 48 bytes an entry, besides key and value.
 *
 * <p>Values that are value-based are refused, as keys are by a {@link WeakKeyMap}: nobody can hold on to one.
 *
 * <p>Once it is closed, a map is empty, and refuses new entries.
 *
 * @param <K> the type of the keys: never null, with {@code equals} and {@code hashCode} that do not change
 * @param <V> the type of the values, never null
 */
@SuppressWarnings("InvalidInlineTag") // Error Prone on JDK 17 does not know {@snippet}
public interface WeakValueMap<K, V> extends AutoCloseable {

    /**
     * Starts the description of a map.
     *
     * @param name for the tree, messages and log lines; see {@link Names#check}
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
     * Returns the value of {@code key}.
     *
     * @param key not null
     * @return null if there is none, or it was collected
     */
    @Nullable
    V get(K key);

    /**
     * Tells whether {@code key} has a value, without touching it: it may be gone when the caller asks for it.
     *
     * @param key not null
     * @return whether it has
     */
    boolean containsKey(K key);

    /**
     * Gives {@code key} a value, in place of the one it has.
     *
     * @param key held strongly
     * @param value held weakly
     * @return the value it had, or null
     * @throws IllegalArgumentException if {@code value} is value-based
     * @throws RegistryClosedException if the map is closed; nothing is kept then
     */
    @Nullable
    V put(K key, V value);

    /**
     * Gives {@code key} a value, unless it has one.
     *
     * @param key held strongly
     * @param value held weakly
     * @return the value it has, or null if it is {@code value} now
     * @throws IllegalArgumentException if {@code value} is value-based
     * @throws RegistryClosedException if the map is closed; nothing is kept then
     */
    @Nullable
    V putIfAbsent(K key, V value);

    /**
     * Returns the value of {@code key}; if it has none, the one that {@code function} makes. The function runs on the calling
     * thread with no lock held. So it may use this map, for this very key too, and nobody waits for it; and of threads that
     * want one key at the same time, each may call its own: one result is kept, and all of them return that one.
     *
     * @param key held strongly
     * @param function makes a value; null makes none
     * @return the value, or null if the function returned that
     * @throws IllegalArgumentException if the value is value-based
     * @throws RegistryClosedException if the map is closed; nothing is kept then
     */
    @Nullable
    V computeIfAbsent(K key, Function<? super K, ? extends @Nullable V> function);

    /**
     * Takes the value of {@code key} away.
     *
     * @param key not null
     * @return the value it had, or null
     */
    @Nullable
    V remove(K key);

    /**
     * Takes the value of {@code key} away, if it is this one.
     *
     * @param key not null
     * @param value compared by identity
     * @return whether it was
     */
    boolean remove(K key, V value);

    /**
     * Hands over the entries whose values are alive, in no order, on the calling thread with no lock held. Each value is
     * alive while it is handed over. Entries that come or go meanwhile may be among them or not.
     *
     * @param action what it throws is thrown, and ends the walk
     */
    void forEach(BiConsumer<? super K, ? super V> action);

    /**
     * Copies the entries whose values are alive. There is no live view: its size would change by itself between two calls,
     * and an iterator would find that {@code hasNext} had not told the truth.
     *
     * @return a map of its own, which keeps the values alive as long as it is kept
     */
    Map<K, V> toMap();

    /**
     * Counts the entries, those included whose values were collected a moment ago.
     *
     * @return at least the number of values that are alive, unless there are changes at the same time
     */
    int approxSize();

    /** Lets go, now, of all entries whose values were collected. The library does so by itself; tests may be in a hurry. */
    void purge();

    /** Takes all entries out. */
    void clear();

    /**
     * Returns this map as a node of the ownership tree: its snapshot has the gauges {@code entries}, {@code collected}, and
     * with a hook {@code hookFailures} and {@code hookSkipped}.
     *
     * @return always the same; closing it closes the map
     */
    Managed managed();

    /** Closes it: all entries are forgotten. Idempotent. */
    @Override
    void close();

    /**
     * Describes a map. Not thread-safe; may be used again: each {@code open} makes another map.
     *
     * @param <K> the type of the keys
     * @param <V> the type of the values
     */
    final class Builder<K, V> {
        private final String name;
        private @Nullable Consumer<? super K> onEvict;
        private TimeSource timeSource = TimeSource.system();

        private Builder(String name) {
            this.name = Names.check(name, "name");
        }

        /**
         * Receives the key of each value that was collected, unless the key has got another value since. Not the keys of
         * values that were replaced, removed, cleared or are left when the map is closed. Default: nobody.
         *
         * <p>Called on the reaper thread of the library, with no lock held; it may use the map. What it throws is logged, and
         * counted in the gauge {@code hookFailures}. While one call does not return for a second or more, up to {@value
         * WeakKeyMapConfig#MAX_WAITING} keys wait for it; those beyond are counted in {@code hookSkipped} and dropped.
         *
         * @param hook gets the key
         * @return this
         */
        public Builder<K, V> onEvict(Consumer<? super K> hook) {
            onEvict = Objects.requireNonNull(hook, "hook");
            return this;
        }

        /**
         * Sets the clock of ages. Default: {@link TimeSource#system}.
         *
         * @param clock the clock
         * @return this
         */
        public Builder<K, V> timeSource(TimeSource clock) {
            timeSource = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Opens a map that the caller closes. One that is dropped without being closed is reported as a leak.
         *
         * @return an open map
         */
        public WeakValueMap<K, V> open() {
            return Lifecycle.provider().openWeakValueMap(config(), null);
        }

        /**
         * Opens a map that {@code owner} closes, unless it is closed before.
         *
         * @param owner an open scope
         * @return an open map
         * @throws dev.lifecycle.scope.ScopeClosedException if {@code owner} is closed
         */
        public WeakValueMap<K, V> open(Scope owner) {
            return Lifecycle.provider().openWeakValueMap(config(), Objects.requireNonNull(owner, "owner"));
        }

        private WeakValueMapConfig<K> config() {
            return new WeakValueMapConfig<>(name, onEvict, timeSource);
        }
    }
}
