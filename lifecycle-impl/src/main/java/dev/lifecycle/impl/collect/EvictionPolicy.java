package dev.lifecycle.impl.collect;

import org.jspecify.annotations.Nullable;

/**
 * Which entry of a full cache should go? Used by one thread at a time; runs no foreign code but {@link Slot#weight}, holds no
 * lock; each call does a bounded amount of work.
 *
 * <p>Newcomers enter a small queue, the window; the rest is the main queue. At the end of the window, who was used twice goes on
 * to the main queue; any other must have been seen more often than the main queue's candidate for eviction, and the loser
 * goes. In the main queue a used entry gets another turn for each of its uses, three at most. A hit writes a byte of its entry:
 * no list changes.
 *
 * <p>After W-TinyLFU (G. Einziger, R. Friedman, B. Manes: "TinyLFU: A Highly Efficient Cache Admission Policy", ACM Transactions
 * on Storage 13(4), 2017), with queues in place of its LRU lists: Clock (F. J. Corbató: "A Paging Experiment with the Multics
 * System", 1968) and the promotion of S3-FIFO (J. Yang and others: "FIFO Queues are All You Need for Cache Eviction", SOSP
 * 2023). The window's share is chosen by miniature caches, see {@link WindowChooser}.
 */
public final class EvictionPolicy {
    /*
     *   I1  a slot's region tells the queue that it is in, if any; of those with a weight, window or main; those without one
     *       never go but by coldest(), since that would make no room.
     *   I2  total() is what the slots in the queues weigh.
     *   I3  evict(limit) returns null only if total() <= limit; each slot that it returns lessens total().
     *   I4  window is above windowMax only by what came since a call of settle(), or while main is full: who shortens the window
     *       gives its places to main, without eviction.
     *   I5  a sample is taken while asleep == 0; then sampledBelow is sampledAwake, else the least value, below which is no hash.
     */

    /** A candidate must have been seen more often by more than this: it was seen just now, the other one some time ago. */
    static final int MARGIN = 1;

    private static final int SCAN = 64; // entries that a call moves, at most, in each queue
    /**
     * One of so many losers stays, a power of two: who knew all hashes could make some entries look ever so popular, and keep all
     * others out.
     */
    private static final int LOSERS_PER_WINNER = 256;

    private static final int PERCENT = 5; // of the window, until it is known better
    private static final int PERCENT_WEIGHED = 20;
    private static final int FIRST_ENTRIES = 64; // room in the sketch
    private static final int MIN_SAMPLED = 16; // smaller caches have a window of a fixed share
    private static final int MIN_SAMPLING = 4; // one of so many keys is sampled, at most
    /*
     * A sampled access costs some 40 ns if it is a hit of all miniatures, 300 ns at worst. Where one of n keys is sampled, a
     * burst of samples takes n times as many accesses, and the additions after it that make FULL_SAMPLING times as many: over
     * time, no more than one of FULL_SAMPLING accesses is sampled. Additions are counted, since a hit must not write; so where
     * all is hit, sampling ends with the burst.
     */
    private static final int FULL_SAMPLING = 56; // where one of so many keys is sampled, or fewer, they always are
    private static final int FIRST_BURST = 4096; // samples
    private static final int BURST = 2048; // samples

    private final Deque window = new Deque(Slot.WINDOW);
    private final Deque main = new Deque(Slot.MAIN);
    private final Deque weightless = new Deque(Slot.WEIGHTLESS);
    private final FrequencySketch sketch;
    private final boolean weighed;
    private long maximum;
    private long windowMax;
    private int percent; // of the maximum, for the window
    private @Nullable WindowChooser chooser; // null: not needed yet, or no sample is taken
    private int sampleSize; // in entries of a miniature cache
    private double rate; // sampled keys of all, while a sample is taken
    private int sampledAwake = Integer.MIN_VALUE;
    private int sampledBelow = Integer.MIN_VALUE; // read without the lock: an old value does no harm
    private int burst = FIRST_BURST; // samples until a rest
    private long asleep; // additions until the rest is over
    private int lots;

    /**
     * A policy for an empty cache.
     *
     * @param maximum at least 1; memory depends on what is held, not on this
     * @param weighed whether slots have weights of their own
     * @param seed decides which losers stay
     */
    public EvictionPolicy(long maximum, boolean weighed, long seed) {
        this.weighed = weighed;
        long entries = maximum;
        while (entries > FIRST_ENTRIES) {
            entries = (entries >>> 1) + (entries & 1); // doubled again and again, it comes to the maximum
        }
        sketch = new FrequencySketch(weighed ? FIRST_ENTRIES : entries);
        percent = weighed ? PERCENT_WEIGHED : PERCENT;
        lots = (int) ((seed + 1) * 0x9e3779b97f4a7c15L >>> 32) | 1; // never 0
        maximum(maximum);
    }

