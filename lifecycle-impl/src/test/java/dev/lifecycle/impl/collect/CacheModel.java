package dev.lifecycle.impl.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Lease;
import dev.lifecycle.Pressure;
import dev.lifecycle.collect.CacheLoadException;
import dev.lifecycle.collect.CacheLoader;
import dev.lifecycle.collect.CacheStats;
import dev.lifecycle.collect.CacheTimeoutException;
import dev.lifecycle.collect.RemovalCause;
import dev.lifecycle.impl.collect.CacheSettings.Key;
import dev.lifecycle.impl.collect.CacheSettings.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A cache beside a map that is changed by what was asked for, and by what the listener was told: at each moment both hold
 * the same, with the same deadlines. So each value leaves once, and for a reason that the step allows.
 */
final class CacheModel {
    private static final int KEYS = 12;

    private static final class Entry {
        final Value value;
        final long limit;
        long deadline;

        Entry(Value value, long limit, long deadline) {
            this.value = value;
            this.limit = limit;
            this.deadline = deadline;
        }
    }

    private final CacheSettings settings;
    private final StillClock clock;
    private final long origin;
    private final ClockCache<Key, Value> cache;
    private final Map<Key, Entry> model = new HashMap<>();
    private final Set<Value> owned = java.util.Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<Lease<Value>> leases = new ArrayList<>();
    private int values;
    private @Nullable Key pendingKey; // what is being put, and not told of
    private @Nullable Value pending;
    private Set<RemovalCause> allowed = EnumSet.noneOf(RemovalCause.class);
    private long told;

    CacheModel(CacheSettings settings, StillClock clock) {
        this.settings = settings;
        this.clock = clock;
        origin = clock.nanos();
        cache = (ClockCache<Key, Value>) settings.builder(clock, this::told).open();
    }

    private long now() {
        return clock.nanos() - origin;
    }

    private boolean isLive(@Nullable Entry entry) {
        return entry != null && entry.deadline > now();
    }

    // ---- what the cache tells --------------------------------------------------------------------------------------

    private void told(Key key, Value value, RemovalCause cause) {
        told++;
        assertTrue(allowed.contains(cause), () -> cause + " of " + value);
        assertEquals(0, value.closes, "open while the listener runs");
        Entry entry = model.get(key);
        if (entry != null && entry.value == value) {
            assertEquals(cause == RemovalCause.EXPIRED, cause == RemovalCause.EXPIRED && entry.deadline <= now());
            model.remove(key);
        } else {
            assertTrue(key.equals(pendingKey) && value == pending, () -> value + " was told before, or never put");
            pending = null;
        }
    }

    private void allow(RemovalCause... causes) {
        allowed = EnumSet.of(RemovalCause.EXPIRED, causes); // what has expired may go in any step
        if (settings.maximum() < 1_000 || cache.maximum() < settings.maximum() || settings.maxOpen() < 1_000) {
            allowed.add(RemovalCause.EVICTED);
        }
    }

    // ---- steps -----------------------------------------------------------------------------------------------------

    private Key key(Random random) {
        int number = random.nextInt(KEYS);
        return new Key(number, settings.has(CacheSettings.CONSTANT) ? 1 : number);
    }

    /** Does something to the cache and the map; returns what. */
    String step(Random random) {
        Key key = key(random);
        int what = random.nextInt(20);
        allow(RemovalCause.REPLACED);
        switch (what) {
            case 0, 1, 2, 3 -> put(key, new Value(++values));
            case 4, 5 -> read(key, random.nextBoolean());
            case 6, 7, 8 -> load(key, new Value(++values));
            case 9 -> fail(key);
            case 10 -> invalidate(key);
            case 11 ->
                clock.advance((long)
                        (random.nextDouble() * new long[] {2, Wheel.LATE, 100 * Wheel.LATE}[random.nextInt(3)]));
            case 12 -> putIfAbsent(key);
            case 13 -> invalidateGroup("tag" + (1 + random.nextInt(3)));
            case 14 -> invalidateIf(random.nextInt(4));
            case 15 -> trim(random.nextInt(3) / 2.0);
            case 16 -> shrinkOrRestore(random);
            case 17 -> endLease();
            case 18 -> putAgain(key, random);
            default -> {
                allow(RemovalCause.INVALIDATED);
                if (random.nextInt(4) == 0) {
                    cache.invalidateAll();
                    assertEquals(Map.of(), model);
                } else {
                    cache.cleanUp();
                }
            }
        }
        allow();
        return what + ":" + key.number();
    }

    private long deadline(Value value) {
        long limit = settings.writeNanos() > 0 ? now() + settings.writeNanos() : CacheNode.NEVER;
        return settings.has(CacheSettings.EACH) ? Math.min(limit, now() + CacheSettings.own(value)) : limit;
    }

