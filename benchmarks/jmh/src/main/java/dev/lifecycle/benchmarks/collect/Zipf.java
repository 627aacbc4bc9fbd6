package dev.lifecycle.benchmarks.collect;

import java.util.Random;

/** Keys as caches see them: few often, many seldom. */
final class Zipf {
    private static final double EXPONENT = 0.99;

    private Zipf() {}

    /** Draws {@code draws} of {@code keys} keys, each object one for its key; the same on every call. */
    static Integer[] keys(int keys, int draws) {
        double[] sums = new double[keys];
        double sum = 0;
        for (int i = 0; i < keys; i++) {
            sum += 1 / Math.pow(i + 1, EXPONENT);
            sums[i] = sum;
        }
        Random random = new Random(20_260_731);
        Integer[] objects = new Integer[keys];
        for (int i = 0; i < keys; i++) {
            objects[i] = random.nextInt();
        }
        Integer[] drawn = new Integer[draws];
        for (int i = 0; i < draws; i++) {
            int at = java.util.Arrays.binarySearch(sums, random.nextDouble() * sum);
            drawn[i] = objects[Math.min(at < 0 ? -at - 1 : at, keys - 1)];
        }
        return drawn;
    }
}
