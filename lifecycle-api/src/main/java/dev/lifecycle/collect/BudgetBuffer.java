package dev.lifecycle.collect;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Managed;
import dev.lifecycle.Names;
import dev.lifecycle.State;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.BudgetBufferConfig;
import dev.lifecycle.time.TimeSource;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the newest elements whose weights sum up to a budget: a conversation within so many tokens, a history within so many
 * bytes. When there is no room left, the oldest ones leave.
 *
 * <p>An element is weighed once, when it comes; {@link #add} takes constant time on average, however many elements there are.
 * Memory: 12 to 48 bytes for each element, besides the elements; it shrinks again as they leave.
 *
 * <p>Three things beyond a queue:
 * <ul>
 *   <li>what is {@linkplain #pin pinned} never leaves, and takes its weight from the others: a system prompt;
 *   <li>{@linkplain #addGroup groups} leave together or not at all: a question and its answer;
 *   <li>with a {@linkplain Builder#lowWater low-water mark}, many leave at once, as one list that can be
 *       {@linkplain Builder#onEvicted summarised}.
 * </ul>
 *
 * <p>Thread-safe. Weigher, shrinker and listener are called on the thread that adds, with no lock held; they may use the
 * buffer. Of two threads that add at the same time, either may be first. A {@link #snapshot} holds up the others while it
 * copies references; the counts wait for nobody.
 *
 * @param <E> the type of the elements, never null
 */
public interface BudgetBuffer<E> extends AutoCloseable {

    /**
     * Starts the description of a buffer.
     *
     * @param name for the tree, messages and log lines; see {@link Names#check}
     * @param weigher tells what an element weighs, in the unit of the budget: at least 0. Called once for each element; what
     *     it throws is thrown by the call that adds, and nothing is changed then
     * @param <E> the type of its elements
     * @return a builder; its budget must be set
     * @throws IllegalArgumentException if {@code name} cannot be printed on one line
     */
    static <E> Builder<E> builder(String name, ToLongFunction<? super E> weigher) {
        return new Builder<>(name, weigher);
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
     * Puts {@code element} in as the newest one. When it would exceed the budget, the oldest ones leave.
     *
     * @param element not null
     * @throws BudgetExceededException if it is heavier than the room that pinned elements leave, and the buffer was not told
     *     otherwise; see {@link OversizeElement}
     * @throws IllegalArgumentException if its weight is negative
     * @throws CollectionClosedException if the buffer is closed
     */
    void add(E element);

    /**
     * Puts elements in as the newest ones, next to each other. They stay, and leave, together. Nothing is put in when this
     * throws.
     *
     * @param group oldest first; copied. Without elements, nothing happens
     * @throws BudgetExceededException if together they are heavier than the room that pinned elements leave, and the buffer
     *     was not told otherwise, see {@link OversizeElement}; or if they are more than the elements it may hold
     * @throws IllegalArgumentException if a weight is negative
     * @throws CollectionClosedException if the buffer is closed
     */
    void addGroup(List<? extends E> group);

    /**
     * Puts {@code element} in for good, after those that are pinned already and before all others. When there is no room for
     * all of them any more, the oldest ones that are not pinned leave.
     *
     * @param element not null
     * @throws BudgetExceededException if what is pinned would weigh more than the budget, whatever was said of
     *     {@linkplain OversizeElement heavy elements}
     * @throws IllegalArgumentException if its weight is negative
     * @throws CollectionClosedException if the buffer is closed
     */
    void pin(E element);

    /**
     * Tells what all elements weigh, pinned ones too.
     *
     * @return between 0 and {@link #budget}; above it only with {@link OversizeElement#KEEP_ALONE}
     */
    long weight();

    /**
     * Copies the elements.
     *
     * @return pinned ones first, then the others; both oldest first
     */
    List<E> snapshot();

    /**
     * Takes out all elements that are not pinned, and forgets them: nobody is told, and they do not count as evicted.
     *
     * @return how many there were
     */
    int clear();

    /**
     * Tells how many elements are in the buffer, pinned ones too.
     *
     * @return at least 0
     */
    int size();

    /**
     * Returns what all elements may weigh.
     *
     * @return at least 1
     */
    long budget();

    /**
     * Tells how many elements were ever put in, pinned ones too. Exact, as all counts: {@code added() == size() + evicted() +}
     * the sum of what {@link #clear} returned, while it is open and nobody writes.
     *
     * @return at least {@link #size}
     */
    long added();

    /**
     * Tells how many elements had to leave for newer ones.
     *
     * @return at least 0; what is cleared, or left when it is closed, does not count
     */
    long evicted();

    /**
     * Returns this buffer as a node of the ownership tree: its snapshot has the gauges {@code weight}, {@code budget},
     * {@code size}, {@code pinned} (how many elements are), {@code added}, {@code evicted}, and {@code listenerFailures} where
     * there is a listener.
     *
     * @return always the same; closing it closes the buffer
     */
    Managed managed();

    /**
     * Closes it: what is left, pinned or not, is forgotten; the listener does not get it. Take a {@link #snapshot} before to
     * keep it. Idempotent. What was added and evicted can be read afterwards.
     */
    @Override
    void close();

    /**
     * Makes a lighter element of one that is too heavy: a text cut short, a summary.
     *
     * @param <E> the type of the elements
     */
    @FunctionalInterface
    interface Shrinker<E> {
        /**
         * Makes an element that weighs no more than {@code room}. Called with no lock held. It is called again, with what it
         * returned, if another thread has pinned something meanwhile so that the room is smaller now.
         *
         * @param element too heavy
         * @param room what the result may weigh, at least 0
         * @return what to keep instead; weighed in its turn
         */
        E shrink(E element, long room);
    }

    /**
     * Describes a buffer. Not thread-safe; may be used again: each {@code open} makes another buffer.
     *
     * @param <E> the type of the elements
     */
    final class Builder<E> {
        private final String name;
        private final ToLongFunction<? super E> weigher;
        private long budget;
        private long lowWater = -1; // not set: that of the budget
        private int maxElements = BudgetBufferConfig.DEFAULT_MAX_ELEMENTS;
        private OversizeElement oversize = OversizeElement.REJECT;
        private @Nullable Shrinker<E> shrinker;
        private @Nullable Consumer<? super List<E>> onEvicted;
        private TimeSource timeSource = TimeSource.system();

        private Builder(String name, ToLongFunction<? super E> weigher) {
            this.name = Names.check(name, "name");
            this.weigher = Objects.requireNonNull(weigher, "weigher");
        }

        /**
         * Sets what all elements may weigh.
         *
         * @param weight at least 1, in the unit of the weigher
         * @return this
         * @throws IllegalArgumentException if {@code weight} is below 1
         */
        public Builder<E> budget(long weight) {
            if (weight < 1) {
                throw new IllegalArgumentException("budget is " + weight + "; it must be at least 1");
            }
            budget = weight;
            return this;
        }

        /**
         * Lets many leave at once: when the budget would be exceeded, the oldest leave until all, with what is new and what is
         * pinned, weigh no more than this. If these weigh more by themselves, all others leave. Default: the budget, so that
         * no more leave than must.
         *
         * @param weight between 0 and the budget
         * @return this
         * @throws IllegalArgumentException if {@code weight} is negative
         */
        public Builder<E> lowWater(long weight) {
            if (weight < 0) {
                throw new IllegalArgumentException(
                        "lowWater is " + weight + "; it must be at least 0, and at most the budget");
            }
            lowWater = weight;
            return this;
        }

        /**
         * Sets how many elements it holds at most, pinned ones too: what bounds a buffer of elements that weigh nothing. When
         * there would be more, the oldest leave, no more than must.
         *
         * @param count between 1 and {@value BudgetBufferConfig#MAX_ELEMENTS}; default:
         *     {@value BudgetBufferConfig#DEFAULT_MAX_ELEMENTS}
         * @return this
         * @throws IllegalArgumentException if {@code count} is outside these bounds
         */
        public Builder<E> maxElements(int count) {
            if (count < 1 || count > BudgetBufferConfig.MAX_ELEMENTS) {
                throw new IllegalArgumentException(
                        "maxElements is " + count + "; it must be between 1 and " + BudgetBufferConfig.MAX_ELEMENTS);
            }
            maxElements = count;
            return this;
        }

        /**
         * Says what to do with an element, or a group, that does not fit however much is evicted. Default:
         * {@link OversizeElement#REJECT}.
         *
         * @param policy {@link OversizeElement#SHRINK} needs a {@link #shrinker}
         * @return this
         */
        public Builder<E> oversize(OversizeElement policy) {
            oversize = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Makes heavy elements lighter; goes with {@link OversizeElement#SHRINK}. Of a group that is too heavy, the heaviest
         * are shrunk, all to the same weight: the largest with which the group fits.
         *
         * @param function called once for each element that is too heavy; what it throws is thrown by the call that adds. If
         *     what it returns is too heavy still, that call throws {@link BudgetExceededException}
         * @return this
         */
        public Builder<E> shrinker(Shrinker<E> function) {
            shrinker = Objects.requireNonNull(function, "function");
            return this;
        }

        /**
         * Receives what leaves because of the budget: to summarise or to archive it. All that leaves in one call comes as one
         * list, oldest first, when the new element is in already. What the listener adds stands therefore after the new
         * element; if that makes others leave, it is called again from within, up to {@value BudgetBufferConfig#MAX_DEPTH}
         * calls deep: set a {@link #lowWater} that leaves room for what it adds. The calls of one thread come in order;
         * those of several threads may overlap. Default: nobody.
         *
         * @param batch receives each list, which is immutable and its own; what it throws is logged and counted in the gauge
         *     {@code listenerFailures}, and changes nothing for the caller
         * @return this
         */
        public Builder<E> onEvicted(Consumer<? super List<E>> batch) {
            onEvicted = Objects.requireNonNull(batch, "batch");
            return this;
        }

        /**
         * Sets the clock of its age in the tree. Default: {@link TimeSource#system}.
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
         * @throws IllegalArgumentException if the budget was not set, the low-water mark is above it, or only one of shrinker
         *     and {@link OversizeElement#SHRINK} was given
         */
        public BudgetBuffer<E> open() {
            return Lifecycle.provider().openBudgetBuffer(config(), null);
        }

        /**
         * Opens a buffer that {@code owner} closes, unless it is closed before.
         *
         * @param owner an open scope
         * @return an open buffer
         * @throws IllegalArgumentException as {@link #open()}
         * @throws dev.lifecycle.scope.ScopeClosedException if {@code owner} is closed
         */
        public BudgetBuffer<E> open(Scope owner) {
            return Lifecycle.provider().openBudgetBuffer(config(), Objects.requireNonNull(owner, "owner"));
        }

        private BudgetBufferConfig<E> config() {
            if (budget == 0) {
                throw new IllegalArgumentException("budget is not set; call budget(n) before open()");
            }
            if (lowWater > budget) {
                throw new IllegalArgumentException(
                        "lowWater is " + lowWater + " and budget is " + budget + "; it must be at most the budget");
            }
            if (oversize == OversizeElement.SHRINK && shrinker == null) {
                throw new IllegalArgumentException(
                        "oversize is SHRINK and shrinker is not set; call shrinker(function)");
            }
            if (oversize != OversizeElement.SHRINK && shrinker != null) {
                throw new IllegalArgumentException(
                        "shrinker is set and oversize is " + oversize + "; call oversize(OversizeElement.SHRINK)");
            }
            return new BudgetBufferConfig<>(
                    name,
                    weigher,
                    budget,
                    lowWater < 0 ? budget : lowWater,
                    maxElements,
                    oversize,
                    shrinker,
                    onEvicted,
                    timeSource);
        }
    }
}
