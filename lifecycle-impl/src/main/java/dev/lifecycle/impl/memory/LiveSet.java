package dev.lifecycle.impl.memory;

import dev.lifecycle.memory.MemorySource;
import java.util.HashMap;
import java.util.List;
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
     * G1 collects the old pool piece by piece, in some collections that follow one another, each of which leaves less in it: the least of these is the best there is. The first of them has
     * nearly all of the garbage still, and a single one may have met a large array that died young. Where they do not come, as all is alive, the least of many young ones counts: between two
     * cycles the garbage in the old pool rises and falls.
     * Pauses of concurrent collectors report zero, or the middle of a cycle; what is left after a cycle has in it what was allocated meanwhile, which may be most of it: so the least of
     * some cycles counts.
     */
    private static final Set<String> EXACT = Set.of("MarkSweepCompact", "PS MarkSweep", "G1 Old Generation");
    private static final Set<String> CONCURRENT = Set.of("ZGC Cycles", "ZGC Major Cycles", "Shenandoah Cycles");
    private static final Set<String> AT_MOST = Set.of("Copy", "PS Scavenge");
    private static final String PIECEWISE = "G1 Young Generation";
    private static final String OLD_POOL = "G1 Old Gen";
    private static final String SURVIVORS = "Survivor";
    private static final List<String> CONTIGUOUS = List.of("Tenured Gen", "PS Old Gen");
    private static final List<String> UNDERSTOOD = List.of("Tenured Gen", "PS Old Gen", OLD_POOL, "Z", "Shenandoah");
    private static final int CYCLES = 8;
    private static final int YOUNG_ONES = 256;
    private static final int LONGEST_PHASE = 16; // G1 plans eight, or goes on
    private static final int PROGRESS = 20; // a twentieth of the old pool, from the first of a phase to its last
    private static final int KEPT = 64;
    private static final long MOST = 1L << 60;

    private final Set<String> heapPools;
    private final long[] latest; // what was left after the last collections; of who calls collected()
    private long counted; // of these
    private int phase; // collections that followed one another, each of which found less in the old pool; of who calls
    // collected()
    private long phaseFirst; // what the first of them left there
    private long phaseLast; // and what the last did
    private long phaseLeast; // and what was the least
    private long phaseLeft; // of the whole heap
    private final long limit;
    private final boolean isContiguous;
    private final boolean isCharged; // as it is committed, as ZGC does
    private volatile long used = UNKNOWN;
    private final AtomicLong sequence = new AtomicLong(); // of those that count
    private final Map<String, Long> peaks =
            new HashMap<>(); // what was most in use of each pool; of who calls collected()
    private volatile long
            touched; // their sum; or that of all that was in use before each collection, where any page may be used
    // next
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
        isContiguous = CONTIGUOUS.stream().anyMatch(heapPools::contains);
        isCharged = heapPools.stream().anyMatch(pool -> pool.startsWith("Z"));
    }

    /**
     * Takes note of what was before this was made. Called before any collection is heard of.
     *
     * @param most how much of each pool was most in use
     * @param collections how many there were
     */
    void begin(Map<String, Long> most, long collections) {
        if (isContiguous) {
            touch(most);
        } else {
            touched = Math.min(MOST, Math.max(0, sum(most)) * collections);
        }
    }

    /**
     * Takes note of a collection.
     *
     * @param collector the name of its bean
     * @param before how much of each pool was in use before it
     * @param after how much of each pool was in use after it
     */
    void collected(String collector, Map<String, Long> before, Map<String, Long> after) {
        if (isContiguous) {
            touch(before);
            touch(after);
        } else {
            long known = touched;
            touched = Math.min(MOST, known + Math.max(0, sum(before)));
        }
        if (EXACT.contains(collector)) {
            keep(sum(after), true);
            note(sum(after));
            phase = 0; // what was seen before it tells nothing any more
            counted = 0;
        } else if (CONCURRENT.contains(collector)) {
            keep(sum(after), true);
            note(least(sum(after)));
        } else if (collector.equals(PIECEWISE)) {
            long most = sum(after);
            long least = least(most);
            long old = after.getOrDefault(OLD_POOL, 0L);
            boolean isMixed = old < before.getOrDefault(OLD_POOL, 0L);
            keep(most, isMixed);
            if (isMixed) {
                goOn(old, most);
            }
            if (!isMixed || phase == LONGEST_PHASE) {
                endPhase();
            }
            if (least > used) {
                note(least);
            }
            lower(most);
        } else if (AT_MOST.contains(collector)) {
            keep(sum(after), false);
            lower(sum(after));
        }
    }

    private void touch(Map<String, Long> pools) {
        boolean more = false;
        for (Map.Entry<String, Long> each : pools.entrySet()) {
            String pool = each.getKey();
            long most = each.getValue() * (pool.contains(SURVIVORS) ? 2 : 1); // these are two, one of which is empty
            if (heapPools.contains(pool) && most > peaks.getOrDefault(pool, 0L)) {
                peaks.put(pool, most);
                more = true;
            }
        }
        if (more) {
            touched = peaks.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /**
     * How much of the heap has pages of its own by now, as far as can be told; not less. With the serial and the parallel collector, which fill each pool from its beginning, that is what
     * was most in use. With others it is all that is committed, after the first collections.
     *
     * @param committed bytes of the heap
     * @param inUse bytes of it that are in use now
     */
    long touched(long committed, long inUse) {
        if (isCharged) {
            return committed;
        }
        long before = touched;
        return Math.min(committed, isContiguous ? Math.max(inUse, before) : inUse + before);
    }

    /** Whether this tells the live set sooner or later: collections of another collector than these are not understood. */
    boolean isUnderstood() {
        return heapPools.stream().anyMatch(pool -> UNDERSTOOD.stream().anyMatch(pool::startsWith));
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

    private void goOn(long old, long most) {
        if (phase > 0 && old >= phaseLast) {
            endPhase(); // none of those that follow one another: a large array died
        }
        phaseLast = old;
        phaseFirst = phase == 0 ? old : phaseFirst;
        phaseLeast = phase == 0 ? old : Math.min(phaseLeast, old);
        phaseLeft = phase == 0 ? most : Math.min(phaseLeft, most);
        phase++;
    }

    private void endPhase() {
        if (phase > 1 && phaseFirst - phaseLeast >= phaseFirst / PROGRESS) {
            note(phaseLeft);
        }
        phase = 0;
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
