package dev.lifecycle.impl.memory;

import dev.lifecycle.memory.MemorySource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** See {@link MemorySource#container}. */
final class Container implements MemorySource {
    /*
     * All fields are guarded by `lock`: files are kept open, and read into one buffer each. Which group it is is looked for once, and again when it cannot be read any more.
     */
    private static final byte[] TOTAL = "MemTotal:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ANONYMOUS = "RssAnon:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FILES = "RssFile:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SHARED = "RssShmem:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] RESIDENT = "VmRSS:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VIRTUAL = "VmSize:".getBytes(StandardCharsets.US_ASCII);

    private final ReentrantLock lock = new ReentrantLock();
    private final Path root;
    private final boolean mapsThrice;
    private final KernelFile status;
    private final long physical;
    private @Nullable ControlGroup group;
    private long limit; // of the group, as it was last read

    /**
     * Of this process.
     *
     * @param root of the file system
     * @param mapsThrice whether the heap is mapped three times and counted as often in the resident set, as ZGC without generations has it
     */
    Container(Path root, boolean mapsThrice) {
        this.root = root;
        this.mapsThrice = mapsThrice;
        status = new KernelFile(root.resolve("proc/self/status"), 8 << 10);
        KernelFile machine = new KernelFile(root.resolve("proc/meminfo"), 4 << 10);
        long total = machine.read() ? machine.after(TOTAL) : UNKNOWN;
        physical = total < 0 ? UNKNOWN : total << 10;
        group = ControlGroup.find(root);
        limit = readLimit();
    }

    private long readLimit() {
        return group == null ? Long.MAX_VALUE : group.limit();
    }

    @Override
    public String name() {
        return "container";
    }

    @Override
    public long usedBytes() {
        lock.lock();
        try {
            ControlGroup known = group;
            if (known == null || limit == Long.MAX_VALUE) {
                return resident();
            }
            long used = known.workingSet();
            if (used < 0) {
                group = ControlGroup.find(root); // it may have been moved to another one
            }
            return used;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long limitBytes() {
        lock.lock();
        try {
            limit = readLimit();
            long least = physical > 0 ? Math.min(limit, physical) : limit;
            return least == Long.MAX_VALUE ? UNKNOWN : least;
        } finally {
            lock.unlock();
        }
    }

    /** The resident set and the address space of the process itself, in bytes, each unknown or known. */
    long[] process() {
        lock.lock();
        try {
            long resident = resident();
            long virtual = resident < 0 ? UNKNOWN : status.after(VIRTUAL);
            return new long[] {resident, virtual < 0 ? UNKNOWN : virtual << 10};
        } finally {
            lock.unlock();
        }
    }

    /** Whether the limit that was last read is that of a control group, rather than of the machine. */
    boolean isLimited() {
        lock.lock();
        try {
            return group != null && limit != Long.MAX_VALUE && (physical <= 0 || limit < physical);
        } finally {
            lock.unlock();
        }
    }

    private long resident() {
        if (!status.read()) {
            return UNKNOWN;
        }
        long kilobytes = mapsThrice
                ? Math.max(0, status.after(ANONYMOUS))
                        + Math.max(0, status.after(FILES))
                        + Math.max(0, status.after(SHARED)) / 3
                : status.after(RESIDENT);
        return kilobytes <= 0 ? UNKNOWN : kilobytes << 10;
    }

    /** Whether threads wait for memory. */
    boolean isStalled() {
        lock.lock();
        try {
            return group != null && group.isStalled();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return name();
    }
}