    private long accessed(long limit) {
        return settings.accessNanos() > 0 ? Math.min(limit, now() + settings.accessNanos()) : limit;
    }

    private void pend(Key key, Value value) {
        pendingKey = key;
        pending = value;
    }

    private void settle() {
        Key key = pendingKey;
        Value value = pending;
        if (key != null && value != null) {
            long limit = deadline(value);
            assertNull(model.put(key, new Entry(value, limit, accessed(limit))), "was not told of");
        }
        pendingKey = null;
        pending = null;
    }

    private void put(Key key, Value value) {
        pend(key, value);
        try {
            cache.put(key, value);
            owned.add(value);
        } catch (CacheTimeoutException full) {
            pending = null;
            assertTrue(cache.stats().open() >= settings.maxOpen());
        }
        settle();
    }

    /** The same value under another key: it is closed when both have gone. */
    private void putAgain(Key key, Random random) {
        List<Entry> all = new ArrayList<>(model.values());
        if (!all.isEmpty()) {
            Entry entry = all.get(random.nextInt(all.size()));
            Value value = entry.value;
            if (model.get(key) != entry
                    && settings.maxOpen() > 1_000) { // with room to spare: it is not evicted meanwhile
                put(key, value);
            }
        }
    }

    private void read(Key key, boolean keep) {
        Entry entry = model.get(key);
        boolean live = isLive(entry);
        if (settings.closes()) {
            assertThrows(UnsupportedOperationException.class, () -> cache.get(key));
            Lease<Value> lease = cache.borrow(key);
            assertEquals(live, lease != null);
            if (lease != null && entry != null) {
                assertSame(entry.value, lease.get());
                keep(lease, keep);
            }
        } else {
            assertSame(live && entry != null ? entry.value : null, cache.get(key));
        }
        if (live && entry != null) {
            touch(entry);
        }
    }

    private void touch(Entry entry) {
        entry.deadline = Math.max(entry.deadline, accessed(entry.limit));
    }

    private void keep(Lease<Value> lease, boolean keep) {
        assertEquals(0, lease.get().closes);
        if (keep) {
            lease.get().leases++;
            leases.add(lease);
        } else {
            lease.close();
        }
    }

    private void endLease() {
        if (!leases.isEmpty()) {
            Lease<Value> lease = leases.remove(0);
            assertEquals(0, lease.get().closes);
            lease.get().leases--;
            lease.close();
            lease.close();
        }
    }

    private boolean remembersFailure(Key key) {
        CacheNode node = nodes().get(key);
        return node != null && node.value instanceof Failure && node.deadline() > now();
    }

