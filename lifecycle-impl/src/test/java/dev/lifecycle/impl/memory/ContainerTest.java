package dev.lifecycle.impl.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of the kernel as they are in containers of all sorts, below another root. */
class ContainerTest {
    private static final long MB = 1 << 20;
    private static final long UNKNOWN = -1;
    private static final String SECOND =
            "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";

    @TempDir
    Path root;

    @BeforeEach
    void aMachine() throws IOException {
        write("proc/meminfo", "MemTotal:       16777216 kB\nMemFree:         1234 kB\n");
        write(
                "proc/self/status",
                "Name:\tjava\nVmRSS:\t  409600 kB\nRssAnon:\t102400 kB\nRssFile:\t20480 kB\n"
                        + "RssShmem:\t307200 kB\n");
    }

    private void write(String path, String content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private void write(String directory, Map<String, String> files) throws IOException {
        for (Map.Entry<String, String> each : files.entrySet()) {
            write(directory + "/" + each.getKey(), each.getValue() + "\n");
        }
    }

    private void second(String path) throws IOException {
        write("proc/self/cgroup", "0::" + path + "\n");
        write("proc/self/mountinfo", "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n" + SECOND);
    }

    private Container container() {
        return new Container(root, false);
    }

    private static void assertIs(long used, long limit, Container container) {
        assertEquals(used, container.usedBytes());
        assertEquals(limit, container.limitBytes());
    }

    @Test
    void countsTheWorkingSetOfVersionTwo() throws IOException {
        second("/");
        write(
                "sys/fs/cgroup",
                Map.of(
                        "memory.current", "" + 700 * MB,
                        "memory.max", "" + 1_000 * MB,
                        "memory.stat", "anon 1\nactive_file 5\ninactive_file " + 100 * MB + "\nfile 6"));
        assertIs(600 * MB, 1_000 * MB, container());
    }

    @Test
    void doesNotTakeThePageCacheForUse() throws IOException {
        second("/");
        write(
                "sys/fs/cgroup",
                Map.of(
                        "memory.current", "" + 15_000 * MB,
                        "memory.max", "" + 15_360 * MB,
                        "memory.stat", "anon 1\ninactive_file " + 13_500 * MB));
        assertIs(1_500 * MB, 15_360 * MB, container());
    }

    @Test
    void takesTheSmallestLimitOnThePath() throws IOException {
        second("/pods/pod1/app");
        write("sys/fs/cgroup/pods", Map.of("memory.max", "" + 3_000 * MB));
        write("sys/fs/cgroup/pods/pod1", Map.of("memory.max", "" + 2_000 * MB));
        write(
                "sys/fs/cgroup/pods/pod1/app",
                Map.of("memory.current", "" + 900 * MB, "memory.max", "max", "memory.stat", "anon 1"));
        assertIs(900 * MB, 2_000 * MB, container());
    }

    @Test
    void isTheResidentSetWithoutALimit() throws IOException {
        second("/");
        write(
                "sys/fs/cgroup",
                Map.of("memory.current", "" + 9_000 * MB, "memory.max", "max", "memory.stat", "inactive_file 0"));
        assertIs(400 * MB, 16_384 * MB, container());
    }

    @Test
    void readsTheResidentSetWhereTheKernelTellsItSooner() throws IOException {
        String status = "VmSize:\t 2048000 kB\nVmRSS:\t  409600 kB\n";
        write("proc/self/status", status);
        write(
                "proc/self/statm",
                "512100 102400 5120 1 0 9 0\n"); // pages of 4 KiB; something was mapped between the two
        Container container = container();
        assertEquals(400 * MB, container.usedBytes());
        write("proc/self/statm", "512000 51200 5120 1 0 9 0\n");
        assertArrayEquals(new long[] {200 * MB, 2_000 * MB}, container.process());
        write("proc/self/statm", "");
        assertArrayEquals(new long[] {400 * MB, 2_000 * MB}, container.process());
        write("proc/self/statm", "32000 3200 5120 1 0 9 0\n");
        assertEquals(200 * MB, container().usedBytes(), "pages of 64 KiB");
        for (String strange :
                new String[] {"1000 7 0\n", "0 0 0\n", "x y\n", "512000\n", "700000 7 0\n", "1000000 7\n"}) {
            write("proc/self/statm", strange);
            assertEquals(400 * MB, container().usedBytes(), strange);
        }
    }

    @Test
    void isTheResidentSetOutsideOfContainers() throws IOException {
        second("/user.slice"); // the root of version 2 has no memory.current
        assertIs(400 * MB, 16_384 * MB, container());
        write("proc/self/cgroup", "");
        assertIs(400 * MB, 16_384 * MB, container());
        Files.delete(root.resolve("proc/self/cgroup"));
        assertIs(400 * MB, 16_384 * MB, container());
    }

    @Test
    void countsOnceWhatIsMappedThrice() throws IOException {
        assertIs((100 + 20 + 100) * MB, 16_384 * MB, new Container(root, true));
    }

    @Test
    void readsVersionOneAlsoBesideVersionTwo() throws IOException {
        String first = "33 30 0:29 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n";
        write("proc/self/cgroup", "5:cpu,cpuacct:/x\n4:memory:/docker/abc\n0::/system.slice\n");
        write("proc/self/mountinfo", "31 30 0:27 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n" + first + SECOND);
        write("sys/fs/cgroup/memory", Map.of("memory.limit_in_bytes", "9223372036854771712"));
        write(
                "sys/fs/cgroup/memory/docker/abc",
                Map.of(
                        "memory.usage_in_bytes", "" + 800 * MB,
                        "memory.limit_in_bytes", "" + 1_024 * MB,
                        "memory.stat", "inactive_file " + 700 * MB + "\ntotal_inactive_file " + 300 * MB));
        assertIs(500 * MB, 1_024 * MB, container());
    }

    @Test
    void readsTheMountWhereThePathIsOneOfTheHost() throws IOException {
        write("proc/self/cgroup", "4:memory:/docker/abc\n");
        write("proc/self/mountinfo", "33 30 0:29 /docker/abc /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n");
        write(
                "sys/fs/cgroup/memory",
                Map.of(
                        "memory.usage_in_bytes", "" + 80 * MB,
                        "memory.limit_in_bytes", "" + 100 * MB,
                        "memory.stat", "total_inactive_file 0"));
        assertIs(80 * MB, 100 * MB, container());
        write("proc/self/cgroup", "4:memory:/kubepods/other\n");
        assertIs(80 * MB, 100 * MB, container());
        write("proc/self/cgroup", "4:memory:/../../init.scope\n");
        assertIs(80 * MB, 100 * MB, container());
    }

    @Test
    void followsALimitThatChanges() throws IOException {
        second("/");
        write("sys/fs/cgroup", Map.of("memory.current", "" + 700 * MB, "memory.max", "" + 1_000 * MB));
        Container container = container();
        assertIs(700 * MB, 1_000 * MB, container);
        write("sys/fs/cgroup", Map.of("memory.max", "" + 600 * MB));
        assertIs(700 * MB, 600 * MB, container);
        write("sys/fs/cgroup", Map.of("memory.max", "max"));
        assertEquals(16_384 * MB, container.limitBytes());
        assertIs(400 * MB, 16_384 * MB, container);
    }

    @Test
    void takesThePhysicalMemoryForALimitAboveIt() throws IOException {
        second("/");
        write("sys/fs/cgroup", Map.of("memory.current", "" + 700 * MB, "memory.max", "" + 99_000 * MB));
        assertIs(700 * MB, 16_384 * MB, container());
    }

    @Test
    void nonsenseIsUnknownAndNoFailure() throws IOException {
        second("/");
        for (String nonsense : new String[] {"", "x", "-5", "\n", "max", "99999999999999999999999"}) {
            write("sys/fs/cgroup", Map.of("memory.current", "700", "memory.max", "1000", "memory.stat", nonsense));
            assertIs(700, 1_000, container());
            write("sys/fs/cgroup", Map.of("memory.stat", "inactive_file " + nonsense));
            assertTrue(container().usedBytes() >= 0);
        }
        write("sys/fs/cgroup", Map.of("memory.stat", "anon 1"));
        write("proc/self/mountinfo", "nonsense\n1 2 3 -\n - \n30 23 0:26 / /sys/fs/cgroup\n" + SECOND);
        assertIs(700, 1_000, container());
        write("proc/meminfo", "nonsense");
        write("proc/self/status", "nonsense");
        write("proc/self/cgroup", "nonsense\n:\n0\n");
        assertIs(UNKNOWN, UNKNOWN, container());
    }

    @Test
    void aGroupThatVanishesIsUnknownAndThenLookedForAgain() throws IOException {
        second("/app");
        write("sys/fs/cgroup/app", Map.of("memory.current", "700", "memory.max", "1000", "memory.stat", "anon 1"));
        Container container = container();
        assertIs(700, 1_000, container);
        second("/moved");
        write("sys/fs/cgroup/moved", Map.of("memory.current", "300", "memory.max", "900", "memory.stat", "anon 1"));
        write("sys/fs/cgroup/app/memory.current", "");
        assertEquals(UNKNOWN, container.usedBytes());
        assertIs(300, 900, container);
    }

    @Test
    void seesThreadsThatWaitForMemory() throws IOException {
        second("/");
        write("sys/fs/cgroup", Map.of("memory.current", "700", "memory.max", "1000"));
        assertFalse(container().isStalled());
        String full = "\nfull avg10=50.00 avg60=0.00 avg300=0.00 total=5";
        write("sys/fs/cgroup", Map.of("memory.pressure", "some avg10=9.99 avg60=0 avg300=0 total=7" + full));
        assertFalse(container().isStalled());
        write("sys/fs/cgroup", Map.of("memory.pressure", "some avg10=10.00 avg60=0 avg300=0 total=7" + full));
        assertTrue(container().isStalled());
    }

    @Test
    void theGroupOfAnotherProcessIsThatOfItsOwnFiles() throws IOException {
        second("/mine");
        write("sys/fs/cgroup/mine", Map.of("memory.current", "" + 10 * MB, "memory.max", "" + 100 * MB));
        write("sys/fs/cgroup/other", Map.of("memory.current", "" + 20 * MB, "memory.max", "" + 200 * MB));
        write("proc/7/cgroup", "0::/other\n");
        ControlGroup other = ControlGroup.ofProcess(root, root.resolve("proc/7"));
        assertEquals(20 * MB, java.util.Objects.requireNonNull(other).workingSet());
        assertEquals(200 * MB, other.limit());
        write("sys/fs/cgroup", Map.of("memory.current", "" + 90 * MB, "memory.max", "" + 900 * MB));
        write("proc/8/cgroup", "0::/../sibling\n"); // outside of the container that this process is in
        assertEquals(null, ControlGroup.ofProcess(root, root.resolve("proc/8")));
        assertEquals(null, ControlGroup.ofProcess(root, root.resolve("proc/9")));
    }
}
