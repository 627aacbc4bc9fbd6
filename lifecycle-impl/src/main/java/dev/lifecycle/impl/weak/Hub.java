package dev.lifecycle.impl.weak;

import dev.lifecycle.Kind;
import dev.lifecycle.Managed;
import dev.lifecycle.State;
import dev.lifecycle.impl.scope.Place;
import dev.lifecycle.impl.time.Backoff;
import dev.lifecycle.impl.time.SteadyClock;
import dev.lifecycle.impl.weak.Faults.Later;
import dev.lifecycle.scope.Owned;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeClosedException;
import dev.lifecycle.spi.ListenersConfig;
import dev.lifecycle.time.TimeSource;
import dev.lifecycle.weak.Emitter;
import dev.lifecycle.weak.ListenerException;
import dev.lifecycle.weak.Listeners;
import dev.lifecycle.weak.ListenersClosedException;
import dev.lifecycle.weak.ListenersFullException;
import dev.lifecycle.weak.Overflow;
import dev.lifecycle.weak.Subscription;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Publishes a {@link Roster} for each change; delivers to the one that it reads. */
public final class Hub<E> implements Listeners<E>, Place.Figures {
    /*
     * `roster` is published by volatile writes under `locked` (0 free, 1 taken), and read by deliveries with no lock: what they
     * see in it is complete, and stays as it is, but for what Roster says. Guarded by `locked`: live, collected, the writes of
     * weak.count, the index of each entry, and the owners in the leaves.
     *   I1  live is the number of entries that are open; each stands in the slot of its index, below the end of the roster.
     *   I2  holes are no more than half as many as live entries, and a few: those of half a leaf, or FEW where there is but one.
     *   I3  once it is CLOSED, the roster stays so. An entry of the last one is open until the closing thread gets to it.
     *   I4  weak.count is the number of open entries that have a WeakListener.
     *
     * The lock is that of Stripe (in impl.leak): taken by a compare-and-set, given back by the statement `locked = 0`. While it is
     * held, memory is needed for the next roster: whatever fails then is caught in the same frame, before anything was changed,
     * and the statement gives it back. From the first change on nothing is called and nothing allocated. No code of a user runs
     * under it. It is held for the copies of some 64 references; for a rebuild, for a step per subscription, which is once for
     * half as many removals. Deliveries never take it.
     */
    private static final VarHandle LOCKED;
    private static final int REFUSED_CLOSED = -1;
    private static final int REFUSED_FULL = -2;
    private static final int REFUSED_ENDED = -3;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            LOCKED = lookup.findVarHandle(Hub.class, "locked", int.class);
            lookup.ensureInitialized(WeakListener.class); // goOn may need them when there is no memory to load a class
            lookup.ensureInitialized(ListenerException.class);
            lookup.ensureInitialized(Roster.Rebuilt.class); // and remove this one
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile Roster<E> roster = Roster.empty();
    private final @Nullable Flights flights;
    private final Faults faults;
    private volatile int locked;
    private int live;
    private long collected;
    private final WeakOwners weak;
    private final Link<E> link;
    private final Growth growth;
    private final int maximum;
    private final ListenersConfig config;
    private final Scope emitters = Scope.open(); // closed with this; anonymous, so not in the tree
    private final AtomicInteger openEmitters = new AtomicInteger();
    private final Place place;

    private Hub(ListenersConfig config) {
        this.config = config;
        maximum = config.maximum();
        faults = new Faults(config);
        growth = new Growth(config.name(), config.reportAbove());
        flights = config.tracked() ? new Flights() : null;
        TimeSource clock = SteadyClock.of(config.timeSource());
        link = new Link<>(this, config.name(), clock, flights);
        weak = new WeakOwners(link);
        place = new Place(config.name(), Kind.LISTENERS, this, this::end, clock);
    }

    /** See {@link Listeners.Builder#open(Scope)}. */
    public static <E> Listeners<E> open(ListenersConfig config, @Nullable Scope owner) {
        Hub<E> hub = new Hub<>(config);
        hub.place.enter(owner, hub, Listeners.class);
        return hub;
    }

    // ---- emit

    @Override
    public int emit(E event) {
        Objects.requireNonNull(event, "event");
        Flights noted = flights;
        if (noted == null) {
            return deliver(event);
        }
        Flights.Cell cell = noted.enter();
        try {
            return deliver(event);
        } finally {
            long after = (cell.word | Flights.THREAD) + 1;
            try {
                Flights.WORD.setRelease(cell, after);
            } catch (StackOverflowError noFrame) {
                cell.word = after;
            }
        }
    }

