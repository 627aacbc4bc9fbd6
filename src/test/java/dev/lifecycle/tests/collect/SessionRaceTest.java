package dev.lifecycle.tests.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.collect.RemovalCause;
import dev.lifecycle.collect.Session;
import dev.lifecycle.collect.SessionRegistry;
import dev.lifecycle.collect.SessionRegistryBuilder;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who races for a session: its rotation, its touches, its time-out and its end, by id and by principal. */
@Tag("once")
@Timeout(120)
class SessionRaceTest {
    private static final Duration TIMEOUT = Duration.ofMinutes(30);
    private static final int THREADS = 8;

    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final VirtualTime time = new VirtualTime();

    @AfterEach
    void stop() throws InterruptedException {
        threads.shutdownNow();
        assertTrue(threads.awaitTermination(20, TimeUnit.SECONDS));
    }

    /** A state that knows how often it was closed. */
    private static final class Work implements AutoCloseable {
        final AtomicInteger closes = new AtomicInteger();

        @Override
        public void close() {
            closes.incrementAndGet();
        }
    }

    private SessionRegistryBuilder<Work> works() {
        return SessionRegistry.builder("works", principal -> new Work())
                .timeout(TIMEOUT)
                .maximumSessions(10_000)
                .timeSource(time);
    }

    private static <T> List<T> results(List<Future<T>> futures) throws Exception {
        List<T> results = new ArrayList<>();
        for (Future<T> future : futures) {
            results.add(future.get(60, TimeUnit.SECONDS));
        }
        return results;
    }

    /** Runs all of them at the same time, as far as the machine has it. */
    @SafeVarargs
    private <T> List<T> together(Callable<? extends T>... calls) throws Exception {
        CyclicBarrier start = new CyclicBarrier(calls.length);
        List<Future<T>> futures = new ArrayList<>();
        for (Callable<? extends T> call : calls) {
            futures.add(threads.submit(() -> {
                start.await(20, TimeUnit.SECONDS);
                return call.call();
            }));
        }
        return results(futures);
    }

    @Test
    void leavesNothingOfAPrincipalWhoIsInvalidatedWhileIdsAreRotated() throws Exception {
        AtomicInteger ended = new AtomicInteger();
        try (SessionRegistry<Work> registry =
                works().onEnd((session, cause) -> ended.incrementAndGet()).open()) {
            for (int round = 1; round <= 3_000; round++) {
                String id = registry.open("ann").id();
                List<Object> results = together(
                        () -> registry.rotate(id),
                        () -> registry.invalidatePrincipal("ann"),
                        () -> registry.touch(id),
                        () -> registry.rotate(id));
                assertEquals(1, results.get(1));
                List<Optional<?>> rotated = List.of((Optional<?>) results.get(0), (Optional<?>) results.get(3));
                assertTrue(rotated.stream().filter(Optional::isPresent).count() <= 1, "an id is rotated once");
                for (Optional<?> session : rotated) {
                    session.ifPresent(each -> assertFalse(registry.touch(((Session<?>) each).id())));
                }
                assertFalse(registry.touch(id));
                assertEquals(0, registry.size());
                assertEquals(0, registry.principals());
                assertEquals(round, ended.get());
            }
        }
    }

    @Test
    void endsOrRotatesAnIdNeverBoth() throws Exception {
        try (SessionRegistry<Work> registry = works().open()) {
            for (int round = 0; round < 3_000; round++) {
                String id = registry.open("ann").id();
                List<Object> results = together(() -> registry.rotate(id), () -> registry.invalidate(id));
                Optional<?> rotated = (Optional<?>) results.get(0);
                assertEquals(rotated.isEmpty(), results.get(1), "the one that came first counts");
                assertEquals(rotated.isPresent() ? 1 : 0, registry.size());
                assertFalse(registry.touch(id));
                rotated.ifPresent(session -> assertTrue(registry.invalidate(((Session<?>) session).id())));
                assertEquals(0, registry.principals());
            }
        }
    }

    @Test
    void hasASessionOnceAtEachMomentOfARotation() throws Exception {
        try (SessionRegistry<Work> registry = works().open()) {
            for (int round = 0; round < 3_000; round++) {
                String old = registry.open("ann").id();
                List<Object> results = together(
                        () -> registry.rotate(old),
                        () -> registry.sessions("ann").size());
                assertEquals(1, results.get(1));
                String now = ((Session<?>) ((Optional<?>) results.get(0)).orElseThrow()).id();
                assertTrue(registry.find(old).isEmpty());
                assertTrue(registry.invalidate(now));
            }
        }
    }