    private void load(Key key, Value value) {
        Entry entry = model.get(key);
        boolean live = isLive(entry);
        CacheLoader<Key, Value> loader = each -> {
            assertFalse(live, "there is a value");
            pend(key, value);
            owned.add(value);
            return value;
        };
        if (!live && remembersFailure(key)) {
            assertThrows(CacheLoadException.class, () -> ask(key, loader));
            assertNull(pendingKey);
            return;
        }
        try {
            assertSame(live && entry != null ? entry.value : value, ask(key, loader));
        } catch (CacheTimeoutException full) {
            assertNull(pendingKey);
            assertTrue(cache.stats().open() >= settings.maxOpen());
            return;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        if (live && entry != null) {
            touch(entry);
        }
        settle();
    }

    private Value ask(Key key, CacheLoader<Key, Value> loader) throws InterruptedException {
        if (!settings.closes()) {
            return cache.get(key, loader);
        }
        try (Lease<Value> lease = cache.borrow(key, loader, Duration.ZERO)) { // waits for no room
            assertEquals(0, lease.get().closes);
            return lease.get();
        }
    }

    private void fail(Key key) {
        Entry entry = model.get(key);
        if (isLive(entry)) {
            return;
        }
        boolean remembered = remembersFailure(key);
        boolean[] called = new boolean[1];
        Exception thrown = assertThrows(
                Exception.class,
                () -> ask(key, each -> {
                    called[0] = true;
                    throw new IllegalStateException("no");
                }));
        assertTrue(thrown instanceof CacheLoadException || thrown instanceof CacheTimeoutException, thrown::toString);
        assertFalse(remembered && called[0], "a remembered failure is not loaded again");
    }

    private void invalidate(Key key) {
        allow(RemovalCause.INVALIDATED);
        Entry entry = model.get(key);
        boolean live = isLive(entry);
        if (settings.closes()) {
            assertEquals(live, cache.invalidate(key));
        } else {
            assertSame(live && entry != null ? entry.value : null, cache.remove(key));
        }
        assertNull(model.get(key), "was not told of");
        assertNull(nodes().get(key));
    }

    private void putIfAbsent(Key key) {
        if (settings.closes()) {
            return;
        }
        Value value = new Value(++values);
        Entry entry = model.get(key);
        if (isLive(entry) && entry != null) {
            assertSame(entry.value, cache.putIfAbsent(key, value));
            touch(entry);
        } else {
            pend(key, value);
            assertNull(cache.putIfAbsent(key, value));
            settle();
        }
    }

    private void invalidateGroup(Object tag) {
        if (!settings.has(CacheSettings.GROUPS)) {
            assertThrows(IllegalStateException.class, () -> cache.invalidateGroup(tag));
            return;
        }
        allow(RemovalCause.INVALIDATED);
        Map<Key, Entry> before = new HashMap<>(model);
        cache.invalidateGroup(tag);
        before.forEach((key, entry) -> {
            if (tag.equals(CacheSettings.tag(entry.value))) {
                assertFalse(model.containsKey(key));
            } else {
                assertTrue(model.containsKey(key) || entry.deadline <= now());
            }
        });
    }

    private void invalidateIf(int rest) {
        allow(RemovalCause.INVALIDATED);
        Map<Key, Entry> before = new HashMap<>(model);
        cache.invalidateIf((key, value) -> value.number % 4 == rest);
        before.forEach((key, entry) -> {
            boolean goes = entry.value.number % 4 == rest && entry.deadline > now();
            assertTrue(model.containsKey(key) != goes || entry.deadline <= now());
        });
    }

    private void trim(double fraction) {
        allow(RemovalCause.TRIMMED);
        cache.cleanUp();
        long before = cache.weight();
        cache.trimTo(fraction);
        assertTrue(cache.weight() <= before * fraction);
    }

    private void shrinkOrRestore(Random random) {
        if (cache.maximum() < settings.maximum()) {
            cache.restore();
            assertEquals(settings.maximum(), cache.maximum());
        } else {
            allow(RemovalCause.TRIMMED);
            cache.shrink(Pressure.values()[random.nextInt(Pressure.values().length)], 0);
        }
    }

    // ---- checks ----------------------------------------------------------------------------------------------------

    private Map<Object, CacheNode> nodes() {
        Map<Object, CacheNode> all = new HashMap<>();
        for (int i = 0; i < cache.table().segments(); i++) {
            for (CacheNode node : cache.table().nodes(i)) {
                assertNull(all.put(node.key, node));
            }
        }
        return all;
    }

    /** Compares both, and the figures. */
    void check() {
        if (settings.has(CacheSettings.HARD)) {
            assertTrue(cache.upkeep().total() <= cache.maximum(), "above a hard bound");
        }
        assertTrue(cache.invariantsHold());
        int failures = 0;
        for (Map.Entry<Object, CacheNode> each : nodes().entrySet()) {
            CacheNode node = each.getValue();
            if (node.value instanceof Failure) {
                failures++;
                assertFalse(model.containsKey(each.getKey()));
            } else {
                Entry entry = model.get(each.getKey());
                assertNotNull(entry);
                assertSame(entry.value, node.value);
                assertEquals(Math.min(entry.deadline, CacheNode.NEVER), node.deadline());
                assertTrue(node.deadline() + Wheel.LATE > now(), "left although it has expired");
            }
        }
        assertEquals(model.size(), nodes().size() - failures);
        assertEquals(nodes().size(), cache.size());
        CacheStats stats = cache.stats();
        long removed =
                stats.removals().values().stream().mapToLong(Long::longValue).sum();
        assertEquals(cache.size(), stats.insertions() - removed);
        assertTrue(told <= removed);
        assertTrue(settings.has(CacheSettings.FAILURES) || told == removed);
        assertEquals(0, stats.listenerFailures());
        assertEquals(0, stats.closeFailures());
        if (settings.closes()) {
            checkCloses(stats);
        }
    }

    private void checkCloses(CacheStats stats) {
        Set<Value> used = new HashSet<>();
        model.values().forEach(entry -> used.add(entry.value));
        leases.forEach(lease -> used.add(lease.get()));
        for (Value value : owned) {
            assertEquals(used.contains(value) ? 0 : 1, value.closes, value::toString);
        }
        assertEquals(used.size(), stats.open());
        assertEquals(owned.size() - used.size(), stats.closed());
        assertTrue(stats.open() <= settings.maxOpen());
    }

    void close() {
        allow(RemovalCause.CLOSED);
        cache.close();
        assertEquals(Map.of(), model);
        while (!leases.isEmpty()) {
            endLease();
        }
        check();
        owned.forEach(value -> assertEquals(settings.closes() ? 1 : 0, value.closes));
    }
}
