package dev.lifecycle.impl.memory;

import dev.lifecycle.memory.MemorySource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The control group that the memory of a process is charged to, of version 1 or 2, and those above it. Not thread-safe.
 *
 * <p>Formats: {@code cgroups(7)}, {@code proc(5)}, and the kernel's documents cgroup-v1/memory and cgroup-v2.
 */
public final class ControlGroup {
    private static final byte[] INACTIVE_FILE = ascii("inactive_file");
    private static final byte[] TOTAL_INACTIVE_FILE = ascii("total_inactive_file");
    private static final byte[] ACTIVE_FILE = ascii("active_file");
    private static final byte[] TOTAL_ACTIVE_FILE = ascii("total_active_file");
    private static final byte[] SOME = ascii("some avg10=");
    private static final int STAT_ROOM = 16 << 10;
    private static final int STALLED_PERCENT = 10;

    private final KernelFile used;
    private final KernelFile stat;
    private final byte[] droppable; // what it is called in stat
    private final byte[] inUse; // likewise
    private final @Nullable KernelFile stalls; // null if the kernel does not tell
    private final List<KernelFile> limits; // its own, and those above it

    private long activeFiles; // as of the last working set

    private ControlGroup(Path group, Path mount, boolean second) {
        used = number(group, second ? "memory.current" : "memory.usage_in_bytes");
        stat = new KernelFile(group.resolve("memory.stat"), STAT_ROOM);
        droppable = second ? INACTIVE_FILE : TOTAL_INACTIVE_FILE;
        inUse = second ? ACTIVE_FILE : TOTAL_ACTIVE_FILE;
        KernelFile pressure = new KernelFile(group.resolve("memory.pressure"), 256);
        stalls = pressure.exists() && pressure.read()
                ? pressure
                : null; // to fail anew at each look would take longer than all the rest
        List<KernelFile> found = new ArrayList<>();
        for (Path at = group; at != null && at.startsWith(mount); at = at.getParent()) {
            KernelFile limit = number(at, second ? "memory.max" : "memory.limit_in_bytes");
            if (limit.exists()) {
                found.add(limit);
            }
        }
        limits = List.copyOf(found);
    }

    private static KernelFile number(Path group, String name) {
        return new KernelFile(group.resolve(name), 32);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Finds it.
     *
     * @param root of the file system
     * @return null if memory is charged to none that can be read, as outside of containers
     */
    static @Nullable ControlGroup find(Path root) {
        return find(root, root.resolve("proc/self/cgroup"));
    }

    /**
     * Finds that of another process, where it is mounted for this one.
     *
     * @param root of the file system of this process
     * @param process its directory in {@code proc}
     * @return null if memory is charged to none that can be read from here: the process is in none, or in one outside of the container of this process
     */
    public static @Nullable ControlGroup ofProcess(Path root, Path process) {
        Path groups = process.resolve("cgroup");
        try {
            return lines(groups).stream().anyMatch(line -> line.contains(":/..")) ? null : find(root, groups);
        } catch (IOException | RuntimeException unreadable) { // gone, or hidden
            return null;
        }
    }

    private static @Nullable ControlGroup find(Path root, Path own) {
        try {
            List<String> groups = lines(own);
            List<String> mounts = lines(root.resolve("proc/self/mountinfo"));
            String first = pathOf(groups, "memory");
            ControlGroup found = first == null ? null : of(root, mounts, first, false);
            String second = pathOf(groups, "");
            return found != null || second == null ? found : of(root, mounts, second, true);
        } catch (IOException | RuntimeException unreadable) { // not linux, or hidden
            return null;
        }
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1).lines().toList();
    }

    /** Of lines like {@code 4:cpu,memory:/path}; the controller of version 2 is the empty one. */
    private static @Nullable String pathOf(List<String> groups, String controller) {
        for (String line : groups) {
            String[] parts = line.split(":", 3);
            if (parts.length == 3 && List.of(parts[1].split(",", -1)).contains(controller)) {
                return parts[2];
            }
        }
        return null;
    }

    private static @Nullable ControlGroup of(Path root, List<String> mounts, String path, boolean second) {
        for (String line : mounts) {
            String[] halves = line.split(" - ", 2);
            String[] left = halves[0].split(" ", -1);
            String[] right = halves.length < 2 ? new String[0] : halves[1].split(" ", -1);
            if (left.length < 5 || right.length < 3) {
                continue;
            }
            boolean fits = second
                    ? right[0].equals("cgroup2")
                    : right[0].equals("cgroup")
                            && List.of(right[2].split(",", -1)).contains("memory");
            if (fits) {
                Path mount = below(root, left[4]);
                ControlGroup group = new ControlGroup(directory(mount, left[3], path), mount, second);
                return group.used.read() ? group : null; // the root of version 2 has no such file
            }
        }
        return null;
    }

    /** Where the group is mounted: the mount itself where its path is one of the host, as in a container without a name space of its own. */
    private static Path directory(Path mount, String mounted, String path) {
        boolean isBelow = mounted.equals("/") || path.equals(mounted) || path.startsWith(mounted + "/");
        if (!isBelow || path.contains("..")) {
            return mount;
        }
        Path group = below(mount, mounted.equals("/") ? path : path.substring(mounted.length()));
        return Files.isDirectory(group) ? group : mount;
    }

    private static Path below(Path root, String absolute) {
        String relative = absolute.startsWith("/") ? absolute.substring(1) : absolute;
        return relative.isEmpty() ? root : root.resolve(relative.replace("\\040", " "));
    }

    /** The working set in bytes: what is charged, without the file pages that were not used for long; -1 if it cannot be read any more. */
    public long workingSet() {
        if (!used.read()) {
            return MemorySource.UNKNOWN;
        }
        long charged = used.number();
        boolean known = stat.read();
        long inactive = known ? stat.after(droppable) : MemorySource.UNKNOWN;
        activeFiles = known ? Math.max(0, stat.after(inUse)) : 0;
        return charged < 0 ? MemorySource.UNKNOWN : Math.max(0, charged - Math.max(0, inactive));
    }

    /** What of the last working set is file pages, which the kernel drops before it kills. */
    long activeFiles() {
        return activeFiles;
    }

    /** The smallest limit, in bytes; {@link Long#MAX_VALUE} for none. */
    public long limit() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < limits.size(); i++) { // no iterator: nothing is allocated here
            KernelFile each = limits.get(i);
            long limit = each.read() ? each.number() : MemorySource.UNKNOWN;
            least = limit >= 0 ? Math.min(least, limit) : least;
        }
        return least;
    }

    /** Whether threads have been waiting for memory for a tenth of the last ten seconds. */
    boolean isStalled() {
        KernelFile known = stalls;
        return known != null && known.read() && known.after(SOME) >= STALLED_PERCENT;
    }
}
