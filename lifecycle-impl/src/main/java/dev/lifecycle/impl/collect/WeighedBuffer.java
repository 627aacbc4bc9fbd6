package dev.lifecycle.impl.collect;

import dev.lifecycle.Kind;
import dev.lifecycle.LifecycleException;
import dev.lifecycle.Managed;
import dev.lifecycle.State;
import dev.lifecycle.collect.BudgetBuffer;
import dev.lifecycle.collect.BudgetExceededException;
import dev.lifecycle.collect.CollectionClosedException;
import dev.lifecycle.collect.OversizeElement;
import dev.lifecycle.impl.scope.Place;
import dev.lifecycle.impl.time.SteadyClock;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.BudgetBufferConfig;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Two queues, of what is pinned and of the rest, whose weights together stay within a budget. */
public final class WeighedBuffer<E> implements BudgetBuffer<E>, Place.Figures {
    /*
     * The lock guards pinned, rest and closed; no user code runs with it. Each change is planned first and allocates what it
     * needs, then it cannot fail: without memory all stays as it was.
     *
     *   I1  pinned.weight <= budget, and each pin is a group of its own.
     *   I2  pinned.weight + rest.weight <= budget, unless the rest is one single group and oversize is KEEP_ALONE; it is
     *       never above Long.MAX_VALUE.
     *   I3  pinned.size + rest.size <= maxElements.
     *   I4  once closed, both are empty.
     *   I5  added = pinned.size + rest.size + evicted + what was cleared, until it is closed.
     *
     * The figures repeat what stands in the queues, for readers that shall not wait: each stored once for a change, with the
     * lock, in release mode; loaded in acquire mode. So none is ever seen with a value from within a change, while several of
     * them may be of different moments.
     */
    private static final Object[] NOTHING = {};

    private final String name;
    private final ToLongFunction<? super E> weigher;
    private final long budget;
    private final long lowWater;
    private final int maxElements;
    private final OversizeElement oversize;
    private final @Nullable Shrinker<E> shrinker;
    private final @Nullable Listener<List<E>> listener;

    private final ReentrantLock lock = new ReentrantLock();
    private final WeighedRing pinned = new WeighedRing();
    private final WeighedRing rest = new WeighedRing();
    private boolean closed;

    private final AtomicLong weight = new AtomicLong();
    private final AtomicLong size = new AtomicLong();
    private final AtomicLong pins = new AtomicLong();
    private final AtomicLong added = new AtomicLong();
    private final AtomicLong evicted = new AtomicLong();

    private final Place place;

    private WeighedBuffer(BudgetBufferConfig<E> config) {
        name = config.name();
        weigher = config.weigher();
        budget = config.budget();
        lowWater = config.lowWater();
        maxElements = config.maxElements();
        oversize = config.oversize();
        shrinker = config.shrinker();
        Consumer<? super List<E>> onEvicted = config.onEvicted();
        listener = onEvicted == null ? null : new Listener<>(name, onEvicted);
        place = new Place(name, Kind.BUDGET_BUFFER, this, this::empty, SteadyClock.of(config.timeSource()));
    }

    /** See {@link BudgetBuffer.Builder#open(Scope)}. */
    public static <E> WeighedBuffer<E> open(BudgetBufferConfig<E> config, @Nullable Scope owner) {
        WeighedBuffer<E> buffer = new WeighedBuffer<>(config);
        buffer.place.enter(owner, buffer, BudgetBuffer.class);
        return buffer;
    }

    // ---- putting in ------------------------------------------------------------------------------------------------

    @Override
    public void add(E element) {
        Objects.requireNonNull(element, "element");
        refuseOnceClosing();
        long heavy = weigh(element);
        Object[] gone = null;
        lock.lock();
        try {
            refuseIfClosed();
            refuseIfTooMany(1);
            if (heavy <= room()) {
                gone = makeRoom(rest, heavy, 1);
                rest.append(element, heavy, false);
                publish(1);
            }
        } finally {
            lock.unlock();
        }
        if (gone == null) {
            addGroup(new Object[] {element}, new long[] {heavy});
        } else {
            tell(gone);
        }
    }

    @Override
    public void addGroup(List<? extends E> group) {
        Objects.requireNonNull(group, "group");
        refuseOnceClosing();
        Object[] elements = group.toArray();
        if (elements.length > maxElements) {
            throw tooMany(elements.length, maxElements);
        }
        for (int i = 0; i < elements.length; i++) {
            if (elements[i] == null) {
                throw new NullPointerException("group[" + i + "]");
            }
        }
        long[] weights = new long[elements.length];
        for (int i = 0; i < elements.length; i++) {
            weights[i] = weigh(element(elements[i]));
        }
        if (elements.length > 0) {
            addGroup(elements, weights);
        }
    }

