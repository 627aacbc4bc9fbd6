package dev.lifecycle.impl.memory;

import dev.lifecycle.memory.MemorySource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

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

    /** The share of the limit below which what is left for all that is outside of the heap is little. */
    private static final double TIGHT = 0.1;

    /** How long pages may stay with the process after the heap gave them back: G1 does so a little later, piece by piece. */
    private static final long GIVING_BACK_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Container container;
    private final MemorySource live;
    private final Heap heap;
    private final boolean isKnown; // what lives, sooner or later
    private final LongSupplier nanos;
    private final Room room = new Room();
    private volatile long limit;
    private volatile boolean fits = true;
    private volatile long outside = UNKNOWN; // as it was last reckoned
    private long touchedLately; // these three with the monitor of this: the most of a while, and of the one before
    private long touchedBefore;
    private long began; // the while

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
     * @param nanos a clock
     */
    NeededMemory(Container container, MemorySource live, boolean isKnown, Heap heap, LongSupplier nanos) {
        this.container = container;
        this.live = live;
        this.isKnown = isKnown;
        this.heap = heap;
        this.nanos = nanos;
        began = nanos.getAsLong();
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
        if (most <= 0 || !isKnown) {
            return kept;
        }
        long beside = Math.max(0, kept - lately(heap.touched()));
        outside = beside;
        if (kept >= LAST * most) {
            return kept;
        }
        boolean fit = beside + heap.max() <= (fits ? FITS : FITS_AGAIN) * most;
        fits = fit;
        return !fit ? kept : alive < 0 ? UNKNOWN : beside + Math.min(alive, kept - beside);
    }

    /** The most that the heap had of late: of the reading before at least, and of a while. */
    private synchronized long lately(long touched) {
        long now = nanos.getAsLong();
        if (now - began >= GIVING_BACK_NANOS) {
            touchedBefore = touchedLately;
            touchedLately = touched;
            began = now;
        } else {
            touchedLately = Math.max(touchedLately, touched);
        }
        return Math.max(touchedBefore, touchedLately);
    }

    /** What is outside of the heap, and how much that may become before all counts. */
    MemorySource room() {
        return room;
    }

    private final class Room implements MemorySource {
        @Override
        public String name() {
            return container.name() + ".outside";
        }

        @Override
        public long usedBytes() {
            return fits ? outside : UNKNOWN;
        }

        @Override
        public long limitBytes() {
            return Math.max(0, Math.round(FITS * limit) - heap.max());
        }
    }

    /** Whether there is so little left for what is outside of the heap that a burst may use it up between two readings. */
    boolean isTight() {
        long now = room.usedBytes();
        return now >= 0 && room.limitBytes() - now < TIGHT * limit;
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