    // ---- the bound -------------------------------------------------------------------------------------------------

    private long count() {
        return window.count() + main.count();
    }

    /** What all slots weigh. */
    public long total() {
        return window.weight() + main.weight();
    }

    public long maximum() {
        return maximum;
    }

    /** Changes the bound; {@link #evict()} comes down to it. */
    public void maximum(long now) {
        maximum = now;
        share();
        sample();
    }

    private void share() {
        windowMax = Math.max(1, maximum / 100 * percent + maximum % 100 * percent / 100);
    }

    /** Takes a sample that suits the maximum; not if that is one of weight, which says nothing of how many entries there are. */
    private void sample() {
        rate = weighed || maximum < MIN_SAMPLED
                ? 0
                : Math.min(1.0 / MIN_SAMPLING, (double) MiniatureCaches.MAX_SIZE / maximum);
        int size = (int) Math.min(MiniatureCaches.MAX_SIZE, Math.round(rate * maximum));
        if (size != sampleSize) {
            chooser = null;
        }
        sampleSize = size;
        sampledAwake = (int) (Integer.MIN_VALUE + Math.round(rate * 0x1p32));
        sampledBelow = asleep == 0 ? sampledAwake : Integer.MIN_VALUE;
    }

    /** Takes no sample for a while, if samples are taken so often that they would cost too much. */
    private void rest() {
        burst = BURST;
        asleep = Math.max(0, Math.round(BURST * (FULL_SAMPLING - 1 / rate)));
        sampledBelow = asleep == 0 ? sampledAwake : Integer.MIN_VALUE;
    }

    // ---- what happened ---------------------------------------------------------------------------------------------

    /** Whether {@link #sampled} wants to know of accesses of this hash; may be asked by any thread. */
    public boolean isSampled(int hash) {
        return hash < sampledBelow;
    }

    /** Notes a hit, or a lookup in vain, of a key that {@link #isSampled}. */
    public void sampled(int hash) {
        if (!isSampled(hash)) {
            return;
        }
        if (chooser == null) { // first now: an empty cache stays small
            chooser = new WindowChooser(sampleSize, percent);
        }
        if (chooser.access(hash)) {
            percent = chooser.percent();
            share();
        }
        if (--burst == 0) {
            rest();
        }
    }

    /** Takes a new slot in; it may be the next one to go. */
    public void add(Slot slot) {
        sketch.add(slot.hash, count() + 1);
        if (asleep > 0 && --asleep == 0) {
            sampledBelow = sampledAwake;
        }
        sampled(slot.hash);
        (slot.weight() == 0 ? weightless : window).addLast(slot);
        settle();
    }

    /** Lets a slot go; does nothing if it is not here. */
    public void remove(Slot slot) {
        Deque queue = queue(slot);
        if (queue != null) {
            queue.remove(slot);
        }
    }

    /** Puts {@code now}, a new slot of the same hash, in the place of {@code old}; does nothing if that is not here. */
    public void replace(Slot old, Slot now) {
        Deque queue = queue(old);
        if (queue == null) {
            return;
        }
        now.uses(old.uses());
        if ((old.weight() == 0) == (now.weight() == 0)) {
            queue.replace(old, now);
        } else {
            queue.remove(old);
            (now.weight() == 0 ? weightless : window).addLast(now);
        }
    }

    private @Nullable Deque queue(Slot slot) {
        return switch (slot.region) {
            case Slot.WINDOW -> window;
            case Slot.MAIN -> main;
            case Slot.WEIGHTLESS -> weightless;
            default -> null;
        };
    }

    // ---- who goes --------------------------------------------------------------------------------------------------

    /** Takes out and returns the next to go; null if the bound is kept. */
    public @Nullable Slot evict() {
        return evict(maximum);
    }

    /**
     * Takes out and returns the next to go; null if no more than {@code limit} is held. To keep the bound at every moment, call
     * it before adding, with the maximum less the weight of what is to come.
     */
    public @Nullable Slot evict(long limit) {
        settle();
        return total() > limit ? next(windowMax - Math.max(0, maximum - limit)) : null;
    }

