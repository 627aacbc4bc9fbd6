package dev.lifecycle.impl.memory.trend;

import java.util.Objects;

/**
 * A day of one quantity in constant memory: the last samples as they came, older ones as minima and medians of a minute.
 *
 * <p>Holds 1 024 samples and 1 440 minutes, 66 KB, so that twelve series stay below 1 MB. Times are nanoseconds of one
 * monotonic source, compared by their difference. Adding is O(1), and O(k log k) where a minute of k samples ends; it
 * allocates nothing. Not safe for use by several threads.
 *
 * <p>What breaks a series is marked: a gap, where nothing was added for longer than {@link #GAP_NANOS}; a restart; and, in
 * a {@link Kind#COUNTER}, a fall. What came before the last restart or fall takes no part in a trend.
 */
public final class TrendSeries {
    /** What the values are. */
    public enum Kind {
        /** Each value is what lives. */
        LIVE,
        /** A value may hold garbage, unless {@link TrendSeries#reclaimed()} was called before it was added. */
        UPPER_BOUND,
        /** Only grows; a fall is a reset. */
        COUNTER
    }

    static final int RAW = 1024;
    static final int BUCKETS = 1440;
    static final long BUCKET_NANOS = 60_000_000_000L;
    /** Between two samples, this much is a gap. */
    static final long GAP_NANOS = 150_000_000_000L;

    static final int GAP = 1;
    static final int RESTART = 2;
    static final int RECLAIMED = 4;

    private static final int SCRATCH = 64;

    private final String name;
    private final Kind kind;

    /*
     * Bucket number b, minutes since the first sample, is at b % BUCKETS; those in (last - BUCKETS, last] are valid, empty
     * where count is 0. The open bucket is `last`; its samples are in `scratch`, the first SCRATCH of them.
     */
    private final long[] least = new long[BUCKETS];
    private final long[] median = new long[BUCKETS];
    private final long[] explained = new long[BUCKETS]; // at the least value
    private final float[] load = new float[BUCKETS]; // a sum while the bucket is open, then the mean
    private final float[][] held; // by part, at the least value
    private final short[] count = new short[BUCKETS];
    private final byte[] flags = new byte[BUCKETS];

    private final long[] rawNanos = new long[RAW];
    private final long[] rawValue = new long[RAW];

    private final long[] scratch = new long[SCRATCH];
    private final long[] heldNow; // by part
    private long first;
    private long latest;
    private long latestValue;
    private long last = -1;
    private long segment; // the first bucket of the present run
    private long samples;
    private long rejected;
    private long gaps;
    private long restarts;
    private boolean restartNext;
    private boolean reclaimedNext;

    /** An empty series. */
    public TrendSeries(String name, Kind kind) {
        this(name, kind, 0);
    }

    /** An empty series that keeps beside each value how many pieces each of some parts held: what one of them weighs is not known. */
    public TrendSeries(String name, Kind kind, int parts) {
        this.name = Objects.requireNonNull(name, "name");
        this.kind = Objects.requireNonNull(kind, "kind");
        held = new float[parts][BUCKETS];
        heldNow = new long[parts];
    }

    /** Says how many pieces a part holds, of what is added next and later. */
    public void holds(int part, long pieces) {
        heldNow[part] = Math.max(0, pieces);
    }

    /** Adds a value that nothing else explains. */
    public void add(long nanos, long value) {
        add(nanos, value, 0, 0);
    }

    /**
     * Adds a value, the load it was seen under (any unit that grows with the work at hand, 0 for none), and how much of it
     * bounded components hold. A negative or not finite argument, or a time before the last one, is counted and left out.
     */
    public void add(long nanos, long value, double loadNow, long explainedNow) {
        boolean wrong = value < 0 || explainedNow < 0 || !(loadNow >= 0 && loadNow <= Float.MAX_VALUE);
        if (wrong || (samples > 0 && nanos - latest < 0)) {
            rejected++;
            return;
        }
        if (samples == 0) {
            first = nanos;
        }
        int marks = 0;
        if (samples > 0 && nanos - latest > GAP_NANOS) {
            marks |= GAP;
            gaps++;
        }
        if (restartNext || (kind == Kind.COUNTER && samples > 0 && value < latestValue)) {
            marks |= RESTART;
            restarts++;
            restartNext = false;
        }
        if (reclaimedNext) {
            marks |= RECLAIMED;
            reclaimedNext = false;
        }
        open((nanos - first) / BUCKET_NANOS);
        put(value, loadNow, explainedNow, marks);
        int raw = (int) (samples % RAW);
        rawNanos[raw] = nanos;
        rawValue[raw] = value;
        latest = nanos;
        latestValue = value;
        samples++;
    }

    /** What is added next is of a new process, or of a counter that was reset. */
    public void restarted() {
        restartNext = true;
    }

    /** What is added next was left by a collection of all the heap. */
    public void reclaimed() {
        reclaimedNext = true;
    }