    private void addGroup(Object[] group, long[] weights) {
        while (true) {
            long sum = Shares.sum(weights);
            long room;
            Object[] gone = null;
            lock.lock();
            try {
                refuseIfClosed();
                refuseIfTooMany(group.length);
                room = room();
                if (sum >= 0
                        && sum <= (oversize == OversizeElement.KEEP_ALONE ? Long.MAX_VALUE - budget + room : room)) {
                    gone = makeRoom(rest, sum, group.length);
                    for (int i = 0; i < group.length; i++) {
                        rest.append(group[i], weights[i], i > 0);
                    }
                    publish(group.length);
                }
            } finally {
                lock.unlock();
            }
            if (gone != null) {
                tell(gone);
                return;
            }
            if (shrinker == null) {
                throw tooHeavy(group, sum, room);
            }
            shrink(shrinker, group, weights, room); // again, if another thread pins something meanwhile
        }
    }

    @Override
    public void pin(E element) {
        Objects.requireNonNull(element, "element");
        refuseOnceClosing();
        long heavy = weigh(element);
        Object[] gone;
        lock.lock();
        try {
            refuseIfClosed();
            refuseIfTooMany(1);
            long room = room();
            if (heavy > room) {
                throw new BudgetExceededException(
                        what(element) + " to pin weighs " + heavy + ", and the budget of " + name + " has room for "
                                + room + " beside what is pinned: " + pinned.weight() + " of " + budget
                                + ". Raise the budget, or pin less",
                        heavy,
                        room);
            }
            gone = makeRoom(pinned, heavy, 1);
            pinned.append(element, heavy, false);
            publish(1);
        } finally {
            lock.unlock();
        }
        tell(gone);
    }

    // ---- weights, with no lock held --------------------------------------------------------------------------------

    private long weigh(E element) {
        long heavy = weigher.applyAsLong(element);
        if (heavy < 0) {
            throw new IllegalArgumentException("the weigher of " + name + " returned " + heavy + " for " + what(element)
                    + "; a weight must be at least 0");
        }
        return heavy;
    }

    private void shrink(Shrinker<E> by, Object[] group, long[] weights, long room) {
        long share = Shares.cap(weights, room);
        for (int i = 0; i < group.length; i++) {
            if (weights[i] > share) {
                E smaller = by.shrink(element(group[i]), share);
                if (smaller == null) {
                    throw new NullPointerException("the shrinker of " + name + " returned null for " + what(group[i]));
                }
                long heavy = weigh(smaller);
                if (heavy > share) {
                    throw new BudgetExceededException(
                            "the shrinker of " + name + " returned " + what(smaller) + " of weight " + heavy + " for "
                                    + what(group[i]) + " of weight " + weights[i] + ", and was asked for at most "
                                    + share + ". Correct it, or raise the budget",
                            heavy,
                            share);
                }
                group[i] = smaller;
                weights[i] = heavy;
            }
        }
    }

    // ---- for the holder of the lock --------------------------------------------------------------------------------

    /** What may be beside that which is pinned. */
    private long room() {
        return budget - pinned.weight();
    }

    /** Evicts what must leave for what is about to be put in; changes nothing if it throws. Returns what the listener gets. */
    private Object[] makeRoom(WeighedRing target, long heavy, int count) {
        int out = leaving(heavy, count);
        if (out == 0) {
            target.reserve(count);
            return NOTHING;
        }
        Object[] gone = NOTHING;
        if (listener != null) {
            if (Nesting.full()) {
                throw new LifecycleException("the listeners of " + name + " and others add what evicts again, "
                        + BudgetBufferConfig.MAX_DEPTH
                        + " calls deep; nothing was added. Set a lowWater below the budget "
                        + budget + " that leaves room for what they add");
            }
            gone = new Object[out];
        }
        target.reserve(target == rest ? count - out : count);
        if (gone.length > 0) {
            rest.copy(out, gone, 0);
        }
        rest.drop(out);
        evicted.setRelease(evicted.getPlain() + out);
        return gone;
    }

    /** How many must leave, the oldest ones, in whole groups. */
    private int leaving(long heavy, int count) {
        long total = pinned.weight() + rest.weight();
        int elements = pinned.size() + rest.size();
        long limit = heavy > budget - total ? lowWater : budget; // total may be above the budget
        int out = 0;
        while (out < rest.size() && (heavy > limit - total || count > maxElements - (elements - out))) {
            do {
                total -= rest.weightAt(out++);
            } while (rest.follows(out));
        }
        return out;
    }

    /** Ends a change that put in {@code count} elements. */
    private void publish(int count) {
        weight.setRelease(pinned.weight() + rest.weight());
        size.setRelease(pinned.size() + rest.size());
        pins.setRelease(pinned.size());
        added.setRelease(added.getPlain() + count);
    }

    // ---- refusals --------------------------------------------------------------------------------------------------

    /** Spares the weigher what is refused anyway; the lock decides. */
    private void refuseOnceClosing() {
        if (place.state() != State.OPEN) {
            throw refused();
        }
    }

