package dev.lifecycle.tests.file;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Cases made from seeds, small ones first. A failure names the seed and the size of the smallest case that fails as well; {@code -Dlifecycle.tests.seed} runs the same
 * ones again.
 */
final class Trials {
    private static final long SEED = Long.getLong("lifecycle.tests.seed", System.nanoTime() & 0xffff_ffffL);
    private static final int TRIES = 50; // of each size, to find a smaller case
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);

    /** What is to hold for each case. */
    @FunctionalInterface
    interface Trial {
        void run(SplittableRandom random, int size) throws Exception;
    }

    private Trials() {}

    /** Runs {@code count} cases of sizes from 0 to {@code largest}. */
    static void each(int count, int largest, Trial trial) {
        for (int i = 0; i < count; i++) {
            int size = (int) ((long) (largest + 1) * i / count);
            AssertionError failed = run(SEED, SEED + i, size, trial);
            if (failed != null) {
                throw smallest(size, trial, failed);
            }
        }
    }

    private static AssertionError smallest(int size, Trial trial, AssertionError known) {
        long begun = System.nanoTime();
        for (int smaller = 0; smaller < size; smaller++) {
            for (int i = 0; i < TRIES; i++) {
                AssertionError failed = run(SEED, SEED + 1_000_000L * (smaller + 1) + i, smaller, trial);
                if (failed != null) {
                    return failed;
                }
                if (System.nanoTime() - begun > PATIENCE) {
                    return known;
                }
            }
        }
        return known;
    }

    private static AssertionError run(long base, long seed, int size, Trial trial) {
        try {
            trial.run(new SplittableRandom(seed), size);
            return null;
        } catch (Exception | AssertionError thrown) {
            return new AssertionError(
                    "-Dlifecycle.tests.seed=" + base + ", case " + seed + " of size " + size + ": " + thrown, thrown);
        }
    }
}