    private void open(long bucket) {
        if (bucket == last) {
            return;
        }
        seal();
        // at most one turn of the ring is emptied
        for (long b = Math.max(last + 1, bucket - BUCKETS + 1); b <= bucket; b++) {
            int at = at(b);
            count[at] = 0;
            flags[at] = 0;
            load[at] = 0;
        }
        last = bucket;
    }

    private void seal() {
        if (last < 0) {
            return;
        }
        int at = at(last);
        int held = Math.min(count[at], SCRATCH);
        if (held > 0) {
            sort(held);
            median[at] = scratch[held / 2];
            load[at] /= count[at];
        }
    }

    /** By insertion: a few values, and the library's sort may allocate. */
    private void sort(int held) {
        for (int i = 1; i < held; i++) {
            long value = scratch[i];
            int to = i;
            while (to > 0 && scratch[to - 1] > value) {
                scratch[to] = scratch[to - 1];
                to--;
            }
            scratch[to] = value;
        }
    }

    private void put(long value, double loadNow, long explainedNow, int marks) {
        int at = at(last);
        boolean reclaim = (marks & RECLAIMED) != 0;
        if ((marks & RESTART) != 0) {
            segment = last;
            count[at] = 0; // what the former process left in this minute
            load[at] = 0;
            flags[at] = 0;
        } else if (kind == Kind.UPPER_BOUND && reclaim && (flags[at] & RECLAIMED) == 0) {
            count[at] = 0; // exact at last: what was seen before in this minute says less
            load[at] = 0;
        } else if (kind == Kind.UPPER_BOUND && !reclaim && (flags[at] & RECLAIMED) != 0) {
            return;
        }
        flags[at] |= (byte) marks;
        int held = count[at];
        if (held == 0 || value - explainedNow < least[at] - explained[at]) {
            least[at] = value;
            explained[at] = explainedNow;
            for (int part = 0; part < heldNow.length; part++) {
                this.held[part][at] = heldNow[part];
            }
        }
        if (held < SCRATCH) {
            scratch[held] = value;
        }
        if (held < Short.MAX_VALUE) {
            count[at]++;
            load[at] += (float) loadNow;
        }
    }

    private static int at(long bucket) {
        return (int) (bucket % BUCKETS);
    }

    /** What it is of. */
    public String name() {
        return name;
    }

    /** What the values are. */
    public Kind kind() {
        return kind;
    }

    /** The value added last, 0 if there is none. */
    public long latest() {
        return latestValue;
    }

    /** How many were added. */
    public long samples() {
        return samples;
    }

    /** How many were left out, being negative, not finite or late. */
    public long rejected() {
        return rejected;
    }

    /** How many times nothing was added for long. */
    public long gaps() {
        return gaps;
    }

    /** How many times it began anew. */
    public long restarts() {
        return restarts;
    }

    /** The bytes of its arrays. */
    public int bytes() {
        return BUCKETS * (3 * Long.BYTES + (1 + held.length) * Float.BYTES + Short.BYTES + 1)
                + (2 * RAW + SCRATCH) * Long.BYTES;
    }

    /** Copies the newest samples, oldest first, as pairs of seconds before the last one and value; returns how many. */
    public int recent(double[] secondsAgo, long[] values) {
        int most = (int) Math.min(Math.min(samples, RAW), Math.min(secondsAgo.length, values.length));
        for (int i = 0; i < most; i++) {
            int raw = (int) ((samples - most + i) % RAW);
            secondsAgo[i] = (latest - rawNanos[raw]) / 1e9;
            values[i] = rawValue[raw];
        }
        return most;
    }

    /** Copies the minutes that hold something, oldest first: which one, least value, median; returns how many. */
    public int minutes(long[] minute, long[] minima, long[] medians) {
        int n = 0;
        for (long b = Math.max(0, last - BUCKETS + 1); b < last && n < minute.length; b++) {
            int at = at(b);
            if (count[at] > 0) {
                minute[n] = b;
                minima[n] = least[at];
                medians[n] = median[at];
                n++;
            }
        }
        return n;
    }

    /** The bucket that is still filled, -1 if there is none. */
    long openBucket() {
        return last;
    }

    /** The first bucket of the present run that is still held. */
    long firstBucket() {
        return Math.max(segment, Math.max(0, last - BUCKETS + 1));
    }

    boolean holds(long bucket, boolean reclaimedOnly) {
        int at = at(bucket);
        return count[at] > 0 && (!reclaimedOnly || (flags[at] & RECLAIMED) != 0);
    }

    int flags(long bucket) {
        return flags[at(bucket)];
    }

    long least(long bucket) {
        return least[at(bucket)];
    }

    /** How many parts there are. */
    int parts() {
        return held.length;
    }

    float held(int part, long bucket) {
        return held[part][at(bucket)];
    }

    long explained(long bucket) {
        return explained[at(bucket)];
    }

    double load(long bucket) {
        int at = at(bucket);
        return bucket == last ? load[at] / count[at] : load[at];
    }
}
