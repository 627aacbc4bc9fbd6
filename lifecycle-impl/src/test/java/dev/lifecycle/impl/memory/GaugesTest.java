package dev.lifecycle.impl.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.memory.MemoryGuard;
import dev.lifecycle.time.VirtualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How fast a container of 1 000 MB fills, of which the heap may be 768; all in megabytes and seconds. */
class GaugesTest {
    private static final long MB = 1 << 20;
    private static final long NEVER = Long.MAX_VALUE;

    @TempDir
    Path root;

    private final LiveSet live = new LiveSet(Set.of("PS Old Gen"), 768 * MB);
    private long now;
    private Gauges gauges;

    @BeforeEach
    void aContainer() throws IOException {
        write("proc/meminfo", "MemTotal:       16777216 kB\n");
        write("proc/self/cgroup", "0::/\n");
        write("proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
        write("sys/fs/cgroup/memory.max", 1_000 * MB + "\n");
        write("sys/fs/cgroup/memory.stat", "inactive_file 0\n");
        charge(800);
        lives(300);
        gauges = new Gauges("test", List.of(container()));
        gauges.readFirst();
        gauges.take(now);
    }

    private NeededMemory container() {
        NeededMemory.Heap heap = new NeededMemory.Heap() {
            @Override
            public long max() {
                return 768 * MB;
            }

            @Override
            public long touched() {
                return 768 * MB;
            }
        };
        return new NeededMemory(new Container(root, false), live, true, heap, () -> now);
    }

    private void write(String path, String content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private void charge(long megabytes) throws IOException {
        write("sys/fs/cgroup/memory.current", megabytes * MB + "\n");
    }

    private void lives(long megabytes) {
        live.collected("PS MarkSweep", Map.of(), Map.of("PS Old Gen", megabytes * MB));
    }

    private void readAfterASecond() {
        now += TimeUnit.SECONDS.toNanos(1);
        gauges.read();
        gauges.take(now);
    }

    private static long seconds(long nanos) {
        return nanos == NEVER ? NEVER : Math.round(nanos / 1e9);
    }

    @Test
    void whatIsOutsideOfTheHeapRunsOutOfItsRoomLongBeforeTheLimit() throws IOException {
        assertEquals(NEVER, gauges.nanosToLimit());
        for (int i = 1; i <= 60; i++) {
            charge(800 + i);
            readAfterASecond();
        }
        assertEquals(0.392, gauges.fraction(), 1e-9); // 92 outside, 300 alive
        assertEquals(970 - 768 - 92, seconds(gauges.nanosToEdge()), "one megabyte a second");
        assertEquals(970 - 768 - 92, seconds(gauges.nanosToLimit()));
        assertEquals(1_000 - 392, seconds(gauges.nanosTo(1)));
        assertFalse(gauges.isTight());
        charge(875); // 95 left
        readAfterASecond();
        assertTrue(gauges.isTight());
        assertEquals(1, gauges.readings().size(), "the room is no source of a user");
        assertEquals("container", gauges.cause());
    }

    @Test
    void anotherLiveSetIsNoGrowth() {
        for (int i = 1; i <= 5; i++) {
            lives(300 + 50 * i);
            readAfterASecond();
            assertEquals(NEVER, gauges.nanosTo(1));
            assertEquals(NEVER, gauges.nanosToLimit());
        }
        assertEquals(0.582, gauges.fraction(), 1e-9);
    }

    @Test
    void thatAllCountsNowIsNoGrowthEither() throws IOException {
        charge(970 + 1);
        readAfterASecond();
        assertEquals(0.971, gauges.fraction(), 1e-9);
        assertEquals(NEVER, gauges.nanosToLimit());
        charge(970 + 3);
        readAfterASecond();
        assertEquals((1_000 - 973) / (0.3 * 2), gauges.nanosToLimit() / 1e9, 0.01);
    }

    @Test
    void aGuardLooksFourTimesASecondWhereThereIsLittleRoom() throws IOException {
        for (boolean isTight : new boolean[] {false, true}) {
            charge(isTight ? 880 : 800); // 112 or 32 outside, of 202
            VirtualTime time = new VirtualTime();
            try (MemoryGuard guard = MemoryGuard.builder("room")
                    .source(container())
                    .timeSource(time)
                    .open()) {
                readAgain(guard, time, Duration.ofSeconds(6)); // the first reading is one without a wait
                long readings = guard.stats().readings();
                time.advance(Duration.ofMillis(251));
                if (isTight) {
                    await(() -> guard.stats().readings() > readings);
                } else {
                    readAgain(guard, time, Duration.ofSeconds(5));
                    assertEquals(readings + 1, guard.stats().readings());
                }
            }
        }
    }

    @Test
    void aGuardLooksMoreOftenAsTheRoomIsUsedUp() throws IOException {
        VirtualTime time = new VirtualTime();
        try (MemoryGuard guard =
                MemoryGuard.builder("room").source(container()).timeSource(time).open()) {
            readAgain(guard, time, Duration.ofSeconds(6));
            charge(818);
            readAgain(guard, time, Duration.ofSeconds(6)); // 3 megabytes a second, believed to three tenths
            assertEquals(Optional.of(Duration.ofSeconds(168)), guard.stats().toLimit()); // 152 are left
            long readings = guard.stats().readings();
            time.advance(Duration.ofMillis(3_400)); // a fiftieth of that; a level, at 282 more, is later
            await(() -> guard.stats().readings() > readings);
        }
    }

    private static void readAgain(MemoryGuard guard, VirtualTime time, Duration later) {
        long before = guard.stats().readings();
        await(() -> time.parked() > 0);
        time.advance(later);
        await(() -> guard.stats().readings() > before);
        await(() -> time.parked() > 0);
    }

    private static void await(BooleanSupplier what) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!what.getAsBoolean()) {
            assertTrue(System.nanoTime() < end);
            Thread.onSpinWait();
        }
    }
}
