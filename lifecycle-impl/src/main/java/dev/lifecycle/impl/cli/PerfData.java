package dev.lifecycle.impl.cli;

import dev.lifecycle.impl.memory.CollectorKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The performance data of a JVM: what it writes into a file of shared memory for {@code jstat}, at no cost to it. The file is read, not mapped: a
 * mapping of a file that is cut short kills the reader.
 *
 * <p>Format: {@code runtime/perfMemory.hpp} of HotSpot, version 2.0: a prologue of 32 bytes, then entries, each with its own length, a name and a value: a
 * {@code long}, or a string of bytes.
 */
final class PerfData {
    private static final int MAGIC = 0xcafec0c0;
    private static final int PROLOGUE = 32;
    private static final int ENTRY = 20;
    private static final int MOST = 32 << 20; // the largest that -XX:PerfDataMemorySize can make
    private static final int PAGE = 4096;
    private static final int MOST_DIRECTORIES = 10_000;

    private final Map<String, Object> values;

    private PerfData(Map<String, Object> values) {
        this.values = values;
    }

    /** Finds the file of a process; empty if it has none, or another process left it. */
    static Optional<Path> find(Target target) throws IOException {
        String name = Long.toString(target.innerPid());
        int seen = 0;
        try (DirectoryStream<Path> users = Files.newDirectoryStream(target.tmp(), "hsperfdata_*")) {
            for (Path user : users) {
                Path file = user.resolve(name);
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && belongs(file, target)) {
                    return Optional.of(file);
                }
                if (++seen > MOST_DIRECTORIES) {
                    break;
                }
            }
        } catch (NoSuchFileException | java.nio.file.AccessDeniedException | java.nio.file.NotDirectoryException none) {
            return Optional.empty();
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
        return Optional.empty();
    }

    /** Of its user, and mapped by it: a file that a process of the same number has left is mapped by nobody. */
    private static boolean belongs(Path file, Target target) throws IOException {
        try {
            Map<String, Object> attributes = Files.readAttributes(file, "unix:uid,ino", LinkOption.NOFOLLOW_LINKS);
            if (!Integer.valueOf(target.user()).equals(attributes.get("uid"))) {
                return false;
            }
            Optional<String> maps = target.maps();
            String inode = " " + attributes.get("ino") + " ";
            return maps.isEmpty()
                    || maps.get().lines().anyMatch(line -> line.contains("hsperfdata_") && line.contains(inode));
        } catch (UnsupportedOperationException | NoSuchFileException none) {
            return false;
        }
    }

    /** Reads those of a process; empty if it has none that can be read. */
    static Optional<PerfData> of(Target target) throws IOException {
        Optional<Path> file = find(target);
        return file.isEmpty() ? Optional.empty() : Optional.of(read(file.get()));
    }

