package dev.lifecycle.tests.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.collect.BoundedCache;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Whatever threads do to a key at the same time, there is an order of their calls in which a map of one thread would have
 * answered the same: linearizability (M. Herlihy, J. Wing, 1990), found by the search of J. Wing and C. Gong (1993).
 */
class CacheHistoryTest {
    private static final int THREADS = 4;
    private static final int CALLS = 5;
    private static final int KEYS = 2;
    private static final int ROUNDS = 3_000;

    private enum Kind {
        GET,
        CONTAINS,
        PUT,
        REMOVE,
        REMOVE_VALUE,
        PUT_IF_ABSENT,
        REPLACE,
        REPLACE_VALUE,
        COMPUTE
    }

    /** A call: with what, when it began and ended, and what came of it. */
    private static final class Call {
        final Kind kind;
        final int key;
        final int value;
        final int expected;
        long begun;
        long ended;

        @Nullable
        Object result;

        Call(SplittableRandom random, int value) {
            this.kind = Kind.values()[random.nextInt(Kind.values().length)];
            this.key = random.nextInt(KEYS);
            this.value = value;
            this.expected = 1 + random.nextInt(THREADS * CALLS);
        }

        void run(BoundedCache<Key, Integer> cache) {
            ConcurrentMap<Key, Integer> map = cache.asMap();
            Key at = new Key(key);
            begun = System.nanoTime();
            result = switch (kind) {
                case GET -> cache.get(at);
                case CONTAINS -> map.containsKey(at);
                case PUT -> map.put(at, value);
                case REMOVE -> cache.remove(at);
                case REMOVE_VALUE -> map.remove(at, expected);
                case PUT_IF_ABSENT -> map.putIfAbsent(at, value);
                case REPLACE -> map.replace(at, value);
                case REPLACE_VALUE -> map.replace(at, expected, value);
                case COMPUTE ->
                    map.compute(
                            at, (same, old) -> old == null ? Integer.valueOf(value) : old % 3 == 0 ? null : old + 100);
            };
            ended = System.nanoTime();
        }

        /** What a map of one thread would answer if it held {@code held}. */
        @Nullable
        Object answer(@Nullable Integer held) {
            return switch (kind) {
                case GET, PUT, REMOVE, PUT_IF_ABSENT, REPLACE -> held;
                case CONTAINS -> held != null;
                case REMOVE_VALUE, REPLACE_VALUE -> Objects.equals(held, expected);
                case COMPUTE -> after(held);
            };
        }

        /** What it would hold then. */
        @Nullable
        Integer after(@Nullable Integer held) {
            return switch (kind) {
                case GET, CONTAINS -> held;
                case PUT -> Integer.valueOf(value);
                case REMOVE -> null;
                case REMOVE_VALUE -> Objects.equals(held, expected) ? null : held;
                case PUT_IF_ABSENT -> held == null ? Integer.valueOf(value) : held;
                case REPLACE -> held == null ? null : Integer.valueOf(value);
                case REPLACE_VALUE -> Objects.equals(held, expected) ? Integer.valueOf(value) : held;
                case COMPUTE ->
                    held == null ? Integer.valueOf(value) : held % 3 == 0 ? null : Integer.valueOf(held + 100);
            };
        }

        @Override
        public String toString() {
            return kind + "(" + key + ", " + expected + ", " + value + ") = " + result + " [" + begun + ", " + ended
                    + "]";
        }
    }

    /** Keys of one hash, so that they share a chain. */
    private record Key(int number) {
        @Override
        public int hashCode() {
            return 1;
        }
    }

