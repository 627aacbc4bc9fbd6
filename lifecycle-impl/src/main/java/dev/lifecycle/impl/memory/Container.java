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
    private final KernelFile pages;
    private final long[] sizes = new long[2]; // of the address space and of the resident set, in pages
    private final int pageShift; // 0 if it is not known how large a page is
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
        pages = new KernelFile(root.resolve("proc/self/statm"), 256);
        pageShift = status.read() && readSizes() ? pageShift(status.after(VIRTUAL)) : 0;
        KernelFile machine = new KernelFile(root.resolve("proc/meminfo"), 4 << 10);
        long total = machine.read() ? machine.after(TOTAL) : UNKNOWN;
        physical = total < 0 ? UNKNOWN : total << 10;
        group = ControlGroup.find(root);
        limit = readLimit();
    }

    private boolean readSizes() {
        return pages.read() && pages.numbers(sizes) == sizes.length;
    }

    /** Returns the binary logarithm of the size of a page, by which one file counts what the other one tells in kilobytes; 0 if that is none: the two are not read in one moment. */
    private int pageShift(long kilobytes) {
        long size = sizes[0] > 0 && kilobytes > 0 ? Math.round((double) (kilobytes << 10) / sizes[0]) : 0;
        int shift = 63 - Long.numberOfLeadingZeros(Math.max(1, size + size / 4));
        return Math.abs((1L << shift) - size) <= size / 8 && shift >= 12 && shift <= 16 ? shift : 0;
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

    /** What of the group's working set, as it was last read, is file pages, which the kernel drops before it kills. */
    long files() {
        lock.lock();
        try {
            ControlGroup known = group;
            return known == null || limit == Long.MAX_VALUE ? 0 : known.activeFiles();
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
            return new long[] {resident, resident < 0 ? UNKNOWN : virtual()};
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
        if (pageShift > 0 && !mapsThrice && readSizes()) {
            return sizes[1] << pageShift; // a tenth of the time that the kernel takes for all the lines of the status
        }
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

    private long virtual() {
        if (pageShift > 0 && readSizes()) {
            return sizes[0] << pageShift;
        }
        long kilobytes = status.read() ? status.after(VIRTUAL) : UNKNOWN;
        return kilobytes < 0 ? UNKNOWN : kilobytes << 10;
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
