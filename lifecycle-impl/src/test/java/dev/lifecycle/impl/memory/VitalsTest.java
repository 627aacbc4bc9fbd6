package dev.lifecycle.impl.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of the kernel, below another root. */
class VitalsTest {
    private static final long MB = 1 << 20;

    @TempDir
    Path root;

    @BeforeEach
    void aMachine() throws IOException {
        write("proc/meminfo", "MemTotal:       16777216 kB\n");
        write("proc/self/status", "Name:\tjava\nVmSize:\t 2048000 kB\nVmRSS:\t  409600 kB\n");
        write("proc/stat", "cpu  100 0 100 700 100 0 0 0 50 0\ncpu0 1 2 3 4\n");
    }

    private void write(String path, String content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private Vitals vitals() {
        LiveSet none = new LiveSet(Set.of(), 0);
        Container container = new Container(root, false);
        return new Vitals(
                new NeededMemory(container, none, false, NeededMemory.Heap.of(none, false), System::nanoTime), root);
    }

    @Test
    void readsWhatOfTheProcessIsInMemoryAndWhatItIsOutOf() {
        Vitals.Reading read = vitals().read(0);
        assertEquals(400 * MB, read.resident());
        assertEquals(2_000 * MB, read.virtual());
        assertEquals(400 * MB, read.used());
        assertEquals(16_384 * MB, read.limit());
        assertFalse(read.isContainer());
    }

    @Test
    void readsWhatCountsInAContainer() throws IOException {
        write("proc/self/cgroup", "0::/app\n");
        write(
                "proc/self/mountinfo",
                "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n");
        write("sys/fs/cgroup/app/memory.max", String.valueOf(1_024 * MB));
        write("sys/fs/cgroup/app/memory.current", String.valueOf(900 * MB));
        write("sys/fs/cgroup/app/memory.stat", "inactive_file " + 200 * MB + "\n");
        Vitals.Reading read = vitals().read(0);
        assertTrue(read.isContainer());
        assertEquals(700 * MB, read.used());
        assertEquals(1_024 * MB, read.limit());
        assertEquals(400 * MB, read.resident());
    }

    @Test
    void sharesAreOfTheTimeBetweenTwoReadings() throws IOException {
        Vitals vitals = vitals();
        assertEquals(-1, vitals.read(0).system());
        write("proc/stat", "cpu  110 5 115 760 110 0 0 0 50 0\n"); // 30 busy, 70 not
        assertEquals(0.3, vitals.read(1_000_000_000).system(), 1e-9);
        assertEquals(-1, vitals.read(2_000_000_000).system(), "no tick since");
    }

    @Test
    void theShareOfTheProcessIsAShare() {
        Vitals vitals = vitals();
        long begun = System.nanoTime();
        assertEquals(-1, vitals.read(begun).process());
        long busy = 0;
        while (System.nanoTime() - begun < 50_000_000) {
            busy++;
        }
        double share = vitals.read(System.nanoTime()).process();
        assertTrue(share > 0 && share <= 1, share + " after " + busy);
    }

    @Test
    void filesThatAreNoneAreUnknown() throws IOException {
        Files.delete(root.resolve("proc/self/status"));
        write("proc/stat", "cpu x\n");
        Vitals.Reading read = vitals().read(0);
        assertEquals(-1, read.resident());
        assertEquals(-1, read.virtual());
        assertTrue(read.system() <= 1);
    }
}
