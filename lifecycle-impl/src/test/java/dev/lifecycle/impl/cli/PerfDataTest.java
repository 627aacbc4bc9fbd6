package dev.lifecycle.impl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class PerfDataTest {
    private static final int ENTRIES = 5;

    @TempDir
    Path dir;

    /** Performance data as the virtual machine of either order of bytes writes them. */
    static byte[] data(ByteOrder order) {
        return data(order, "G1 young collection pauses");
    }

    /** The same of another collector. */
    static byte[] data(ByteOrder order, String collector) {
        ByteBuffer out = ByteBuffer.allocate(1024).order(order);
        out.position(32);
        number(out, "sun.rt.safepointTime", 1_500);
        number(out, "sun.os.hrt.frequency", 1_000_000);
        text(out, "sun.gc.collector.0.name", collector);
        number(out, "sun.gc.collector.0.invocations", 7);
        text(out, "sun.rt.jvmCapabilities", "010");
        int used = out.position();
        out.order(ByteOrder.BIG_ENDIAN).putInt(0, 0xcafec0c0).order(order);
        out.put(4, (byte) (order == ByteOrder.BIG_ENDIAN ? 0 : 1))
                .put(5, (byte) 2)
                .put(6, (byte) 0)
                .put(7, (byte) 1);
        out.putInt(8, used).putInt(24, 32).putInt(28, ENTRIES);
        return out.array();
    }

    private static void number(ByteBuffer out, String name, long value) {
        int at = out.position();
        int valueAt = 20 + (name.length() + 8) / 8 * 8 + 4; // aligned
        out.putInt(valueAt + 8)
                .putInt(20)
                .putInt(0)
                .put((byte) 'J')
                .put((byte) 1)
                .put((byte) 1)
                .put((byte) 1)
                .putInt(valueAt);
        out.put(name.getBytes(StandardCharsets.US_ASCII));
        out.putLong(at + valueAt, value).position(at + valueAt + 8);
    }

    private static void text(ByteBuffer out, String name, String value) {
        int at = out.position();
        int valueAt = 20 + name.length() + 1;
        int length = valueAt + value.length() + 4;
        out.putInt(length)
                .putInt(20)
                .putInt(value.length() + 4)
                .put((byte) 'B')
                .put((byte) 1)
                .put((byte) 1)
                .put((byte) 1)
                .putInt(valueAt);
        out.put(name.getBytes(StandardCharsets.US_ASCII)).put((byte) 0);
        out.put(value.getBytes(StandardCharsets.US_ASCII)).position(at + length);
    }

    @Test
    void readsBothOrdersOfBytes() throws IOException {
        for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
            PerfData data = PerfData.parse(data(order));
            assertEquals(ENTRIES, data.size());
            assertEquals(1_500_000, data.stoppedNanos());
            assertEquals("G1 young collection pauses", data.collector());
            assertEquals(7, data.youngCollections());
            assertFalse(data.attachable());
            assertEquals(-1, data.used());
            assertEquals(-5, data.number("none", -5));
            assertEquals("", data.text("none"));
        }
    }

    @Test
    void refusesWhatIsNone() {
        byte[] good = data(ByteOrder.LITTLE_ENDIAN);
        assertThrows(IOException.class, () -> PerfData.parse(new byte[0]));
        assertThrows(IOException.class, () -> PerfData.parse(new byte[1000]));
        for (int at : new int[] {0, 5, 7}) {
            byte[] bad = good.clone();
            bad[at] = 0;
            assertThrows(IOException.class, () -> PerfData.parse(bad), "byte " + at);
        }
    }

    @Test
    void refusesEntriesThatLeaveTheFile() throws IOException {
        byte[] good = data(ByteOrder.LITTLE_ENDIAN);
        int[] fields = {8, 24, 28, 32, 36, 40, 48}; // used, first, entries; length, name, vector, value of the first
        for (int field : fields) {
            for (int value : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 20}) {
                byte[] bad = good.clone();
                ByteBuffer.wrap(bad).order(ByteOrder.LITTLE_ENDIAN).putInt(field, value);
                try {
                    PerfData.parse(bad);
                    assertTrue(field == 8 && value > 0, "a size beyond the end is cut: field " + field + " = " + value);
                } catch (IOException expected) {
                    assertTrue(String.valueOf(expected.getMessage()).contains("at byte"), expected.getMessage());
                }
            }
        }
        for (int length = 0; length < good.length; length += 7) {
            byte[] cut = Arrays.copyOf(good, length);
            try {
                PerfData.parse(cut);
            } catch (IOException expected) {
                assertTrue(length < 500);
            }
        }
    }

    @Test
    void refusesANumberThatIsLongerThanItsEntry() {
        byte[] bad = data(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer fields = ByteBuffer.wrap(bad).order(ByteOrder.LITTLE_ENDIAN);
        fields.putInt(48, fields.getInt(32) - 4);
        IOException e = assertThrows(IOException.class, () -> PerfData.parse(bad));
        assertTrue(String.valueOf(e.getMessage()).contains("at byte 32"), e.getMessage());
    }

    @Test
    void survivesAnyBytes() {
        Random random = new Random(7);
        byte[] good = data(ByteOrder.LITTLE_ENDIAN);
        for (int round = 0; round < 20_000; round++) {
            byte[] bad = good.clone();
            for (int change = random.nextInt(6); change >= 0; change--) {
                bad[random.nextInt(400)] = (byte) random.nextInt();
            }
            try {
                PerfData.parse(bad);
            } catch (IOException expected) {
                // that is its way to say so
            }
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void takesNoFileThatTheTargetHasNotMapped(@TempDir Path proc) throws Exception {
        try (FakeTarget fake = new FakeTarget(proc)) {
            Path directory = Files.createDirectories(
                    fake.own.resolve("root").resolve("tmp").resolve("hsperfdata_x"));
            Path file = Files.write(directory.resolve(Long.toString(FakeTarget.PID)), data(ByteOrder.LITTLE_ENDIAN));
            Target target = Target.of(proc, FakeTarget.PID);
            assertTrue(PerfData.of(target).isEmpty(), "left by an earlier process of this number");
            Object inode = Files.getAttribute(file, "unix:ino");
            Files.writeString(
                    fake.own.resolve("maps"), "7f-80 rw-s 00000000 08:01 " + inode + "   /tmp/hsperfdata_x/4711\n");
            assertEquals(ENTRIES, PerfData.of(target).orElseThrow().size());
            fake.status(fake.user() + 1, "0", "4711");
            assertTrue(PerfData.of(Target.of(proc, FakeTarget.PID)).isEmpty(), "of another user");
            fake.status(fake.user(), "0", "4711");
            Path elsewhere = Files.move(file, proc.resolve("elsewhere"));
            Files.createSymbolicLink(file, elsewhere);
            assertTrue(PerfData.of(target).isEmpty(), "a link");
        }
    }

    @Test
    void readsTheHeapOfEachCollector() {
        assertEquals(
                3903 << 10,
                HeapUse.bytes(
                        " def new generation   total 19648K, used 2105K [0x0\n  eden space 17472K,  12% used [0x0\n tenured generation   total 43712K, used 1798K [0x0\n Metaspace used 9K\n"));
        assertEquals(
                2913 << 10,
                HeapUse.bytes(
                        "DefNew     total 19648K, used 1747K [0x0\n eden space 17472K,  10% used\nTenured    total 43712K, used 1166K [0x0\n"));
        assertEquals(
                1639 << 10,
                HeapUse.bytes(
                        " PSYoungGen      total 18944K, used 1638K [0x0\n ParOldGen       total 44032K, used 1K [0x0\n"));
        assertEquals(
                1573 << 10,
                HeapUse.bytes(
                        " garbage-first heap   total 65536K, used 1573K [0x0\n  region size 1024K\n Metaspace used 9K\n"));
        assertEquals(
                2477 << 10,
                HeapUse.bytes("garbage-first heap   total reserved 65536K, committed 65536K, used 2477K [0x0\n"));
        assertEquals(4 << 20, HeapUse.bytes(" ZHeap           used 4M, capacity 64M, max capacity 64M\n"));
        assertEquals(
                1792 << 10,
                HeapUse.bytes("Shenandoah Heap\n 65536K max, 65536K soft max, 65536K committed, 1792K used\n"));
        assertEquals(-1, HeapUse.bytes("something else, used 5K"));
        assertEquals(-1, HeapUse.bytes(""));
    }

    @Test
    void whatWasAllocatedSinceTheLastCollectionIsFoundInTheTextOfEachCollector() {
        assertEquals(
                (27328L << 10) / 100 * 79,
                HeapUse.eden(
                        " def new generation   total 30720K, used 21667K [0x0\n  eden space 27328K,  79% used [0x0\n  from space 3392K,   0% used [0x0\n"));
        assertEquals(
                25600L << 10,
                HeapUse.eden(
                        "PSYoungGen      total 29696K, used 21353K [0x0\n eden space 25600K, 100% used [0x0,0x0\n from space 4096K, 7% used [0x0\n"));
        assertEquals(
                6 << 20,
                HeapUse.eden(
                        "garbage-first heap   total reserved 102400K, committed 102400K, used 7406K [0x0\n region size 1024K, 7 young (7168K), 1 survivors (1024K)\n"));
        assertEquals(0, HeapUse.eden(" ZHeap           used 4M, capacity 64M, max capacity 64M\n"));
        assertEquals(0, HeapUse.eden(""));
    }

    @Test
    void aMachineThatIsBusyIsSlowerByWhatItsThreadsWait() throws IOException {
        assertEquals(1, contention("500000000 0 12"));
        assertEquals(3, contention("500000000 1000000000 12\n"));
        assertEquals(8, contention("500000000 100000000000 12"));
        assertEquals(1, contention("500 100000000000 12"), "too little to tell");
        for (String other : new String[] {"", "x y z", "5", "-1 -1 -1", "500000000 -1 5"}) {
            assertEquals(1, contention(other), other);
        }
        assertEquals(1, new Contention(Path.of("no", "proc")).factor());
    }

    private double contention(String... told) throws IOException {
        Path own = Files.createDirectories(dir.resolve("thread-self"));
        Contention contention = new Contention(dir);
        double last = 0;
        for (String each : told) {
            Files.writeString(own.resolve("schedstat"), each);
            last = contention.factor();
        }
        return last;
    }

    @Test
    void aMachineThatWasBusyIsNotForEver() throws IOException {
        assertEquals(5, contention("100000000 400000000 12", "109000000 400000000 13"), "too little since");
        assertEquals(1, contention("100000000 400000000 12", "109000000 400000000 13", "110000000 400000000 14"));
        assertEquals(2, contention("100000000 400000000 12", "110000000 400000000 14", "120000000 410000000 15"));
        assertEquals(5, contention("100000000 400000000 12", "gone"));
    }
}
