package dev.lifecycle.impl.collect;

import dev.lifecycle.Kind;
import dev.lifecycle.LifecycleException;
import dev.lifecycle.Managed;
import dev.lifecycle.State;
import dev.lifecycle.collect.BoundedBuffer;
import dev.lifecycle.collect.CollectionClosedException;
import dev.lifecycle.impl.scope.Place;
import dev.lifecycle.impl.time.SteadyClock;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.BoundedBufferConfig;
import dev.lifecycle.spi.BudgetBufferConfig;
import dev.lifecycle.time.TimeSource;
import java.time.Duration;
import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Spliterator;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One ring, or several for many writers. */
public final class RingBuffer<E> implements BoundedBuffer<E>, Place.Figures {
    private static final int MAX_SUPPRESSED = 32;

    private final String name;
    private final int capacity;
    private final Ring[] rings;
    private final Ring only; // the first one; where there are more, none is preferred
    private final @Nullable Listener<E> listener;
    private final @Nullable TimeSource ages; // null where ages are not recorded
    private final Place place;

    private RingBuffer(BoundedBufferConfig<E> config) {
        name = config.name();
        capacity = config.capacity();
        rings = new Ring[config.stripes()];
        for (int i = 0; i < rings.length; i++) { // the first ones take what does not divide
            int share = capacity / rings.length + (i < capacity % rings.length ? 1 : 0);
            rings[i] = new Ring(share, config.recordAges());
        }
        only = rings[0];
        Consumer<? super E> onDisplaced = config.onDisplaced();
        listener = onDisplaced == null ? null : new Listener<>(name, onDisplaced);
        TimeSource clock = SteadyClock.of(config.timeSource());
        ages = config.recordAges() ? clock : null;
        place = new Place(name, Kind.BOUNDED_BUFFER, this, this::empty, clock);
    }

    /** See {@link BoundedBuffer.Builder#open(Scope)}. */
    public static <E> BoundedBuffer<E> open(BoundedBufferConfig<E> config, @Nullable Scope owner) {
        RingBuffer<E> buffer = new RingBuffer<>(config);
        buffer.place.enter(owner, buffer, BoundedBuffer.class);
        return buffer;
    }

    @Override
    public @Nullable E add(E element) {
        Objects.requireNonNull(element, "element");
        if (listener != null && Nesting.full()) {
            throw new LifecycleException("the listeners of " + name + " and others add what displaces again, "
                    + BudgetBufferConfig.MAX_DEPTH + " calls deep; the element was not added. Let them add elsewhere");
        }
        long now = ages == null ? 0 : ages.nanos();
        Object displaced = rings.length == 1 ? only.add(element, now) : addToAny(element, now);
        if (displaced == null) {
            return null;
        }
        if (displaced == Ring.REFUSED) {
            throw new CollectionClosedException(place.closed() + "; the element was not added");
        }
        E old = element(displaced);
        if (listener != null) {
            Nesting.tell(listener, old);
        }
        return old;
    }

    private @Nullable Object addToAny(E element, long now) {
        int start = ThreadLocalRandom.current().nextInt(rings.length);
        for (int i = 0; i < rings.length; i++) {
            int at = start + i < rings.length ? start + i : start + i - rings.length;
            Object displaced = rings[at].tryAdd(element, now);
            if (displaced != Ring.BUSY) {
                return displaced;
            }
        }
        return rings[start].add(element, now);
    }

    @SuppressWarnings("unchecked") // add() puts nothing else in
    private E element(Object slot) {
        return (E) slot;
    }

    @Override
    public List<E> snapshot() {
        if (rings.length == 1) {
            return list(only.copy());
        }
        Object[][] copies = new Object[rings.length][];
        int total = 0;
        for (int i = 0; i < rings.length; i++) {
            copies[i] = rings[i].copy();
            total += copies[i].length;
        }
        return list(inTurn(copies, total));
    }

    /** Takes the newest of each, then the ones before them, and so on: the ends are of about the same age. */
    private static Object[] inTurn(Object[][] parts, int total) {
        Object[] all = new Object[total];
        int to = total;
        for (int back = 1; to > 0; back++) {
            for (Object[] part : parts) {
                if (back <= part.length) {
                    all[--to] = part[part.length - back];
                }
            }
        }
        return all;
    }