    private void refuseIfClosed() {
        if (closed) {
            throw refused();
        }
    }

    private CollectionClosedException refused() {
        return new CollectionClosedException(place.closed() + "; nothing was added");
    }

    private void refuseIfTooMany(int count) {
        int most = maxElements - pinned.size();
        if (count > most) {
            throw tooMany(count, most);
        }
    }

    private BudgetExceededException tooMany(int count, int most) {
        return new BudgetExceededException(
                "elements to add to " + name + " are " + count + ", and it may hold " + most
                        + " beside what is pinned: maxElements is " + maxElements + ". Raise it, or pin less",
                count,
                most);
    }

    private BudgetExceededException tooHeavy(Object[] group, long sum, long room) {
        String subject = group.length == 1 ? what(group[0]) : "a group of " + group.length;
        String remedy = oversize == OversizeElement.KEEP_ALONE
                ? ". Even alone, it is more than can be counted: correct the weigher"
                : ". Raise the budget, shorten it, or choose another OversizeElement";
        return new BudgetExceededException(
                subject + " weighs " + (sum < 0 ? "more than " + Long.MAX_VALUE : sum) + ", and the budget of " + name
                        + " has room for " + room + " beside what is pinned: " + (budget - room) + " of " + budget
                        + remedy,
                sum < 0 ? Long.MAX_VALUE : sum,
                room);
    }

    /** What may be said of an element: it may be secret, or not printable. */
    private static String what(Object element) {
        return "a " + element.getClass().getName();
    }

    // ---- taking out ------------------------------------------------------------------------------------------------

    /** Called with no lock held. */
    private void tell(Object[] gone) {
        if (listener != null && gone.length > 0) {
            Nesting.tell(listener, list(gone));
        }
    }

    @Override
    public List<E> snapshot() {
        Object[] all;
        lock.lock();
        try {
            all = new Object[pinned.size() + rest.size()];
            pinned.copy(pinned.size(), all, 0);
            rest.copy(rest.size(), all, pinned.size());
        } finally {
            lock.unlock();
        }
        return list(all);
    }

    @SuppressWarnings("unchecked") // only elements are put in
    private List<E> list(Object[] elements) {
        return (List<E>) Collections.unmodifiableList(Arrays.asList(elements));
    }

    @SuppressWarnings("unchecked")
    private E element(Object slot) {
        return (E) slot;
    }

    @Override
    public int clear() {
        lock.lock();
        try {
            int count = rest.size();
            rest.clear();
            publish(0);
            return count;
        } finally {
            lock.unlock();
        }
    }

    private void empty() {
        lock.lock();
        try {
            closed = true;
            pinned.clear();
            rest.clear();
            publish(0);
        } finally {
            lock.unlock();
        }
    }

    // ---- figures ---------------------------------------------------------------------------------------------------

    @Override
    public String name() {
        return name;
    }

    @Override
    public State state() {
        return place.state();
    }

    @Override
    public long weight() {
        return weight.getAcquire();
    }

    @Override
    public int size() {
        return (int) size.getAcquire();
    }

    @Override
    public long budget() {
        return budget;
    }

    @Override
    public long added() {
        return added.getAcquire();
    }

    @Override
    public long evicted() {
        return evicted.getAcquire();
    }

    @Override
    public Managed managed() {
        return place.node();
    }

    @Override
    public void close() {
        place.close();
    }

    /** Returns the name, how full it is and of how many elements, like {@code chat 7412/8000 in 31}. */
    @Override
    public String toString() {
        return name + " " + weight() + "/" + budget + " in " + size();
    }

    /** Whether the invariants hold; only while nobody else uses it. */
    boolean invariantsHold() {
        long total = pinned.weight() + rest.weight();
        boolean withinBudget = total <= budget || oversize == OversizeElement.KEEP_ALONE && total > 0 && isOneGroup();
        return pinned.invariantsHold()
                && rest.invariantsHold()
                && pinned.weight() <= budget
                && withinBudget
                && pinned.size() + rest.size() <= maxElements
                && (!closed || pinned.size() + rest.size() == 0)
                && weight() == total
                && size() == pinned.size() + rest.size()
                && pins.get() == pinned.size();
    }

    private boolean isOneGroup() {
        for (int i = 1; i < rest.size(); i++) {
            if (!rest.follows(i)) {
                return false;
            }
        }
        return rest.size() > 0;
    }

    @Override
    public Map<String, Object> gauges() {
        Map<String, Object> gauges = new LinkedHashMap<>();
        gauges.put("weight", weight());
        gauges.put("budget", budget);
        gauges.put("size", size());
        gauges.put("pinned", (int) pins.getAcquire());
        gauges.put("added", added());
        gauges.put("evicted", evicted());
        if (listener != null) {
            gauges.put("listenerFailures", listener.failures());
        }
        return gauges;
    }
}
