package dev.lifecycle.impl.memory;

import dev.lifecycle.memory.MemorySource;

/**
 * What of a container is needed: all that is charged to it, but for file pages, and for the garbage in the heap of this process as long as that can do no harm.
 *
 * <p>A heap fills with garbage up to its maximum, and its pages stay charged; it goes no further. So where the whole heap would fit into the limit beside what is outside of it, what counts is what is outside, and what
 * lives. Where it would not fit, or where hardly anything is left, all counts that is charged: the kernel kills by that.
 */
final class NeededMemory implements MemorySource {
    /** The share of the limit into which all has to fit; the rest is for the kernel, and for what cannot be seen coming. */
    private static final double FITS = 0.97;

    /** The same once it did not. */
    private static final double FITS_AGAIN = 0.95;

    /** The share of the limit from which on there is no more to reckon. */
    private static final double LAST = 0.98;

    private final Container container;
    private final MemorySource live;
    private final Heap heap;
    private final boolean isKnown; // what lives, sooner or later
    private volatile long limit;
    private volatile boolean fits = true;

    /** The heap of this process. In bytes. */
    interface Heap {
        /** What it may become. */
        long max();

        /** What has pages of its own, as far as can be told; not less. */
        long touched();

        /** Of this virtual machine. */
        static Heap of(LiveSet live, boolean touchedAtStart) {
            Runtime runtime = Runtime.getRuntime();
            return new Heap() {
                @Override
                public long max() {
                    return runtime.maxMemory();
                }

                @Override
                public long touched() {
                    long committed = runtime.totalMemory();
                    return touchedAtStart ? committed : live.touched(committed, committed - runtime.freeMemory());
                }
            };
        }
    }

    /**
     * Reads the container for the first time.
     *
     * @param container what is charged
     * @param live what lives in the heap
     * @param isKnown whether that will be known sooner or later; if not, all counts
     * @param heap the heap
     */
    NeededMemory(Container container, MemorySource live, boolean isKnown, Heap heap) {
        this.container = container;
        this.live = live;
        this.isKnown = isKnown;
        this.heap = heap;
        limit = container.limitBytes();
    }

    @Override
    public String name() {
        return container.name();
    }

    /** Where nobody knows yet what lives: what is outside of the heap. */
    @Override
    public long usedBytes() {
        long charged = container.usedBytes();
        return charged < 0 ? UNKNOWN : needed(charged, Math.max(0, live.usedBytes()));
    }

    /** What of so many bytes that are charged is needed; unknown where that depends on what lives, and nobody knows yet. */
    long needed(long charged) {
        return charged < 0 ? UNKNOWN : needed(charged, live.usedBytes());
    }

    private long needed(long charged, long alive) {
        long most = limit;
        long kept = Math.max(0, charged - container.files());
        if (most <= 0 || !isKnown || kept >= LAST * most) {
            return kept;
        }
        long outside = Math.max(0, kept - heap.touched());
        boolean fit = outside + heap.max() <= (fits ? FITS : FITS_AGAIN) * most;
        fits = fit;
        return !fit ? kept : alive < 0 ? UNKNOWN : outside + Math.min(alive, kept - outside);
    }

    @Override
    public long limitBytes() {
        long now = container.limitBytes();
        limit = now;
        return now;
    }

    /** Counts the readings by which what was done about memory is judged: while it fits, those of the live set. */
    long evidence() {
        return fits && isKnown ? live.sequence() : UNKNOWN;
    }

    /** What is charged. */
    Container container() {
        return container;
    }

    /** Whether threads wait for memory. */
    boolean isStalled() {
        return container.isStalled();
    }

    @Override
    public String toString() {
        return name();
    }
}
