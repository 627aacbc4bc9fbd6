package dev.lifecycle.lab;

import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * What became of one service.
 *
 * @param variant which
 * @param samples over time
 * @param served requests answered
 * @param failed requests not answered
 * @param p50 nanoseconds
 * @param p99 nanoseconds
 * @param end how it died, or null when it lived
 * @param hitRate of its cache, or NaN
 * @param refused requests answered with an error, as they should be
 * @param pace how many requests a second one client could have had answered without a pause, or NaN
 * @param found what it had to say at the end, or empty
 * @param missed what it should have come to and had not, or empty
 */
record Outcome(
        Scenario.Variant variant,
        List<Sample> samples,
        long served,
        long failed,
        long p50,
        long p99,
        String end,
        double hitRate,
        long refused,
        double pace,
        String found,
        String missed) {

    /** Of a service without a cache. */
    Outcome(Scenario.Variant variant, List<Sample> samples, long served, long failed, long p50, long p99, String end) {
        this(variant, samples, served, failed, p50, p99, end, Double.NaN, 0, Double.NaN, "", "");
    }

    /**
     * One look at the service, right after a collection, at the end of a turn.
     *
     * @param millis under load so far
     * @param p50 of the requests of this turn, nanoseconds; 0 if none was answered
     * @param p99 the same
     * @param threads of the JVM, or -1
     * @param nativeBytes resident beyond the committed heap, or -1
     */
    record Sample(
            long millis,
            long liveBytes,
            long descriptors,
            long served,
            long failed,
            long p50,
            long p99,
            long threads,
            long nativeBytes) {}

    private static final long MEBI = 1 << 20;
    private static final double WASTEFUL = 0.60; // hits below which a cache warns; NaN, without a cache, is not below
    private static final int LIVE_SLACK_MEBI = 4; // between the first third and the last
    private static final int DESCRIPTOR_SLACK = 32;

    boolean died() {
        return end != null;
    }

    /** Growth of the live set, by least squares over the samples after the first fifth, in MB an hour. */
    double slope() {
        List<Sample> steady = samples.subList(samples.size() / 5, samples.size());
        double n = steady.size();
        double sumX = 0;
        double sumY = 0;
        double sumXY = 0;
        double sumXX = 0;
        for (Sample sample : steady) {
            double hours = sample.millis / 3_600_000.0;
            double megabytes = sample.liveBytes / (double) MEBI;
            sumX += hours;
            sumY += megabytes;
            sumXY += hours * megabytes;
            sumXX += hours * hours;
        }
        double spread = n * sumXX - sumX * sumX;
        return spread <= 0 ? 0 : (n * sumXY - sumX * sumY) / spread;
    }

    /** What the live set grew by, from the first third of the run to its last sample. */
    long liveGrowth() {
        return samples.isEmpty() ? 0 : last().liveBytes - samples.get(samples.size() / 3).liveBytes;
    }

    long descriptorGrowth() {
        return samples.isEmpty() ? 0 : last().descriptors - samples.get(samples.size() / 3).descriptors;
    }

    /**
     * How much slower requests were than with {@code other}: the median, over the turns in which both lived, of the ratios of
     * turns that followed each other. What disturbs the machine for longer than a turn disturbs both.
     *
     * @return NaN if there are too few turns to say
     */
    double ratio(Outcome other, ToLongFunction<Sample> quantile) {
        int turns = Math.min(samples.size(), other.samples.size());
        double[] ratios = IntStream.range(turns / 5, turns) // the first ones warm up
                .filter(i -> quantile.applyAsLong(samples.get(i)) > 0 && quantile.applyAsLong(other.samples.get(i)) > 0)
                .mapToDouble(
                        i -> (double) quantile.applyAsLong(samples.get(i)) / quantile.applyAsLong(other.samples.get(i)))
                .sorted()
                .toArray();
        int middle = ratios.length / 2;
        return ratios.length < 3
                ? Double.NaN
                : ratios.length % 2 == 1 ? ratios[middle] : (ratios[middle - 1] + ratios[middle]) / 2;
    }

    private Sample last() {
        return samples.get(samples.size() - 1);
    }

    long descriptors() {
        return samples.isEmpty() ? -1 : last().descriptors;
    }

    /** How many threads there were at the end, or -1. */
    long threads() {
        return samples.isEmpty() ? -1 : last().threads;
    }

    /** What was resident beyond the heap at the end, in bytes, or -1. */
    long nativeBytes() {
        return samples.isEmpty() ? -1 : last().nativeBytes;
    }

    /** Whether nothing grew. */
    boolean isFlat() {
        return liveGrowth() <= LIVE_SLACK_MEBI * MEBI && descriptorGrowth() <= DESCRIPTOR_SLACK;
    }

    /** The same for a scenario where nothing of the managed service may grow. */
    String disappointment() {
        return disappointment(false);
    }

    /**
     * Null if this is what was expected of the variant; otherwise what was not.
     *
     * @param planted whether the managed service leaks as well, on purpose
     */
    String disappointment(boolean planted) {
        if (variant == Scenario.Variant.NAIVE) {
            return died() || !isFlat() || hitRate < WASTEFUL
                    ? null
                    : "the naive service showed no defect: it lived, nothing grew, and its cache, if any, was of use";
        }
        if (died()) {
            return "the managed service died: " + end;
        }
        if (!missed.isEmpty()) {
            return "the managed service " + missed;
        }
        if (served < refused / 20) {
            return "the managed service answered " + served + " requests and refused " + refused;
        }
        if (failed > 0) {
            return "the managed service failed " + failed + " requests";
        }
        if (hitRate < WASTEFUL) {
            return "the managed service has a hit rate of " + hitRate + " (at least " + WASTEFUL + ")";
        }
        return planted || isFlat()
                ? null
                : "the managed service grew: live set by " + liveGrowth() / MEBI + " MB (at most " + LIVE_SLACK_MEBI
                        + "), descriptors by " + descriptorGrowth() + " (at most " + DESCRIPTOR_SLACK + ")";
    }
}