    @Test
    void answersAsIfTheCallsOfAKeyCameOneAfterTheOther() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            for (int round = 0; round < ROUNDS; round++) {
                SplittableRandom random = new SplittableRandom(round);
                try (BoundedCache<Key, Integer> cache = open(round)) {
                    for (int key = 0; key < KEYS; key++) {
                        cache.put(new Key(key), 1000 + key);
                        cache.put(new Key(KEYS + key), 0); // on the way to it
                    }
                    List<Call> calls = record(threads, cache, random);
                    for (int key = 0; key < KEYS; key++) {
                        int number = key;
                        List<Call> own = calls.stream()
                                .filter(call -> call.key == number)
                                .toList();
                        assertTrue(isLinearizable(own, 1000 + key, cache.get(new Key(key))), () -> "no order: " + own);
                    }
                    assertEquals(
                            cache.size(),
                            cache.stats().insertions()
                                    - cache.stats().removals().values().stream()
                                            .mapToLong(Long::longValue)
                                            .sum());
                }
            }
        } finally {
            threads.shutdown();
        }
    }

    private static BoundedCache<Key, Integer> open(int round) {
        var builder = BoundedCache.<Key, Integer>builder("history").maximumSize(1_000);
        if (round % 3 == 1) {
            builder.hardBound();
        }
        if (round % 5 == 4) {
            builder.groups((key, value) -> value % 2);
        }
        return builder.open();
    }

    private static List<Call> record(ExecutorService threads, BoundedCache<Key, Integer> cache, SplittableRandom random)
            throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(THREADS);
        List<Call> calls = new ArrayList<>();
        List<Future<?>> ends = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Call[] own = new Call[CALLS];
            for (int j = 0; j < CALLS; j++) {
                own[j] = new Call(random, calls.size() + 1);
                calls.add(own[j]);
            }
            ends.add(threads.submit(() -> {
                barrier.await();
                for (Call call : own) {
                    call.run(cache);
                }
                return null;
            }));
        }
        for (Future<?> end : ends) {
            end.get();
        }
        return calls;
    }

    /** Whether the calls have an order that fits the times and the answers, and leads from one content to another. */
    private static boolean isLinearizable(List<Call> calls, @Nullable Integer first, @Nullable Integer last) {
        return search(calls.toArray(Call[]::new), 0, first, last, new HashSet<>());
    }

    private record Seen(long done, @Nullable Integer held) {}

    private static boolean search(
            Call[] calls, long done, @Nullable Integer held, @Nullable Integer last, Set<Seen> seen) {
        if (Long.bitCount(done) == calls.length) {
            return Objects.equals(held, last);
        }
        if (!seen.add(new Seen(done, held))) {
            return false; // was in vain before
        }
        long firstEnd = Long.MAX_VALUE; // who began later cannot be next; nanoTime does not wrap within a test
        for (int i = 0; i < calls.length; i++) {
            firstEnd = (done & 1L << i) == 0 ? Math.min(firstEnd, calls[i].ended) : firstEnd;
        }
        for (int i = 0; i < calls.length; i++) {
            Call call = calls[i];
            if ((done & 1L << i) == 0
                    && call.begun <= firstEnd
                    && Objects.equals(call.answer(held), call.result)
                    && search(calls, done | 1L << i, call.after(held), last, seen)) {
                return true;
            }
        }
        return false;
    }

    @Test
    void neverMissesAKeyThatIsReplacedAllTheTime() throws Exception {
        try (BoundedCache<Key, Integer> cache = open(0)) {
            Key key = new Key(1);
            cache.put(key, 0);
            cache.put(new Key(2), 0); // on the way to it
            ConcurrentMap<Key, Integer> map = cache.asMap();
            AtomicBoolean stop = new AtomicBoolean();
            Thread writer = new Thread(() -> {
                for (int i = 0; !stop.get(); i++) {
                    cache.put(key, i & 1);
                    if (i % 16 == 0) {
                        cache.put(new Key(2), i); // changes places in the chain
                    }
                }
            });
            writer.start();
            try {
                for (int i = 0; i < 100_000; i++) {
                    assertNotNull(cache.get(key), "get");
                    assertTrue(map.containsKey(key), "containsKey");
                    assertNotNull(map.replace(key, 1), "replace");
                    assertTrue(map.keySet().contains(key), "keySet");
                    assertEquals(2, map.entrySet().stream().toList().size(), "entries");
                    assertEquals(2, map.size());
                }
            } finally {
                stop.set(true);
                writer.join();
            }
        }
    }

    @Test
    void theSearchFindsOutAWrongAnswer() {
        Call[] calls = new Call[2];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 2; i++) {
            do {
                calls[i] = new Call(random, 7);
            } while (calls[i].kind != (i == 0 ? Kind.PUT : Kind.GET));
            calls[i].begun = 10 * i;
            calls[i].ended = 10 * i + 5;
        }
        calls[0].result = 1;
        calls[1].result = 7;
        assertTrue(isLinearizable(Arrays.asList(calls), 1, 7));
        calls[1].result = 1; // older than what was put before
        assertEquals(false, isLinearizable(Arrays.asList(calls), 1, 7));
        calls[1].begun = 3; // unless they overlap
        assertTrue(isLinearizable(Arrays.asList(calls), 1, 7));
    }
}
