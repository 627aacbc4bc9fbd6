package dev.lifecycle.impl.memory;

import dev.lifecycle.memory.MemorySource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The live set of the heap, from what collections leave over: which of them can be believed depends on the collector.
 *
 * <p>One thread calls {@link #collected} at a time; any reads.
 */
final class LiveSet implements MemorySource {
    /*
     * What a collection reports is the use of each pool after it. That is the live set only if it went through the whole heap; what a young one leaves over has garbage in the old pool: it
     * shows that not more than that is alive.
     * G1 collects the old pool piece by piece: a young collection after which that is smaller is one of those, and the best there is. Where none comes, as all is alive, the least of many
     * young ones counts: between two cycles the garbage in the old pool rises and falls.
     * Pauses of concurrent collectors report zero, or the middle of a cycle; what is left after a cycle has in it what was allocated meanwhile, which may be most of it: so the least of
     * some cycles counts.
     */
    private static final Set<String> EXACT = Set.of("MarkSweepCompact", "PS MarkSweep", "G1 Old Generation");
    private static final Set<String> CONCURRENT = Set.of("ZGC Cycles", "ZGC Major Cycles", "Shenandoah Cycles");
    private static final Set<String> AT_MOST = Set.of("Copy", "PS Scavenge");
    private static final String PIECEWISE = "G1 Young Generation";
    private static final String OLD_POOL = "G1 Old Gen";
    private static final int CYCLES = 8;
    private static final int YOUNG_ONES = 256;
    private static final int KEPT = 64;

    private final Set<String> heapPools;
    private final long[] latest; // what was left after the last collections; of who calls collected()
    private long counted; // of these
    private final long limit;
    private volatile long used = UNKNOWN;
    private final AtomicLong sequence = new AtomicLong(); // of those that count
    private final long[] left = new long[KEPT]; // by the last collections; these three with the monitor of this
    private final boolean[] reclaimed = new boolean[KEPT];
    private long seen;

    /** Hears what collections left. */
    interface Reader {
        /**
         * One of them.
         *
         * @param left what was in use after it
         * @param reclaimed whether it went through the old part as well, or through a piece of that
         */
        void collected(long left, boolean reclaimed);
    }

    /**
     * Nothing is known yet.
     *
     * @param heapPools the names of the pools of the heap
     * @param limit of the heap
     */
    LiveSet(Set<String> heapPools, long limit) {
        this.heapPools = Set.copyOf(heapPools);
        latest = new long[heapPools.contains(OLD_POOL) ? YOUNG_ONES : CYCLES];
        this.limit = limit;
    }

    /**
     * Takes note of a collection.
     *
     * @param collector the name of its bean
     * @param before how much of each pool was in use before it
     * @param after how much of each pool was in use after it
     */
    void collected(String collector, Map<String, Long> before, Map<String, Long> after) {
        if (EXACT.contains(collector)) {
            keep(sum(after), true);
            note(sum(after));
        } else if (CONCURRENT.contains(collector)) {
            keep(sum(after), true);
            note(least(sum(after)));
        } else if (collector.equals(PIECEWISE)) {
            long most = sum(after);
            long least = least(most);
            boolean isMixed = after.getOrDefault(OLD_POOL, 0L) < before.getOrDefault(OLD_POOL, 0L);
            keep(most, isMixed);
            if (isMixed || least > used) {
                note(isMixed ? most : least);
            }
            lower(most);
        } else if (AT_MOST.contains(collector)) {
            keep(sum(after), false);
            lower(sum(after));
        }
    }

    private synchronized void keep(long what, boolean wasReclaimed) {
        if (what >= 0) {
            int at = (int) (seen++ % KEPT);
            left[at] = what;
            reclaimed[at] = wasReclaimed;
        }
    }

    /**
     * Tells what collections left since the last call, oldest first: the last 64 at most.
     *
     * @param from what the last call returned; 0 at first
     */
    synchronized long since(long from, Reader reader) {
        for (long each = Math.max(from, seen - KEPT); each < seen; each++) {
            int at = (int) (each % KEPT);
            reader.collected(left[at], reclaimed[at]);
        }
        return seen;
    }

    /** Whether what is left after a collection may be garbage, unless it went through the old part. */
    boolean isUpperBound() {
        return heapPools.stream().noneMatch(pool -> pool.startsWith("Z") || pool.startsWith("Shenandoah"));
    }

    private void lower(long most) {
        if (most >= 0 && most < used) {
            note(most);
        }
    }

    /** The least of the last ones; unknown before there are as many. */
    private long least(long newest) {
        if (newest < 0) {
            return UNKNOWN;
        }
        latest[(int) (counted++ % latest.length)] = newest;
        if (counted < latest.length) {
            return UNKNOWN;
        }
        long least = Long.MAX_VALUE;
        for (long each : latest) {
            least = Math.min(least, each);
        }
        return least;
    }

    private void note(long live) {
        if (live >= 0) {
            used = live;
            sequence.incrementAndGet();
        }
    }

    private long sum(Map<String, Long> after) {
        long sum = 0;
        boolean any = false;
        for (Map.Entry<String, Long> each : after.entrySet()) {
            if (heapPools.contains(each.getKey())) {
                sum += each.getValue();
                any = true;
            }
        }
        return any ? sum : UNKNOWN;
    }

    @Override
    public String name() {
        return "heap.live";
    }

    @Override
    public long usedBytes() {
        return used;
    }

    @Override
    public long limitBytes() {
        return limit;
    }

    @Override
    public long sequence() {
        return sequence.get();
    }

    @Override
    public String toString() {
        return name();
    }
}