    /** Calls the listeners, as long as nothing is special: the rest is for {@link #goOn}. Has one frame for each delivery. */
    private int deliver(E event) {
        Roster<E> all = roster;
        Consumer<? super E> sole = all.sole;
        if (sole != null) {
            try {
                sole.accept(event);
                return 1;
            } catch (Throwable failure) { // user code
                return goOn(all, event, 0, 0, failure);
            }
        }
        if (all.isSpecial) {
            return goOn(all, event, 0, 0, null);
        }
        @Nullable Consumer<? super E>[] leaf = all.only;
        int delivered = 0;
        int at = 0;
        try {
            for (int base = 0, end = all.end; base < end; base += Roster.WIDTH) {
                @Nullable Consumer<? super E>[] slots = leaf != null ? leaf : all.leafOf(base).listeners;
                int count = Math.min(end - base, slots.length);
                for (int i = 0; i < count; i++) {
                    Consumer<? super E> each = slots[i];
                    if (each != null) {
                        at = base + i;
                        each.accept(event);
                        delivered++;
                    }
                }
            }
        } catch (Throwable failure) { // user code: the others are called all the same
            return goOn(all, event, at, delivered, failure);
        }
        return delivered;
    }

    /** Delivers from {@code at} on, after {@code delivered} before it; if that one has failed already, with what. */
    private int goOn(Roster<E> all, E event, int from, int before, @Nullable Throwable thrown) {
        if (all == Roster.CLOSED) {
            throw new ListenersClosedException(place.closed() + "; the event was not emitted");
        }
        int delivered = before;
        int failed = 0;
        Throwable first = null;
        Later later = null;
        Throwable failure = thrown;
        @Nullable Consumer<? super E>[] leaf = all.only;
        for (int at = from; at < all.end; at++) {
            if (leaf == null || (at & Roster.MASK) == 0) {
                leaf = all.leafOf(at).listeners;
            }
            if (failure == null) {
                Consumer<? super E> each = leaf[at & Roster.MASK];
                if (each == null) {
                    continue;
                }
                try {
                    if (each instanceof WeakListener<?, ? super E> owned) {
                        delivered += owned.deliver(event) ? 1 : 0;
                    } else {
                        each.accept(event);
                        delivered++;
                    }
                    continue;
                } catch (Throwable another) { // user code, as above
                    failure = another;
                }
            }
            if (failure instanceof StackOverflowError overflow && isNested()) {
                throw overflow;
            }
            failed++;
            faults.failed(failure, event, all.leafOf(at).owners[at & Roster.MASK]);
            if (first == null) {
                first = failure; // allocates nothing: there may be no memory, which is why it failed
            } else {
                later = faults.noted(later, failure);
            }
            failure = null;
        }
        if (first != null) {
            faults.raise(first, later, failed, delivered);
        }
        return delivered;
    }

    /**
     * Whether this delivery runs inside another one. Then a stack overflow belongs to that one: if each level went on to its
     * other listeners, which overflow again, the time would double with each level. Without the stack to look, it does.
     */
    private static boolean isNested() {
        try {
            return StackWalker.getInstance()
                    .walk(frames -> frames.filter(frame -> frame.getClassName().equals(Hub.class.getName())
                                    && frame.getMethodName().equals("deliver"))
                            .skip(1)
                            .findFirst()
                            .isPresent());
        } catch (StackOverflowError deep) {
            return true;
        }
    }

    // ---- subscribe

    @Override
    public Subscription on(Scope scope, Consumer<? super E> listener) {
        Objects.requireNonNull(scope, "scope");
        Objects.requireNonNull(listener, "listener");
        Entry<E> entry = new Entry<>(link, false);
        Owned<Entry<E>> handle = scope.hold(entry, Entry::scopeEnded, link);
        entry.enters(handle);
        return subscribe(entry, listener, scope);
    }

    @Override
    public Subscription on(Consumer<? super E> listener) {
        Objects.requireNonNull(listener, "listener");
        return subscribe(new Entry<>(link, false), listener, null);
    }

    @Override
    public <O> Subscription onWeak(O owner, BiConsumer<? super O, ? super E> function) {
        Objects.requireNonNull(owner, "owner");
        Objects.requireNonNull(function, "function");
        Captured.check(owner, function, name());
        Entry<E> entry = new Entry<>(link, true);
        Subscription subscription = subscribe(entry, new WeakListener<O, E>(owner, function, entry), null);
        try {
            weak.begin();
        } catch (Throwable unwatched) { // its owner would be held weakly, and nobody would hear that it is gone
            subscription.close();
            throw unwatched;
        }
        return subscription;
    }

