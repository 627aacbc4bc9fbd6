package dev.lifecycle.tests.weak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.testing.LeakProbe;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.weak.RegistryClosedException;
import dev.lifecycle.weak.WeakInterner;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The contract of the interner. */
@Timeout(60)
class WeakInternerTest {
    private final WeakInterner<Object> interner =
            WeakInterner.builder("instances").open();

    @AfterEach
    void close() {
        interner.close();
    }

    /** Of a hash code that the test picks. */
    private record Colliding(int number, int hash) {
        @Override
        public int hashCode() {
            return hash;
        }
    }

    @Test
    void returnsTheFirstOfEqualOnes() {
        Object first = new Colliding(1, 1);
        assertSame(first, interner.intern(first));
        assertSame(first, interner.intern(first));
        assertSame(first, interner.intern(new Colliding(1, 1)));
        assertEquals(1, interner.approxSize());
    }

    @Test
    void keepsDifferentOnesOfOneHashCodeApart() {
        List<Object> firsts = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            firsts.add(interner.intern(new Colliding(i, 7)));
        }
        for (int i = 0; i < 500; i++) {
            assertSame(firsts.get(i), interner.intern(new Colliding(i, 7)));
        }
        assertEquals(500, interner.approxSize());
    }

    @Test
    void comparesOnlyWhereAllOfTheHashCodeIsTheSame() {
        int[] calls = new int[1];
        class Counting {
            private final int hash;

            Counting(int hash) {
                this.hash = hash;
            }

            @Override
            public boolean equals(Object other) {
                calls[0]++;
                return this == other;
            }

            @Override
            public int hashCode() {
                return hash;
            }
        }
        List<Object> kept = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            kept.add(interner.intern(new Counting(i << 20 | i)));
        }
        assertEquals(0, calls[0]);
        Reference.reachabilityFence(kept);
    }

    private Reference<?> dying() {
        Object instance = interner.intern(new Colliding(1, 1));
        return new WeakReference<>(instance);
    }

    @Test
    void takesAnotherInstanceOnceTheFirstDied() {
        LeakProbe.awaitCollected(dying());
        Object second = new Colliding(1, 1);
        assertSame(second, interner.intern(second));
        Await.until("the reaper comes by", () -> interner.approxSize() == 1);
        assertSame(second, interner.intern(new Colliding(1, 1)));
        Await.until(
                "counted, which is done once it is out of the table",
                () -> Long.valueOf(1)
                        .equals(interner.managed().snapshot().gauges().get("collected")));
    }

    @Test
    void refusesNullAndWhatIsValueBased() {
        assertEquals(
                "candidate",
                assertThrows(NullPointerException.class, () -> interner.intern(null))
                        .getMessage());
        for (Object candidate : List.of(1, Optional.empty(), List.of(1))) {
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> interner.intern(candidate));
            assertTrue(
                    refused.getMessage()
                            .startsWith("candidate is a " + candidate.getClass().getName()),
                    refused.getMessage());
        }
    }

    @Test
    void refusesAndForgetsOnceClosed() {
        Object first = interner.intern(new Colliding(1, 1));
        interner.close();
        assertThrows(RegistryClosedException.class, () -> interner.intern(first));
        assertThrows(RegistryClosedException.class, () -> interner.intern(new Colliding(1, 1)));
        assertEquals(0, interner.approxSize());
    }

    @Test
    void allThreadsGetOneInstance() throws Exception {
        int threads = 4;
        for (int round = 0; round < 300; round++) {
            int number = round;
            CyclicBarrier start = new CyclicBarrier(threads);
            Set<Object> seen = Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
            List<Thread> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                Thread thread = new Thread(() -> {
                    try {
                        start.await();
                    } catch (Exception broken) {
                        throw new IllegalStateException(broken);
                    }
                    seen.add(interner.intern(new Colliding(number, 3)));
                });
                thread.start();
                all.add(thread);
            }
            for (Thread thread : all) {
                Await.end(thread);
            }
            assertEquals(1, seen.size());
        }
    }

    @Test
    void differentInternersHaveInstancesOfTheirOwn() {
        try (WeakInterner<Object> other = WeakInterner.builder("other").open()) {
            assertNotSame(interner.intern(new Colliding(1, 1)), other.intern(new Colliding(1, 1)));
        }
    }
}