    /**
     * Takes out and returns the coldest slot, whatever the bound is; null if there is none. Allocates nothing. Here the window is a
     * clock too: nobody comes in whose place at its end would tell how long ago the others did.
     */
    public @Nullable Slot coldest() {
        Slot candidate = window.weight() > (long) (total() / 100.0 * percent) ? victim(window) : null;
        Slot victim = victim(main);
        Slot coldest = victim == null || candidate != null && !isHotter(candidate, victim) ? candidate : victim;
        if (coldest == null) {
            coldest = window.first();
        }
        if (coldest != null) {
            remove(coldest);
        }
        if (coldest == null && weightless.first() != null) {
            coldest = weightless.first();
            remove(coldest);
        }
        return coldest;
    }

    /** Lets the main queue grow to its share, at the cost of the window. */
    private void settle() {
        for (int i = 0; i < SCAN && window.weight() > windowMax; i++) {
            Slot oldest = window.first();
            if (oldest == null || main.weight() + oldest.weight() > maximum - windowMax) {
                return;
            }
            promote(oldest);
        }
    }

    private void promote(Slot slot) {
        window.remove(slot);
        main.addLast(slot);
    }

    /** Takes one out; null if all are gone. The window must give one up, or win against main, if it is above its limit. */
    private @Nullable Slot next(long windowLimit) {
        Slot candidate = candidate(windowLimit);
        Slot victim = victim(main);
        Slot gone;
        if (victim == null) {
            gone = candidate == null ? window.first() : candidate;
        } else if (candidate == null || wins(candidate, victim)) {
            gone = victim; // the candidate goes on to main as soon as there is room
        } else {
            gone = candidate;
        }
        if (gone != null) {
            remove(gone);
        }
        return gone;
    }

    /** The oldest of the window that was not used twice and is not spared, if the window is above its limit. */
    private @Nullable Slot candidate(long windowLimit) {
        Slot oldest = window.first();
        for (int i = 0; oldest != null && window.weight() > windowLimit; i++) {
            if (i == SCAN) {
                return oldest;
            }
            if (oldest.uses() > 1) {
                oldest.uses((byte) 0);
                promote(oldest);
            } else if (spared(oldest)) {
                window.moveToLast(oldest);
            } else {
                return oldest;
            }
            oldest = window.first();
        }
        return null;
    }

    /** The oldest of a queue, after those that were used, or are spared, got another turn. */
    private @Nullable Slot victim(Deque queue) {
        Slot oldest = queue.first();
        for (int i = 0; i < SCAN && oldest != null; i++) {
            if (oldest.uses() > 0) {
                sketch.add(oldest.hash, count()); // which does not make it grow: that many were added
                oldest.uses((byte) (oldest.uses() - 1));
            } else if (!spared(oldest)) {
                return oldest;
            }
            queue.moveToLast(oldest);
            oldest = queue.first();
        }
        return oldest;
    }

    /**
     * Lets the lighter ones stay longer, in expectation by as much as they are lighter than the mean: in the room of a heavy one
     * there are many light ones, each as likely to be asked for.
     */
    private boolean spared(Slot slot) {
        if (!weighed) {
            return false;
        }
        double mean = (double) total() / count();
        return slot.weight() < mean && (draw() >>> 1) * 0x1p-31 * mean > slot.weight();
    }

    private boolean isHotter(Slot candidate, Slot victim) {
        int newer = sketch.frequency(candidate.hash) + candidate.uses();
        int older = sketch.frequency(victim.hash) + MARGIN;
        return weighed ? newer * Math.sqrt(victim.weight()) > older * Math.sqrt(candidate.weight()) : newer > older;
    }

    private boolean wins(Slot candidate, Slot victim) {
        if (!isHotter(candidate, victim) && (draw() & LOSERS_PER_WINNER - 1) != 0) {
            return false;
        }
        candidate.uses((byte) 0);
        return true;
    }

    /** Xorshift, by G. Marsaglia: "Xorshift RNGs", Journal of Statistical Software 8(14), 2003. */
    private int draw() {
        lots ^= lots << 13;
        lots ^= lots >>> 17;
        lots ^= lots << 5;
        return lots;
    }

    /** For tests. */
    long sketchBytes() {
        return sketch.bytes();
    }

    /** Whether the invariants hold: walks all slots. */
    public boolean invariantsHold() {
        return window.invariantsHold()
                && main.invariantsHold()
                && weightless.invariantsHold()
                && weightless.weight() == 0
                && windowMax >= 1
                && windowMax <= Math.max(1, maximum)
                && sampledBelow == (asleep == 0 ? sampledAwake : Integer.MIN_VALUE)
                && (chooser == null || chooser.invariantsHold());
    }
}