    private Subscription subscribe(Entry<E> entry, Consumer<? super E> listener, @Nullable Scope scope) {
        try {
            entry.comesFrom(growth.sample(live, scope)); // a racy read
            int size = add(entry, listener);
            if (size == REFUSED_CLOSED) {
                throw new ListenersClosedException(place.closed() + "; nobody was subscribed");
            }
            if (size == REFUSED_FULL) {
                String from = growth.mostFrom();
                throw new ListenersFullException("there are " + maximum + " listeners of " + name()
                        + ", as many as allowed; nobody was subscribed. Look for those that are never closed"
                        + (from == null ? "" : " (most are from " + from + ")") + ", or raise maximum");
            }
            if (size == REFUSED_ENDED) { // the scope was closed meanwhile: as if just after
                entry.leave();
            } else {
                growth.grown(size);
            }
            return entry;
        } catch (Throwable refused) {
            if (!entry.isOpen()) {
                entry.leave();
            }
            throw refused;
        }
    }

    /** Adds an entry that is new; returns how many there are, or why not. */
    private int add(Entry<E> entry, Consumer<? super E> listener) {
        lock();
        Roster<E> seen = roster;
        if (seen == Roster.CLOSED || live >= maximum || entry.index != Entry.NEW) {
            int why = seen == Roster.CLOSED ? REFUSED_CLOSED : entry.index != Entry.NEW ? REFUSED_ENDED : REFUSED_FULL;
            locked = 0;
            return why;
        }
        Roster<E> next;
        Roster.Leaf<E> leaf;
        int at = seen.end;
        try {
            next = seen.extended(listener);
            leaf = next.leafOf(at);
        } catch (Throwable failure) { // no memory, or no stack: nothing has changed
            locked = 0;
            throw failure;
        }
        leaf.listeners[at & Roster.MASK] = listener; // beyond the end of whatever is published
        leaf.owners[at & Roster.MASK] = entry;
        entry.index = at;
        int size = ++live;
        if (entry.isWeak) {
            int before = weak.count;
            weak.count = before + 1; // under the lock
        }
        roster = next;
        locked = 0;
        return size;
    }

    /**
     * Ends {@code entry}; {@code gone} says that its owner is, so that it makes no difference to running deliveries. Never fails:
     * without memory for a copy, the slot is emptied where it is, and deliveries that are running may skip it.
     *
     * @return whether it was open
     */
    boolean remove(Entry<E> entry, boolean gone) {
        lock();
        int at = entry.index;
        Roster<E> seen = roster;
        if (at < 0) {
            entry.index = Entry.CLOSED;
            locked = 0;
            return false;
        }
        int left = live - 1;
        Roster<E> next = null;
        Entry<E>[] order = null;
        Object slot = null;
        if (seen != Roster.CLOSED) {
            Object below = seen.root;
            for (int level = seen.shift; level > 0; level -= Roster.BITS) {
                below = ((Object[]) below)[at >>> level & Roster.MASK];
            }
            slot = below;
            try {
                if (seen.end - left > left / 2 + (seen.shift == 0 ? Roster.FEW : Roster.WIDTH / 2)) {
                    Roster.Rebuilt<E> rebuilt = seen.rebuilt(at, left);
                    next = rebuilt.roster();
                    order = rebuilt.order();
                } else if (!gone) {
                    next = seen.without(at);
                }
            } catch (Throwable failure) { // no memory, or no stack: it goes without a copy
                next = null;
                order = null;
            }
        }
        entry.index = Entry.CLOSED;
        live = left;
        if (entry.isWeak) {
            int before = weak.count;
            weak.count = before - 1;
        }
        if (slot instanceof Roster.Leaf<?> leaf) {
            leaf.owners[at & Roster.MASK] = null;
            if (next == null) {
                leaf.listeners[at & Roster.MASK] = null;
                seen.sole = null; // or deliveries, which do not look into the leaf, would go on to it
            } else {
                if (order != null) {
                    for (int i = 0; i < left; i++) {
                        order[i].index = i;
                    }
                }
                roster = next;
            }
        }
        if (gone) {
            collected++;
        }
        locked = 0;
        return true;
    }

    private void lock() {
        int looks = 0;
        while (locked != 0 || !LOCKED.compareAndSet(this, 0, 1)) { // volatile
            Backoff.pause(looks++);
        }
    }

    // ---- the rest

