package dev.lifecycle.collect;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Managed;
import dev.lifecycle.Names;
import dev.lifecycle.State;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.BoundedBufferConfig;
import dev.lifecycle.spi.BudgetBufferConfig;
import dev.lifecycle.time.TimeSource;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the newest elements: a ring that overwrites the oldest one when it is full.
 *
 * <p>Thread-safe, for any number of writers and readers. {@link #add} takes constant time, allocates nothing, and waits at
 * most for the few instructions of another {@code add}; {@link #snapshot} takes no lock, but for the exception it names; {@link
 * #drain} holds writers up while it copies references. Memory:
 * four to eight bytes for each element of the capacity, allocated when it is opened, besides the elements.
 *
 * <p>With {@linkplain Builder#stripes stripes}, many writers disturb each other less, and order is kept within a stripe only.
 *
 * @param <E> the type of the elements, never null
 */
public interface BoundedBuffer<E> extends AutoCloseable {

    /**
     * Starts the description of a buffer.
     *
     * @param name for the tree, messages and log lines; see {@link Names#check}
     * @param <E> the type of its elements
     * @return a builder; its capacity must be set
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
     * Puts {@code element} in as the newest one. When the buffer is full, the oldest one leaves it.
     *
     * @param element not null
     * @return the element that was displaced, or null while there is room
     * @throws CollectionClosedException if the buffer is closed; {@code element} is not taken then
     */
    @Nullable
    E add(E element);

    /**
     * Copies the elements that are in the buffer when the call begins and are still in it when it ends: a run of adds
     * without gaps. Waits for nobody, unless writers overwrite the whole buffer again and again while it copies; then it
     * holds them up once.
     *
     * @return oldest first; with stripes, each in its order, taken in turn
     */
    List<E> snapshot();

    /**
     * Takes out all elements and hands them to {@code consumer}, oldest first, on the calling thread, with no lock held. All
     * are handed over, whatever it throws; the first failure is thrown in the end, the others are suppressed in it, up to 32.
     *
     * @param consumer receives each element
     * @return how many there were
     */
    int drain(Consumer<? super E> consumer);

    /**
     * Returns this buffer as a collection: what wants to add to one can keep the newest. {@code add} is {@link #add}, and
     * returns true; {@code clear} is {@link #drain} to nobody; iterators go over a {@link #snapshot}. It removes no single
     * element: those methods throw {@link UnsupportedOperationException}.
     *
     * @return a live view
     */
    Collection<E> asCollection();

    /**
     * Tells how many elements are in the buffer.
     *
     * @return between 0 and {@link #capacity}
     */
    int size();

    /**
     * Returns how many elements it holds at most.
     *
     * @return at least 1
     */
    int capacity();

    /**
     * Tells how many elements were ever added.
     *
     * @return at least {@link #size}
     */
    long added();

    /**
     * Tells how many elements were displaced by newer ones. Exact, as all counts: {@code added() == size() + dropped() +}
     * the sum of what {@link #drain} returned, while nobody writes.
     *
     * @return at least 0; what is drained, or left when it is closed, does not count
     */
    long dropped();

    /**
     * Tells the age of the oldest element.
     *
     * @return zero when it is empty
     * @throws IllegalStateException if the buffer was opened without {@link Builder#recordAges}
     */
    Duration oldestAge();

    /**
     * Returns this buffer as a node of the ownership tree: its snapshot has the gauges {@code size}, {@code capacity},
     * {@code added}, {@code dropped}, and {@code oldest} where ages are recorded.
     *
     * @return always the same; closing it closes the buffer
     */
    Managed managed();

    /**
     * Closes it: what is left is handed to the listener of displaced elements, if there is one, and forgotten. Idempotent.
     * Its counts can be read afterwards, and stay.
     */
    @Override
    void close();

    /**
     * Describes a buffer. Not thread-safe; may be used again: each {@code open} makes another buffer.
     *
     * @param <E> the type of the elements
     */
    final class Builder<E> {
        private final String name;
        private int capacity;
        private int stripes = 1;
        private boolean recordAges;
        private @Nullable Consumer<? super E> onDisplaced;
        private TimeSource timeSource = TimeSource.system();

        private Builder(String name) {
            this.name = Names.check(name, "name");
        }

        /**
         * Sets how many elements it holds at most.
         *
         * @param elements between 1 and {@value BoundedBufferConfig#MAX_CAPACITY}
         * @return this
         * @throws IllegalArgumentException if {@code elements} is outside these bounds
         */
        public Builder<E> capacity(int elements) {
            if (elements < 1 || elements > BoundedBufferConfig.MAX_CAPACITY) {
                throw new IllegalArgumentException(
                        "capacity is " + elements + "; it must be between 1 and " + BoundedBufferConfig.MAX_CAPACITY);
            }
            capacity = elements;
            return this;
        }

        /**
         * Divides the buffer, for many writers: each add goes to a stripe that nobody is writing to, picked by chance, and
         * displaces the oldest element of that stripe. So what is kept is nearly, and not exactly, the newest. Default: 1,
         * with strict order.
         *
         * @param count between 1 and {@value BoundedBufferConfig#MAX_STRIPES}, and no more than the capacity
         * @return this
         * @throws IllegalArgumentException if {@code count} is outside these bounds
         */
        public Builder<E> stripes(int count) {
            if (count < 1 || count > BoundedBufferConfig.MAX_STRIPES) {
                throw new IllegalArgumentException(
                        "stripes is " + count + "; it must be between 1 and " + BoundedBufferConfig.MAX_STRIPES);
            }
            stripes = count;
            return this;
        }

        /**
         * Records when each element was added, for {@link BoundedBuffer#oldestAge}. Costs a clock reading for each add, and
         * eight bytes for each element of the capacity. Default: no.
         *
         * @return this
         */
        public Builder<E> recordAges() {
            recordAges = true;
            return this;
        }

        /**
         * Receives each element that is displaced by a newer one, and those that are left when the buffer is closed: to
         * close them, or to count them. It may use the buffer; where what it adds displaces again, it is called again from
         * within, up to {@value BudgetBufferConfig#MAX_DEPTH} calls deep, then its {@code add} throws. Default: nobody.
         *
         * @param listener called on the thread that adds or closes, with no lock held; what it throws is logged and counted
         *     in the gauge {@code listenerFailures}, and changes nothing for the caller
         * @return this
         */
        public Builder<E> onDisplaced(Consumer<? super E> listener) {
            onDisplaced = Objects.requireNonNull(listener, "listener");
            return this;
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
         * Opens a buffer that the caller closes. One that is dropped without being closed is reported as a leak.
         *
         * @return an open buffer
         * @throws IllegalArgumentException if the capacity was not set, or is below the number of stripes
         */
        public BoundedBuffer<E> open() {
            return Lifecycle.provider().openBoundedBuffer(config(), null);
        }

        /**
         * Opens a buffer that {@code owner} closes, unless it is closed before.
         *
         * @param owner an open scope
         * @return an open buffer
         * @throws IllegalArgumentException if the capacity was not set, or is below the number of stripes
         * @throws dev.lifecycle.scope.ScopeClosedException if {@code owner} is closed
         */
        public BoundedBuffer<E> open(Scope owner) {
            return Lifecycle.provider().openBoundedBuffer(config(), Objects.requireNonNull(owner, "owner"));
        }

        private BoundedBufferConfig<E> config() {
            if (capacity == 0) {
                throw new IllegalArgumentException("capacity is not set; call capacity(n) before open()");
            }
            if (stripes > capacity) {
                throw new IllegalArgumentException("stripes is " + stripes + " and capacity is " + capacity
                        + "; each stripe must hold at least one element");
            }
            return new BoundedBufferConfig<>(name, capacity, stripes, recordAges, onDisplaced, timeSource);
        }
    }
}
