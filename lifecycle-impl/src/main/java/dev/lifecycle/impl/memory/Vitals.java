package dev.lifecycle.impl.memory;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalDouble;

/** The figures of this process that a health snapshot shows. Not thread-safe: shares are of the time since the reading before. */
public final class Vitals {
    private static final byte[] PROCESSORS = "cpu ".getBytes(StandardCharsets.US_ASCII);
    private static final int IDLE = 3; // of user, nice, system, idle, iowait, irq, softirq, steal: proc(5)
    private static final int WAITING = 4;
    private static final int KINDS = 8; // what guests use is in user and nice already

    private final NeededMemory memory;
    private final KernelFile machine;
    private final long[] ticks = new long[KINDS];
    private long busyBefore = -1;
    private long ticksBefore;
    private long timeBefore = -1;
    private long readBefore;

    /** Of this process. */
    public Vitals() {
        this(Memory.INSTANCE.container(), Path.of("/"));
    }

    /** Of a file system below {@code root}, for tests. */
    Vitals(NeededMemory memory, Path root) {
        this.memory = memory;
        machine = new KernelFile(root.resolve("proc/stat"), 1 << 10); // the first line is all it takes
    }

    /**
     * What was read.
     *
     * @param resident in bytes
     * @param virtual in bytes
     * @param used what is charged against the limit, in bytes
     * @param needed what of it is needed, in bytes
     * @param limit in bytes
     * @param isContainer whether the limit is that of a control group
     * @param process share of its processors
     * @param system share of the machine's
     */
    public record Reading(
            long resident,
            long virtual,
            long used,
            long needed,
            long limit,
            boolean isContainer,
            double process,
            double system) {}

    /**
     * Reads all.
     *
     * @param now of any clock, in nanoseconds
     * @return below zero for what is not known
     */
    public Reading read(long now) {
        Container container = memory.container();
        long limit = memory.limitBytes();
        long used = container.usedBytes();
        long[] process = container.process();
        return new Reading(
                process[0],
                process[1],
                used,
                memory.needed(used),
                limit,
                container.isLimited(),
                process(now),
                system());
    }

    private double process(long now) {
        long time = processorTime();
        long elapsed = now - readBefore;
        double share = time < 0 || timeBefore < 0 || elapsed <= 0
                ? -1
                : (double) (time - timeBefore) / elapsed / Runtime.getRuntime().availableProcessors();
        timeBefore = time;
        readBefore = now;
        return share < 0 ? -1 : Math.min(1, share);
    }

    private static long processorTime() {
        try {
            return Beans.processorNanos();
        } catch (LinkageError missing) { // an image without the module of the beans
            return -1;
        }
    }

    private double system() {
        if (!machine.read() || machine.allAfter(PROCESSORS, ticks) <= IDLE) {
            return elsewhere();
        }
        long all = 0;
        for (long each : ticks) {
            all += each;
        }
        long busy = all - ticks[IDLE] - ticks[WAITING];
        double share = busyBefore < 0 || all <= ticksBefore ? -1 : (double) (busy - busyBefore) / (all - ticksBefore);
        busyBefore = busy;
        ticksBefore = all;
        return share < 0 ? -1 : Math.min(1, share);
    }

    private static double elsewhere() {
        try {
            OptionalDouble load = Beans.systemLoad();
            return load.orElse(-1);
        } catch (LinkageError missing) {
            return -1;
        }
    }
}