    @Override
    public Emitter<E> emitTo(Executor executor) {
        return emitTo(executor, config.queueCapacity(), config.overflow());
    }

    @Override
    public Emitter<E> emitTo(Executor executor, int capacity, Overflow overflow) {
        Objects.requireNonNull(executor, "executor");
        Objects.requireNonNull(overflow, "overflow");
        if (capacity < 1 || capacity > ListenersConfig.MAX_QUEUE) {
            throw new IllegalArgumentException(
                    "capacity is " + capacity + "; it must be between 1 and " + ListenersConfig.MAX_QUEUE);
        }
        QueuedEmitter<E> emitter = new QueuedEmitter<>(this, executor, capacity, overflow, faults);
        if (openEmitters.incrementAndGet() > ListenersConfig.MAX_EMITTERS && place.state() == State.OPEN) {
            openEmitters.decrementAndGet();
            throw new ListenersFullException(
                    "there are " + ListenersConfig.MAX_EMITTERS + " open emitters of listeners "
                            + name()
                            + ", as many as allowed; none was opened. Keep one and use it for all events, or close each"
                            + " when it is done with");
        }
        try {
            emitter.enters(emitters.hold(emitter, QueuedEmitter::stop, link));
        } catch (ScopeClosedException closed) {
            openEmitters.decrementAndGet();
            throw new ListenersClosedException(place.closed() + "; no emitter was opened");
        } catch (Throwable refused) {
            openEmitters.decrementAndGet();
            throw refused;
        }
        return emitter;
    }

    /** Called by one that has left, before the hub was closed. */
    void emitterClosed() {
        openEmitters.decrementAndGet();
    }

    /** Says since when they are closed. */
    String closed() {
        return place.closed();
    }

    @Override
    public String name() {
        return config.name();
    }

    @Override
    public State state() {
        return place.state();
    }

    @Override
    public int size() {
        lock();
        int size = live;
        locked = 0;
        return size;
    }

    @Override
    public Managed managed() {
        return place.node();
    }

    @Override
    public void close() {
        place.close();
    }

    /** Called once, when the place closes. */
    @SuppressWarnings("unchecked")
    private void end() {
        lock();
        Roster<E> last = roster;
        roster = (Roster<E>) Roster.CLOSED; // it has nothing of any type
        locked = 0;
        Throwable first = null;
        try {
            for (int at = 0; at < last.end; at++) {
                Entry<E> entry = last.leafOf(at).owners[at & Roster.MASK]; // racy: one that is gone is closed
                if (entry != null) {
                    first = closed(entry, first);
                }
            }
        } finally {
            emitters.close();
        }
        if (first != null) {
            throw Hub.<RuntimeException>unchecked(first);
        }
    }

    /** Closes one; returns the first failure of all. */
    private static @Nullable Throwable closed(Entry<?> entry, @Nullable Throwable before) {
        try {
            entry.close();
        } catch (Throwable failure) { // a defect, or no stack: the others are closed all the same
            if (before == null) {
                return failure;
            }
            if (before != failure && before.getSuppressed().length < ListenerException.MAX_SUPPRESSED) {
                before.addSuppressed(failure);
            }
        }
        return before;
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"
    }) // nothing that close() calls declares a checked one
    private static <X extends Throwable> X unchecked(Throwable failure) throws X {
        throw (X) failure;
    }

    /** Returns the name and how many listen, like {@code prices 3}. */
    @Override
    public String toString() {
        return name() + " " + size();
    }

    /** Whether the invariants hold, for tests. */
    boolean invariantsHold() {
        lock();
        boolean hold;
        try {
            int weakOnes = 0;
            for (int at = 0; at < roster.end; at++) {
                Entry<E> owner = roster.leafOf(at).owners[at & Roster.MASK];
                weakOnes += owner != null && owner.isWeak ? 1 : 0;
            }
            hold = roster == Roster.CLOSED || roster.invariantsHold(live) && weakOnes == weak.count;
        } finally {
            locked = 0;
        }
        return hold;
    }

    /** For tests. */
    @Nullable
    Flights flights() {
        return flights;
    }

    @Override
    public Map<String, Object> gauges() {
        lock();
        int listeners = live;
        int weakOnes = weak.count;
        long gone = collected;
        locked = 0;
        Map<String, Object> gauges = new LinkedHashMap<>();
        gauges.put("listeners", listeners);
        gauges.put("weak", weakOnes);
        gauges.put("collected", gone);
        gauges.put("failures", faults.count());
        String from = growth.mostFrom();
        if (from != null) {
            gauges.put("mostFrom", from);
        }
        return gauges;
    }
}
