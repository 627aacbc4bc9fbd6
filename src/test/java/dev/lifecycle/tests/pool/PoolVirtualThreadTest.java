package dev.lifecycle.tests.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lifecycle.Lease;
import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.pool.ResourcePool;
import dev.lifecycle.tests.api.Await;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A pool whose callers are virtual threads. */
@Timeout(120)
class PoolVirtualThreadTest {
    private static final int THREADS = 1_000;
    private static final int ROUNDS = 5;

    private final Keeper keeper = new Keeper();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private Method start;

    @BeforeEach
    void findVirtualThreads() {
        try {
            start = Thread.class.getMethod("startVirtualThread", Runnable.class);
        } catch (NoSuchMethodException before21) {
            start = null;
        }
        assumeTrue(start != null && Runtime.version().feature() >= 21, "this JDK has no virtual threads");
    }

    /** Anything that may fail. */
    private interface Work {
        void run() throws Exception;
    }

    private void runAll(int count, Work work) throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            threads.add((Thread) start.invoke(null, (Runnable) () -> {
                try {
                    work.run();
                } catch (Throwable thrown) {
                    failures.add(thrown);
                }
            }));
        }
        for (Thread thread : threads) {
            Await.end(thread);
        }
        assertEquals(List.of(), List.copyOf(failures));
        assertEquals(List.of(), List.copyOf(keeper.wrongs));
    }

    private void use(ResourcePool<Thing> pool, AtomicInteger inUse) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            try (Lease<Thing> lease = pool.acquire(Duration.ofSeconds(60))) {
                Thing thing = lease.get();
                keeper.call(thing, same -> {
                    if (inUse.incrementAndGet() > 4) {
                        keeper.wrongs.add("more than there are");
                    }
                    Thread.yield();
                    inUse.decrementAndGet();
                });
            }
        }
    }

    private static Thread.State state(List<Thread> threads) {
        return threads.isEmpty() ? null : threads.get(0).getState();
    }

    @Test
    void hasNoTimerForOneThatWaitsAsLongAsThePoolSays() throws Exception {
        List<Thread> patient = new CopyOnWriteArrayList<>();
        List<Thread> other = new CopyOnWriteArrayList<>();
        try (ResourcePool<Thing> pool =
                ResourcePool.builder("db", keeper).core(1).overflow(0).open()) {
            Lease<Thing> lease = pool.acquire();
            Thread giver = new Thread(() -> {
                Await.until("parked", () -> state(patient) == Thread.State.WAITING);
                Await.until("parked", () -> state(other) == Thread.State.TIMED_WAITING);
                lease.close();
            });
            giver.start();
            AtomicInteger next = new AtomicInteger();
            runAll(2, () -> {
                boolean isFirst = next.getAndIncrement() == 0;
                (isFirst ? patient : other).add(Thread.currentThread());
                (isFirst ? pool.acquire() : pool.acquire(Duration.ofHours(1))).close();
            });
            Await.end(giver);
        }
    }

    @Test
    void wakesThoseWithoutATimerInTime() throws Exception {
        Duration patience = Duration.ofMillis(40);
        try (ResourcePool<Thing> pool = ResourcePool.builder("db", keeper)
                        .core(1)
                        .overflow(0)
                        .acquireTimeout(patience)
                        .open();
                Lease<Thing> lease = pool.acquire()) {
            for (int round = 0; round < 3; round++) {
                runAll(5, () -> {
                    long begun = System.nanoTime();
                    assertThrows(AcquireTimeoutException.class, pool::acquire);
                    Duration took = Duration.ofNanos(System.nanoTime() - begun);
                    assertTrue(took.compareTo(patience) >= 0, took + " is too early");
                });
            }
            assertEquals(15, pool.stats().timeouts());
        }
    }

    @Test
    void servesAThousandWithFourResources() throws Exception {
        AtomicInteger inUse = new AtomicInteger();
        try (ResourcePool<Thing> pool =
                ResourcePool.builder("db", keeper).core(4).overflow(0).open()) {
            runAll(THREADS, () -> use(pool, inUse));
            assertEquals(4, keeper.asked.get());
            assertEquals((long) THREADS * ROUNDS, pool.stats().acquired());
            assertEquals(0, pool.stats().leased() + pool.stats().waiting());
        }
    }

    @Test
    void namesAHolderThatIsAVirtualThread() throws Exception {
        try (ResourcePool<Thing> pool =
                ResourcePool.builder("db", keeper).core(1).open()) {
            Queue<Lease<Thing>> held = new ConcurrentLinkedQueue<>();
            runAll(1, () -> held.add(pool.acquire().label("request 7")));
            assertEquals("request 7", pool.leases().get(0).holder());
            assertTrue(
                    pool.leases().get(0).thread().startsWith("thread "),
                    () -> pool.leases().toString());
            held.forEach(Lease::close);
        }
    }

    /** Has all classes initialised that callers need: a thread that waits for that pins its carrier, whatever the class does. */
    private void warmUp(AtomicInteger inUse) throws Exception {
        try (ResourcePool<Thing> other =
                ResourcePool.builder("warm-up", keeper).core(4).overflow(0).open()) {
            runAll(THREADS / 5, () -> use(other, inUse));
        }
    }

    @Test
    void pinsNoCarrier(@TempDir Path folder) throws Exception {
        AtomicInteger inUse = new AtomicInteger();
        Path file = folder.resolve("pinned.jfr");
        try (Recording recording = new Recording();
                ResourcePool<Thing> pool =
                        ResourcePool.builder("db", keeper).core(4).overflow(0).open()) {
            recording
                    .enable("jdk.VirtualThreadPinned")
                    .withThreshold(Duration.ZERO)
                    .withStackTrace();
            warmUp(inUse);
            recording.start();
            runAll(THREADS / 5, () -> use(pool, inUse));
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> pinned = new ArrayList<>();
        for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
            if (event.getStackTrace() != null
                    && event.getStackTrace().getFrames().stream()
                            .anyMatch(frame ->
                                    frame.getMethod().getType().getName().startsWith("dev.lifecycle.impl."))) {
                pinned.add(event);
            }
        }
        assertEquals(List.of(), pinned);
        assertTrue(Files.size(file) > 0);
    }
}
