package dev.lifecycle.weak;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Managed;
import dev.lifecycle.Names;
import dev.lifecycle.State;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.WeakKeyMapConfig;
import dev.lifecycle.time.TimeSource;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Attaches values to objects for as long as these live. Keys are held weakly and told apart by identity: their {@code equals}
 * and {@code hashCode} are never called. An entry stays as long as its key can be reached, and leaves within a second after the
 * collector has cleared the reference to it, also when nobody uses the map.
 *
 * {@snippet class="dev.lifecycle.tests.weak.WeakExamples" region="attach"}
 *
 * <p>Values are held strongly. <strong>A value that refers to its key, by whatever detour, keeps it alive, and the entry is
 * never let go</strong>: let such keys implement {@link AttachmentHost}, or open the map with {@link Builder#weakValues}.
 *
 * <p>Looking a key up, changing its value and the upkeep of the map never prolong the life of a key: they compare by {@link
 * java.lang.ref.Reference#refersTo}, and not by {@code get}, which a concurrent collector takes for a use. {@link #forEach} and
 * {@link #toMap} do hand keys out.
 *
 * <p>Thread-safe. {@link #get} takes no lock and allocates nothing; it, and the replacing of a value, take constant time.
 * What adds or removes an entry holds a short lock of one sixteenth of the map, in which no code of yours runs. Memory:
 * about 48 bytes an entry, besides key and value; 120 with a host.
 *
 * <p>Keys whose identity means nothing are refused: boxes, {@code Optional}, {@code java.time}, the collections of {@code
 * List.of}, and whatever else the JDK calls value-based. Two equal ones may be one object or two, at any time.
 *
 * <p>Once it is closed, a map is empty, and refuses new entries.
 *
 * @param <K> the type of the keys, never null
 * @param <V> the type of the values, never null
 */
@SuppressWarnings("InvalidInlineTag") // Error Prone on JDK 17 does not know {@snippet}
public interface WeakKeyMap<K, V> extends AutoCloseable {

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
     * @param key compared by identity
     * @return null if it has none
     */
    @Nullable
    V get(K key);

    /**
     * Tells whether {@code key} has a value.
     *
     * @param key compared by identity
     * @return whether it has
     */
    boolean containsKey(K key);

    /**
     * Gives {@code key} a value, in place of the one it has.
     *
     * @param key compared by identity
     * @param value held strongly, unless the map or the key says otherwise
     * @return the value it had, or null
     * @throws IllegalArgumentException if {@code key} is value-based, or held weakly and {@code value} is
     * @throws RegistryClosedException if the map is closed; nothing is kept then
     */
    @Nullable
    V put(K key, V value);

    /**
     * Gives {@code key} a value, unless it has one.
     *
     * @param key compared by identity
     * @param value as for {@link #put}
     * @return the value it has, or null if it is {@code value} now
     * @throws IllegalArgumentException as {@link #put}
     * @throws RegistryClosedException as {@link #put}
     */
    @Nullable
    V putIfAbsent(K key, V value);

    /**
     * Returns the value of {@code key}; if it has none, the one that {@code function} makes. The function runs on the calling
     * thread with no lock held. So it may use this map, for this very key too, and nobody waits for it; and of threads that
     * want one key at the same time, each may call its own: one result is kept, and all of them return that one.
     *
     * @param key compared by identity
     * @param function makes a value; null makes none
     * @return the value, or null if the function returned that
     * @throws IllegalArgumentException as {@link #put}
     * @throws RegistryClosedException as {@link #put}
     */
    @Nullable
    V computeIfAbsent(K key, Function<? super K, ? extends @Nullable V> function);

    /**
     * Takes the value of {@code key} away.
     *
     * @param key compared by identity
     * @return the value it had, or null
     */
    @Nullable
    V remove(K key);

    /**
     * Takes the value of {@code key} away, if it is this one.
     *
     * @param key compared by identity
     * @param value compared by identity
     * @return whether it was
     */
    boolean remove(K key, V value);

    /**
     * Hands over the entries whose keys are alive, in no order, on the calling thread with no lock held. Each key is alive
     * while it is handed over. Entries that come or go meanwhile may be among them or not.
     *
     * @param action what it throws is thrown, and ends the walk
     */
    void forEach(BiConsumer<? super K, ? super V> action);

    /**
     * Copies the entries whose keys are alive. There is no live view: its size would change by itself between two calls,
     * and an iterator would find that {@code hasNext} had not told the truth.
     *
     * @return a map of its own, which keeps the keys alive as long as it is kept
     */
    IdentityHashMap<K, V> toMap();

    /**
     * Counts the entries, those included whose keys were collected a moment ago.
     *
     * @return at least the number of keys that are alive, unless there are changes at the same time
     */
    int approxSize();

    /** Lets go, now, of all entries whose keys were collected. The library does so by itself; tests may be in a hurry. */
    void purge();

    /** Takes all entries out. The values go to nobody. */
    void clear();

    /**
     * Returns this map as a node of the ownership tree: its snapshot has the gauges {@code entries}, {@code collected}, and
     * with a hook {@code hookFailures} and {@code hookSkipped}.
     *
     * @return always the same; closing it closes the map
     */
    Managed managed();

    /** Closes it: the values that are left are handed to the hook, if there is one, and forgotten. Idempotent. */
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
        private boolean weakValues;
        private @Nullable Consumer<? super V> onEvict;
        private TimeSource timeSource = TimeSource.system();

        private Builder(String name) {
            this.name = Names.check(name, "name");
        }

        /**
         * Holds the values weakly too: an entry stays as long as both its key and its value can be reached. For values that
         * somebody else owns. Default: no.
         *
         * @return this
         */
        public Builder<K, V> weakValues() {
            weakValues = true;
            return this;
        }

        /**
         * Receives the value of each key that was collected, to close it, or to count it; and when the map is closed, those
         * that are left. Not the values that were replaced, removed or cleared, and not those that were collected themselves,
         * as weak values and those of an {@link AttachmentHost} are. Default: nobody.
         *
         * <p>Called on the reaper thread of the library, or on that which closes the map, with no lock held; it may use the
         * map. What it throws is logged, and counted in the gauge {@code hookFailures}. While one call does not return for a
         * second or more, up to {@value WeakKeyMapConfig#MAX_WAITING} values wait for it; those beyond are counted in {@code
         * hookSkipped} and dropped.
         *
         * @param hook gets the value
         * @return this
         */
        public Builder<K, V> onEvict(Consumer<? super V> hook) {
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
        public WeakKeyMap<K, V> open() {
            return Lifecycle.provider().openWeakKeyMap(config(), null);
        }

        /**
         * Opens a map that {@code owner} closes, unless it is closed before.
         *
         * @param owner an open scope
         * @return an open map
         * @throws dev.lifecycle.scope.ScopeClosedException if {@code owner} is closed
         */
        public WeakKeyMap<K, V> open(Scope owner) {
            return Lifecycle.provider().openWeakKeyMap(config(), Objects.requireNonNull(owner, "owner"));
        }

        private WeakKeyMapConfig<V> config() {
            return new WeakKeyMapConfig<>(name, weakValues, onEvict, timeSource);
        }
    }
}
