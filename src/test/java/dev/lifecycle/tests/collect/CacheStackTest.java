package dev.lifecycle.tests.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.collect.BoundedCache;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A cache that is used within a few frames of the end of the stack. */
class CacheStackTest {
    private static final int STACK_BYTES = 256 << 10;
    private static final int ROUNDS = 20;

    /** Goes down until the stack ends, then changes the cache in each frame on the way up, until a change is whole. */
    private static boolean descend(BoundedCache<Integer, Integer> cache, AtomicInteger next) {
        try {
            if (descend(cache, next)) {
                return true;
            }
        } catch (StackOverflowError end) {
            return changed(cache, next);
        }
        return changed(cache, next);
    }

    private static boolean changed(BoundedCache<Integer, Integer> cache, AtomicInteger next) {
        try {
            int key = next.incrementAndGet();
            cache.put(key, key);
            cache.get(-key, each -> each);
            cache.put(key, -key);
            return cache.invalidate(-key);
        } catch (StackOverflowError again) {
            return false;
        }
    }

    @Test
    void isWholeAfterTheStackHasEndedInAnyFrameOfAChange() throws InterruptedException {
        try (BoundedCache<Integer, Integer> cache = BoundedCache.<Integer, Integer>builder("deep")
                .maximumSize(100)
                .groups((key, value) -> key % 3)
                .open()) {
            AtomicInteger next = new AtomicInteger();
            AtomicInteger whole = new AtomicInteger();
            for (int round = 0; round < ROUNDS; round++) {
                Thread thread = new Thread(
                        null,
                        () -> {
                            if (descend(cache, next)) {
                                whole.incrementAndGet();
                            }
                        },
                        "deep",
                        STACK_BYTES);
                thread.start();
                thread.join();
                cache.cleanUp();
                assertTrue(cache.size() <= 100, () -> "size " + cache.size());
                assertEquals(cache.size(), cache.weight());
                assertEquals(cache.size(), cache.asMap().entrySet().stream().count());
            }
            assertEquals(ROUNDS, whole.get());
            cache.invalidateAll();
            assertEquals(0, cache.size());
            assertEquals(0, cache.weight());
        }
    }
}
