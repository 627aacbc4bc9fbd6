package dev.lifecycle.impl.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.memory.MemorySource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of a container counts, where the heap may be three quarters of it; all in megabytes. */
class NeededMemoryTest {
    private static final long MB = 1 << 20;
    private static final long UNKNOWN = -1;

    @TempDir
    Path root;

    private long max = 768;
    private long touched;
    private long nanos = Long.MAX_VALUE; // it may overflow
    private final LiveSet live = new LiveSet(Set.of("PS Old Gen"), 768 * MB);

    @BeforeEach
    void aContainer() throws IOException {
        write("proc/meminfo", "MemTotal:       16777216 kB\n");
        write("proc/self/status", "VmSize:\t 2048000 kB\nVmRSS:\t  409600 kB\n");
        write("proc/self/cgroup", "0::/\n");
        write(
                "proc/self/mountinfo",
                "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
        limit(1_000);
        charge(100);
    }

    private void write(String path, String content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private void limit(long megabytes) throws IOException {
        write("sys/fs/cgroup/memory.max", megabytes * MB + "\n");
    }

    private void charge(long megabytes) throws IOException {
        write("sys/fs/cgroup/memory.current", megabytes * MB + "\n");
        write("sys/fs/cgroup/memory.stat", "inactive_file 0\n");
    }

    private void lives(long megabytes) {
        live.collected("PS MarkSweep", Map.of(), Map.of("PS Old Gen", megabytes * MB));
    }

    private NeededMemory needed(boolean isKnown) {
        return new NeededMemory(
                new Container(root, false),
                live,
                isKnown,
                new NeededMemory.Heap() {
                    @Override
                    public long max() {
                        return max * MB;
                    }

                    @Override
                    public long touched() {
                        return touched * MB;
                    }
                },
                () -> nanos);
    }

    private static void assertNeeded(long megabytes, NeededMemory memory) {
        assertEquals(megabytes * MB, memory.usedBytes());
        memory.limitBytes();
    }

    @Test
    void garbageDoesNotCountWhereTheWholeHeapFits() throws IOException {
        NeededMemory memory = needed(true);
        touched = 50;
        assertNeeded(50, memory);
        assertEquals(UNKNOWN, memory.needed(100 * MB), "what lives is not known yet");
        charge(900);
        touched = 768;
        lives(300);
        assertNeeded(132 + 300, memory);
        assertEquals((132 + 300) * MB, memory.needed(900 * MB));
        assertEquals(1_000 * MB, memory.limitBytes());
        assertEquals("container", memory.name());
        assertEquals(900 * MB, memory.container().usedBytes());
    }

    @Test
    void allCountsWhereItDoesNot() throws IOException {
        NeededMemory memory = needed(true);
        lives(300);
        touched = 600;
        charge(802);
        assertNeeded(202 + 300, memory);
        assertEquals(1, memory.evidence(), "of the live set");
        charge(803); // 203 + 768 of 970
        assertNeeded(803, memory);
        assertEquals(UNKNOWN, memory.evidence(), "each reading");
        charge(790);
        assertNeeded(790, memory); // it must fit by more
        charge(782);
        assertNeeded(182 + 300, memory);
        charge(802);
        assertNeeded(202 + 300, memory);
    }

    @Test
    void allCountsJustBeforeTheKernelKills() throws IOException {
        NeededMemory memory = needed(true);
        lives(300);
        touched = 900; // of a heap that is to shrink
        charge(979);
        assertNeeded(79 + 300, memory);
        charge(980);
        assertNeeded(980, memory);
    }

    @Test
    void filePagesThatAreInUseAreDroppedBeforeTheKernelKills() throws IOException {
        NeededMemory memory = needed(true);
        lives(300);
        touched = 768;
        charge(1_000);
        write("sys/fs/cgroup/memory.stat", "anon 1\ninactive_file 0\nactive_file " + 100 * MB + "\n");
        assertNeeded(132 + 300, memory);
        write("sys/fs/cgroup/memory.stat", "anon 1\ninactive_file " + 10 * MB + "\nactive_file 0\n");
        assertNeeded(990, memory);
    }

    @Test
    void anotherLimitIsSeenAtOnce() throws IOException {
        NeededMemory memory = needed(true);
        lives(300);
        touched = 768;
        charge(850);
        assertNeeded(82 + 300, memory);
        limit(870);
        memory.limitBytes();
        assertNeeded(850, memory);
    }

    @Test
    void moreCannotLiveThanIsThere() throws IOException {
        NeededMemory memory = needed(true);
        lives(700); // as the last collection had it: the heap has been given back meanwhile
        touched = 80;
        charge(100);
        assertNeeded(100, memory);
    }

    @Test
    void allCountsWhereNobodyTellsWhatLives() throws IOException {
        NeededMemory memory = needed(false);
        touched = 768;
        charge(900);
        assertNeeded(900, memory);
    }

    @Test
    void whatIsNotKnownStaysUnknown() throws IOException {
        Files.delete(root.resolve("sys/fs/cgroup/memory.current"));
        Files.delete(root.resolve("proc/self/status"));
        NeededMemory memory = needed(true);
        assertEquals(UNKNOWN, memory.usedBytes());
        assertEquals(UNKNOWN, memory.needed(UNKNOWN));
    }

    @Test
    void pagesThatTheHeapGaveBackAMomentAgoMayBeChargedStill() throws IOException {
        NeededMemory memory = needed(true);
        lives(300);
        touched = 768;
        charge(900);
        assertNeeded(132 + 300, memory);
        touched = 760;
        assertNeeded(132 + 300, memory);
        touched = 768;
        nanos += TimeUnit.SECONDS.toNanos(5);
        touched = 400; // of a heap that shrank just now
        assertNeeded(132 + 300, memory);
        assertNeeded(132 + 300, memory);
        nanos += TimeUnit.SECONDS.toNanos(1);
        charge(600);
        assertNeeded(300, memory); // too few for a moment, rather than too many
        nanos += TimeUnit.SECONDS.toNanos(2);
        assertNeeded(200 + 300, memory);
    }

    @Test
    void whatIsOutsideOfTheHeapHasItsOwnLimit() throws IOException {
        NeededMemory memory = needed(true);
        MemorySource room = memory.room();
        assertEquals("container.outside", room.name());
        assertEquals(UNKNOWN, room.usedBytes());
        assertFalse(memory.isTight(), "not read yet");
        lives(300);
        touched = 768;
        charge(868);
        assertNeeded(100 + 300, memory);
        assertEquals(100 * MB, room.usedBytes());
        assertEquals((970 - 768) * MB, room.limitBytes());
        assertFalse(memory.isTight(), "102 MB are left, more than a tenth of the limit");
        charge(871);
        assertNeeded(103 + 300, memory);
        assertTrue(memory.isTight());
        charge(975); // it does not fit any more
        assertNeeded(975, memory);
        assertEquals(UNKNOWN, room.usedBytes());
        assertFalse(memory.isTight(), "what counts now is the limit");
    }

    @Test
    void aHeapThatNeverFitsLeavesNoRoom() throws IOException {
        max = 980;
        NeededMemory memory = needed(true);
        charge(100);
        assertNeeded(100, memory);
        assertEquals(0, memory.room().limitBytes());
        assertFalse(memory.isTight());
    }
}