    @SuppressWarnings("unchecked")
    private List<E> list(Object[] elements) {
        return (List<E>) Collections.unmodifiableList(Arrays.asList(elements));
    }

    @Override
    public int drain(Consumer<? super E> consumer) {
        Objects.requireNonNull(consumer, "consumer");
        Object[][] parts = new Object[rings.length][];
        int total = 0;
        for (int i = 0; i < rings.length; i++) {
            parts[i] = rings[i].drain();
            total += parts[i].length;
        }
        Throwable first = null;
        int suppressed = 0;
        for (Object each : rings.length == 1 ? parts[0] : inTurn(parts, total)) {
            try {
                consumer.accept(element(each));
            } catch (Throwable failure) { // the others are out of the buffer: nobody else has them
                if (first == null) {
                    first = failure;
                } else if (first != failure && suppressed++ < MAX_SUPPRESSED) {
                    first.addSuppressed(failure);
                }
            }
        }
        if (first != null) {
            rethrow(first);
        }
        return total;
    }

    private static void rethrow(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        throw failure instanceof RuntimeException unchecked
                ? unchecked
                : new LifecycleException("the consumer of a drain failed", failure); // checked, from another language
    }

    private void empty() {
        List<Object> left = new ArrayList<>();
        for (Ring ring : rings) {
            left.addAll(Arrays.asList(ring.close()));
        }
        if (listener != null) {
            left.forEach(each -> listener.tell(element(each)));
        }
    }

    @Override
    public Collection<E> asCollection() {
        return new View();
    }

    private final class View extends AbstractCollection<E> {
        @Override
        public boolean add(E element) {
            RingBuffer.this.add(element);
            return true;
        }

        @Override
        public Iterator<E> iterator() {
            return RingBuffer.this.snapshot().iterator();
        }

        @Override
        public Spliterator<E> spliterator() {
            return RingBuffer.this.snapshot().spliterator();
        }

        @Override
        public int size() {
            return RingBuffer.this.size();
        }

        @Override
        public boolean remove(@Nullable Object element) {
            throw unsupported();
        }

        @Override
        public boolean removeAll(Collection<?> elements) {
            throw unsupported();
        }

        @Override
        public boolean retainAll(Collection<?> elements) {
            throw unsupported();
        }

        @Override
        public boolean removeIf(Predicate<? super E> filter) {
            throw unsupported();
        }

        private UnsupportedOperationException unsupported() {
            return new UnsupportedOperationException("buffer " + name
                    + " removes no single element: the oldest leave by themselves. Use drain or clear");
        }

        @Override
        public void clear() {
            drain(element -> {});
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public State state() {
        return place.state();
    }

    @Override
    public int size() {
        int size = 0;
        for (Ring ring : rings) {
            size += ring.size();
        }
        return size;
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public long added() {
        long added = 0;
        for (Ring ring : rings) {
            added += ring.added();
        }
        return added;
    }

    @Override
    public long dropped() {
        long dropped = 0;
        for (Ring ring : rings) {
            dropped += ring.dropped();
        }
        return dropped;
    }

    @Override
    public Duration oldestAge() {
        if (ages == null) {
            throw new IllegalStateException("buffer " + name + " records no ages; build it with recordAges()");
        }
        long now = ages.nanos();
        long oldest = 0;
        for (Ring ring : rings) {
            oldest = Math.max(oldest, now - ring.oldest(now));
        }
        return Duration.ofNanos(oldest);
    }

    @Override
    public Managed managed() {
        return place.node();
    }

    @Override
    public void close() {
        place.close();
    }

    /** Returns the name and how full it is, like {@code quotes 156/1000}. */
    @Override
    public String toString() {
        return name + " " + size() + "/" + capacity;
    }

    /** Whether the invariants hold; only while nobody else uses it. */
    boolean invariantsHold() {
        return Arrays.stream(rings).allMatch(Ring::invariantsHold);
    }

    @Override
    public Map<String, Object> gauges() {
        Map<String, Object> gauges = new LinkedHashMap<>();
        gauges.put("size", size());
        gauges.put("capacity", capacity);
        gauges.put("added", added());
        gauges.put("dropped", dropped());
        if (ages != null) {
            gauges.put("oldest", oldestAge());
        }
        if (listener != null) {
            gauges.put("listenerFailures", listener.failures());
        }
        return gauges;
    }
}