    /** Reads a file. */
    static PerfData read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return parse(in.readNBytes(MOST));
        }
    }

    /**
     * Reads the bytes of a file.
     *
     * @throws IOException if they are none of performance data, with the place where they are not
     */
    static PerfData parse(byte[] bytes) throws IOException {
        if (bytes.length < PROLOGUE) {
            throw malformed("has " + bytes.length + " bytes, fewer than a prologue", 0);
        }
        ByteBuffer data = ByteBuffer.wrap(bytes);
        if (data.getInt(0) != MAGIC) {
            throw malformed("does not begin with cafec0c0", 0);
        }
        data.order(bytes[4] == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        if (bytes[5] != 2) {
            throw malformed("is of version " + bytes[5] + ", not 2", 5);
        }
        if (bytes[7] == 0) {
            throw malformed("is still being set up", 7);
        }
        int used = Math.min(data.getInt(8), bytes.length);
        int next = data.getInt(24);
        int entries = data.getInt(28);
        if (next < PROLOGUE || next > used || entries < 0 || entries > (used - next) / ENTRY) {
            throw malformed("has " + entries + " entries from " + next + " in " + used + " bytes", 24);
        }
        Map<String, Object> values = new HashMap<>();
        for (int i = 0; i < entries; i++) {
            next += entry(data, next, used, values);
        }
        return new PerfData(values);
    }

    private static int entry(ByteBuffer data, int at, int used, Map<String, Object> values) throws IOException {
        if (at > used - ENTRY) {
            throw malformed("is cut short", at);
        }
        int length = data.getInt(at);
        int name = data.getInt(at + 4);
        int vector = data.getInt(at + 8);
        byte type = data.get(at + 12);
        int value = data.getInt(at + 16);
        if (length < ENTRY || length > used - at || name < ENTRY || name >= length || value < ENTRY || value > length) {
            throw malformed(
                    "has an entry of " + length + " bytes with a name at " + name + " and a value at " + value, at);
        }
        String key = text(data, at + name, at + length);
        if (vector == 0) {
            if (type == 'J') {
                if (value > length - Long.BYTES) {
                    throw malformed("has a number that is longer than its entry", at);
                }
                values.put(key, data.getLong(at + value));
            }
        } else {
            if (vector < 0 || vector > length - value) {
                throw malformed("has a value of " + vector + " elements in an entry of " + length + " bytes", at);
            }
            if (type == 'B') {
                values.put(key, text(data, at + value, at + value + vector));
            }
        }
        return length;
    }

    /** Up to a zero, or to the end. */
    private static String text(ByteBuffer data, int from, int end) {
        int to = from;
        while (to < end && data.get(to) != 0) {
            to++;
        }
        byte[] text = new byte[to - from];
        data.get(from, text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private static IOException malformed(String what, int offset) {
        return new IOException("performance data, at byte " + offset + ": " + what);
    }

    /** A number; {@code otherwise} if there is none of that name. */
    long number(String name, long otherwise) {
        return values.get(name) instanceof Long number ? number : otherwise;
    }

    /** A string; empty if there is none of that name. */
    String text(String name) {
        return values.get(name) instanceof String text ? text : "";
    }

    /** How many entries were read. */
    int size() {
        return values.size();
    }

    /** Whether the virtual machine says that it can be attached to; true if it does not say. */
    boolean attachable() {
        return !text("sun.rt.jvmCapabilities").startsWith("0");
    }

    /** The name of its first collector. */
    String collector() {
        for (int i = 0; i < 4; i++) {
            String name = text("sun.gc.collector." + i + ".name");
            if (!name.isEmpty()) {
                return name;
            }
        }
        return text("sun.gc.policy.name");
    }

    /** Young collections until now; -1 if its collector has none. */
    long youngCollections() {
        for (int i = 0; i < 4; i++) {
            String name = text("sun.gc.collector." + i + ".name");
            if (name.contains("young") || name.contains("minor")) {
                return number("sun.gc.collector." + i + ".invocations", -1);
            }
        }
        return -1;
    }

    /** Collections of the whole heap until now: pauses of them, where they have several. */
    long fullCollections() {
        long sum = 0;
        for (int i = 0; i < 4; i++) {
            String name = text("sun.gc.collector." + i + ".name");
            if (name.contains("full") || name.contains("major") || name.startsWith("Z ")) {
                sum += number("sun.gc.collector." + i + ".invocations", 0);
            }
        }
        return sum;
    }

    /** For how long all threads were stopped until now, in nanoseconds; -1 if that is not known. */
    long stoppedNanos() {
        long ticks = number("sun.rt.safepointTime", -1);
        long frequency = number("sun.os.hrt.frequency", 0);
        return ticks < 0 || frequency <= 0 ? -1 : (long) (ticks * (1e9 / frequency));
    }

    /** Bytes in use, as of the last collection or so; -1 if no generation says. */
    long used() {
        long sum = -1;
        for (int generation = 0; generation < 2; generation++) {
            for (int space = 0; space < 4; space++) {
                long used = number("sun.gc.generation." + generation + ".space." + space + ".used", -1);
                if (used >= 0) {
                    sum = Math.max(0, sum) + used;
                }
            }
        }
        return sum;
    }

    /** Bytes of the heap that are committed; -1 if no generation says. */
    long committed() {
        return generations(".capacity", false);
    }

    /** The largest the heap may become, in bytes; -1 if no generation says. Where generations share the heap, each may become all of it. */
    long most() {
        CollectorKind kind = CollectorKind.of(collector());
        boolean shared = kind != CollectorKind.SERIAL && kind != CollectorKind.PARALLEL;
        return generations(".maxCapacity", shared);
    }

    private long generations(String what, boolean largest) {
        long all = -1;
        for (int generation = 0; generation < 2; generation++) {
            long one = number("sun.gc.generation." + generation + what, -1);
            if (one >= 0) {
                all = largest ? Math.max(all, one) : Math.max(0, all) + one;
            }
        }
        return all < 0 ? all : all - all % PAGE; // G1 adds some bytes, so that nothing is divided by zero
    }

    /** Bytes of the old generation that are in use; -1 if there is none that says. Of a heap without generations, of all of it. */
    long usedOld() {
        return number("sun.gc.generation.1.space.0.used", -1);
    }

    /** Bytes in use but for the space that new objects are made in: what the last collection left, or more; -1 if that is not known. */
    long usedKept() {
        long sum = usedOld();
        for (int space = 1; space < 4 && sum >= 0; space++) {
            sum += Math.max(0, number("sun.gc.generation.0.space." + space + ".used", 0));
        }
        return sum;
    }

    /** For how long collections stopped all threads until now, in milliseconds; -1 if that is not known. */
    long collectingMillis() {
        long ticks = -1;
        for (int i = 0; i < 4; i++) {
            long one = number("sun.gc.collector." + i + ".time", -1);
            ticks = one < 0 ? ticks : Math.max(0, ticks) + one;
        }
        long frequency = number("sun.os.hrt.frequency", 0);
        return ticks < 0 || frequency <= 0 ? -1 : (long) (ticks * (1e3 / frequency));
    }

    /** Classes that are loaded now; -1 if that is not known. */
    long classes() {
        long loaded = number("java.cls.loadedClasses", -1);
        return loaded < 0
                ? -1
                : loaded
                        + number("java.cls.sharedLoadedClasses", 0)
                        - number("java.cls.unloadedClasses", 0)
                        - number("java.cls.sharedUnloadedClasses", 0);
    }

    /** Whether its collector maps the heap three times, and the kernel counts it as often: ZGC without generations. */
    boolean mapsThrice() {
        return collector().startsWith("Z ");
    }
}
