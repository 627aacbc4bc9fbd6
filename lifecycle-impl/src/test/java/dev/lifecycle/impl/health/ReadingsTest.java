package dev.lifecycle.impl.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.health.CpuInfo;
import dev.lifecycle.health.HealthSnapshot;
import dev.lifecycle.health.HealthStatus;
import dev.lifecycle.health.HeapInfo;
import dev.lifecycle.health.MemoryInfo;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.time.VirtualTime;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReadingsTest {
    private final VirtualTime time = new VirtualTime(Long.MAX_VALUE - 500_000_000); // wraps soon
    private final AtomicInteger reads = new AtomicInteger();
    private long used;
    private long live = -1;

    private Readings.Taken read(long now) {
        reads.incrementAndGet();
        return new Readings.Taken(
                now,
                new MemoryInfo(used, used, 99, used, 100, MemoryInfo.Source.CONTAINER),
                new HeapInfo(1, 1, 100, live),
                new CpuInfo(0, 0));
    }

    private final Readings readings = new Readings(time, this::read);

    @Test
    void readsOnceASecondWhoeverAsks() {
        for (int i = 0; i < 10_000; i++) { // a thousand times a second, for ten seconds
            readings.current();
            time.advance(Duration.ofMillis(1));
        }
        assertEquals(10, reads.get());
    }

    @Test
    void whoAsksMeanwhileDoesNotWait() throws InterruptedException {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger all = new AtomicInteger();
        Readings slow = new Readings(time, now -> {
            if (all.incrementAndGet() == 2) {
                reading.countDown();
                try {
                    assertTrue(goOn.await(20, TimeUnit.SECONDS));
                } catch (InterruptedException never) {
                    throw new AssertionError(never);
                }
            }
            return read(now);
        });
        Readings.Taken first = slow.current();
        time.advance(Duration.ofSeconds(2));
        Thread reader = new Thread(slow::current);
        reader.start();
        assertTrue(reading.await(20, TimeUnit.SECONDS));
        assertSame(first, slow.current());
        goOn.countDown();
        reader.join(20_000);
        assertEquals(2, all.get());
    }

    private HealthSnapshot at(long bytes, long alive) {
        used = bytes;
        live = alive;
        time.advance(Duration.ofSeconds(1));
        try (Scope empty = Scope.open("empty")) {
            return new Walk().of(empty, readings);
        }
    }

    @Test
    void memoryThatIsNearlyFullIsAWarningAndThenCritical() {
        assertEquals(HealthStatus.UP, at(79, -1).status());
        assertEquals(HealthStatus.WARN, at(80, -1).status());
        assertEquals(
                "[needed memory at 84.0 % of 0 MB of the container]",
                at(84, -1).reasons().toString());
        assertEquals(HealthStatus.CRITICAL, at(85, -1).status());
    }

    @Test
    void aHeapFullOfWhatLivesIsAWarning() {
        assertEquals(HealthStatus.UP, at(1, 79).status());
        assertEquals(HealthStatus.WARN, at(1, 80).status());
        assertEquals("[live heap at 99.0 % of 0 MB]", at(1, 99).reasons().toString());
    }

    @Test
    void saysHowOldTheReadingIs() {
        readings.current();
        time.advance(Duration.ofMillis(700));
        try (Scope empty = Scope.open("empty")) {
            assertEquals(Duration.ofMillis(700), new Walk().of(empty, readings).age());
        }
    }
}
