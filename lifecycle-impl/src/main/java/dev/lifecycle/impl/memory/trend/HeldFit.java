package dev.lifecycle.impl.memory.trend;

/**
 * Tells what the parts of a process hold of it, where they say how many pieces they hold but not how heavy one is: fits weights that are not negative to the blocks of a window, by
 * coordinate descent.
 *
 * <p>What grows with a part that fills is taken for that part: a leak beside it is seen once the part is full. A weight is at most what would make the part all there is, so that a part
 * that hardly changes explains hardly anything, whatever grows meanwhile.
 *
 * <p>Holds its scratch space, so a fit allocates nothing, and is for one thread.
 */
public final class HeldFit {
    private static final double CHANGED = 0.02; // of the pieces: less than this is no filling
    private static final int SWEEPS = 40;

    private final int parts;
    private final double[][] pieces; // by part and block
    private final double[] weight;
    private final double[] mean;
    private final double[] rest;

    /** For so many parts and at most so many blocks. */
    public HeldFit(int parts, int blocks) {
        this.parts = parts;
        pieces = new double[parts][blocks];
        weight = new double[parts];
        mean = new double[parts];
        rest = new double[blocks];
    }

    /** Takes what was held at the least value of a block. */
    void take(int block, TrendSeries series, long bucket) {
        for (int part = 0; part < parts; part++) {
            pieces[part][block] = series.held(part, bucket);
        }
    }

    /** The same, as it was counted elsewhere. */
    public void take(int block, int part, double count) {
        pieces[part][block] = count;
    }

    /**
     * Takes off from {@code value} what the parts hold, and adds it to {@code ledger}.
     *
     * @param value the blocks; changed
     * @param ledger what is known to be held; changed
     * @param whole the same as {@code value}, with all that is held
     * @param n how many blocks there are
     */
    public void explain(double[] value, double[] ledger, double[] whole, int n) {
        if (parts == 0 || n == 0) {
            return;
        }
        double level = 0;
        for (int i = 0; i < n; i++) {
            level += value[i] / n;
        }
        for (int i = 0; i < n; i++) {
            rest[i] = value[i] - level;
        }
        for (int part = 0; part < parts; part++) {
            weight[part] = 0;
            mean[part] = 0;
            for (int i = 0; i < n; i++) {
                mean[part] += pieces[part][i] / n;
            }
        }
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            for (int part = 0; part < parts; part++) {
                descend(part, whole, n);
            }
        }
        for (int part = 0; part < parts; part++) {
            for (int i = 0; i < n; i++) {
                double held = weight[part] * pieces[part][i];
                value[i] -= held;
                ledger[i] += held;
            }
        }
    }

    /** The best weight of one part beside the others, from nothing to all there is. */
    private void descend(int part, double[] whole, int n) {
        double along = 0;
        double square = 0;
        double low = Double.MAX_VALUE;
        double high = 0;
        double most = Double.MAX_VALUE;
        for (int i = 0; i < n; i++) {
            double count = pieces[part][i];
            low = Math.min(low, count);
            high = Math.max(high, count);
            most = count > 0 ? Math.min(most, Math.max(0, whole[i]) / count) : most;
            along += rest[i] * (count - mean[part]);
            square += (count - mean[part]) * (count - mean[part]);
        }
        if (high - low <= CHANGED * high) {
            return;
        }
        double before = weight[part];
        double best = Math.max(0, Math.min(most, before + along / square));
        weight[part] = best;
        for (int i = 0; i < n; i++) {
            rest[i] -= (best - before) * (pieces[part][i] - mean[part]);
        }
    }
}