    /** The timer finds it overdue, or the touch comes in time: what was said to go on goes on. */
    @Test
    void keepsASessionThatWasTouchedInTheLastMoment() throws Exception {
        try (SessionRegistry<Work> registry = works().open()) {
            for (int round = 0; round < 3_000; round++) {
                String id = registry.open("ann").id();
                time.advance(TIMEOUT.minusNanos(1));
                List<Object> results = together(
                        () -> registry.touch(id),
                        () -> {
                            time.advance(Duration.ofNanos(1));
                            return registry.find(id).isPresent();
                        },
                        () -> registry.open("bob"), // sweeps
                        () -> registry.invalidatePrincipal("cid"));
                boolean touched = (Boolean) results.get(0);
                assertEquals(touched, registry.find(id).isPresent());
                time.advance(TIMEOUT);
                assertFalse(registry.touch(id));
                registry.invalidatePrincipal("ann");
                registry.invalidatePrincipal("bob");
                assertEquals(0, registry.principals());
            }
        }
    }

    @Test
    void neverLeavesAPrincipalWithMoreSessionsThanAllowed() throws Exception {
        try (SessionRegistry<Work> registry = works().maximumPerPrincipal(3).open()) {
            for (int round = 0; round < 1_000; round++) {
                together(
                        () -> registry.open("ann"),
                        () -> registry.open("ann"),
                        () -> registry.open("ann"),
                        () -> registry.open("ann"),
                        () -> registry.open("ann"));
                assertEquals(3, registry.sessions("ann").size());
            }
        }
    }

    /** Everything at once, for a while; then everybody goes. */
    @Test
    void comesToNothingAfterAMixOfEverything() throws Exception {
        int principals = 16;
        AtomicInteger opened = new AtomicInteger();
        AtomicInteger ended = new AtomicInteger();
        List<Work> made = Collections.synchronizedList(new ArrayList<>());
        try (SessionRegistry<Work> registry = SessionRegistry.builder("works", principal -> {
                    Work work = new Work();
                    made.add(work);
                    return work;
                })
                .timeout(TIMEOUT)
                .absoluteTimeout(TIMEOUT.multipliedBy(3))
                .maximumSessions(100)
                .maximumPerPrincipal(12)
                .onEnd((session, cause) -> {
                    assertFalse(cause == RemovalCause.REPLACED);
                    ended.incrementAndGet();
                })
                .closeStates()
                .timeSource(time)
                .open()) {
            AtomicReferenceArray<String> ids = new AtomicReferenceArray<>(256);
            for (int i = 0; i < ids.length(); i++) {
                ids.set(i, "none");
            }
            List<Future<Void>> futures = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                SplittableRandom random = new SplittableRandom(thread);
                futures.add(threads.submit(() -> {
                    for (int step = 0; step < 20_000; step++) {
                        int slot = random.nextInt(ids.length());
                        String id = ids.get(slot);
                        switch (random.nextInt(12)) {
                            case 0, 1, 2 -> {
                                ids.set(
                                        slot,
                                        registry.open(random.nextInt(principals))
                                                .id());
                                opened.incrementAndGet();
                            }
                            case 3, 4 -> registry.rotate(id).ifPresent(now -> ids.set(slot, now.id()));
                            case 5, 6 -> registry.touch(id);
                            case 7 -> {
                                var lease = registry.borrow(id);
                                if (lease != null) {
                                    assertEquals(0, lease.get().closes.get());
                                    lease.close();
                                }
                            }
                            case 8 -> registry.invalidate(id);
                            case 9 -> registry.find(id).ifPresent(found -> assertEquals(id, found.id()));
                            case 10 -> registry.sessions(random.nextInt(principals));
                            default -> {
                                if (random.nextInt(8) == 0) {
                                    registry.invalidatePrincipal(random.nextInt(principals));
                                } else {
                                    time.advance(TIMEOUT.dividedBy(256));
                                }
                            }
                        }
                    }
                    return null;
                }));
            }
            results(futures);
            assertTrue(registry.size() <= 100, registry::toString);
            IntStream.range(0, principals).forEach(registry::invalidatePrincipal);
            assertEquals(0, registry.size());
            assertEquals(0, registry.principals());
            for (int i = 0; i < ids.length(); i++) {
                assertFalse(registry.touch(ids.get(i)));
            }
        }
        assertEquals(opened.get(), made.size());
        Await.until("all are told of", () -> ended.get() == opened.get()); // the timer may be at it
        Await.until("all are closed", () -> made.stream().allMatch(w -> w.closes.get() == 1));
    }
}
