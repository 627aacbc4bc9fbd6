package dev.lifecycle.memory;

import java.util.Objects;

/**
 * A class that has more bytes in the last histogram than in the first one.
 *
 * <p>The rate is the median of the slopes of all pairs of histograms (P. K. Sen, "Estimates of the Regression Coefficient Based on Kendall's Tau", Journal of the
 * American Statistical Association 63, 1968), which a single odd one does not move; the interval is the one of the same paper, from the exact distribution
 * of Kendall's statistic. It assumes nothing of how the garbage between is distributed; it does assume that the histograms are independent of each other.
 *
 * @param className its {@linkplain HistogramEntry#family() family}
 * @param application whether it is none of the JDK's, see {@link HistogramEntry#application}
 * @param bytes how many more, at least 1
 * @param instances how many more; may be negative, if fewer are larger
 * @param grew in how many of the intervals between two histograms it got more bytes
 * @param of how many such intervals there are
 * @param bytesPerHour the rate; {@code NaN} if the times of the histograms are not known
 * @param low the lower end of the interval that has it, with 95 % confidence at least; {@code NaN} if the times are not known,
 *     {@code -Infinity} of fewer than five histograms, which cannot tell
 * @param high the upper end; {@code NaN} or {@code Infinity} likewise
 */
public record ClassGrowth(
        String className,
        boolean application,
        long bytes,
        long instances,
        int grew,
        int of,
        double bytesPerHour,
        double low,
        double high) {

    /** Checks that there is a name. */
    public ClassGrowth {
        Objects.requireNonNull(className, "className");
    }

    /**
     * Tells whether it grew from each histogram to the next.
     *
     * @return {@code grew == of}
     */
    public boolean always() {
        return grew == of;
    }
}
