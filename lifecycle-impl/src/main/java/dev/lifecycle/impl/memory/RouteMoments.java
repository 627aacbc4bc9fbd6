package dev.lifecycle.impl.memory;

import dev.lifecycle.impl.memory.trend.RouteFit;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How large the live heap was after collections of its old part, and how many requests of each route there had been: 256 moments. When they are full, every second one goes, until they are 8
 * minutes apart; then the oldest goes. Not thread-safe.
 */
final class RouteMoments {
    private static final int MOST = 256;
    private static final long FIRST_SPACING = TimeUnit.SECONDS.toNanos(15);
    private static final long LAST_SPACING = FIRST_SPACING << 5;
    private static final long FEWEST = 30; // requests of a route, to fit it

    private final double[] live = new double[MOST];
    private final long[][] counts = new long[MOST][]; // those routes that there were
    private final long[] at = new long[MOST];
    private long spacing = FIRST_SPACING;
    private int size;

    /**
     * Takes note of a collection. Of those close together the one that left least counts.
     *
     * @param now of the clock
     * @param left in bytes
     * @param done how many requests of each route there were
     * @return whether there is another moment
     */
    boolean add(long now, double left, long[] done) {
        if (size > 0 && now - at[size - 1] < spacing) {
            if (left < live[size - 1]) {
                live[size - 1] = left;
                counts[size - 1] = done;
            }
            return false;
        }
        if (size == MOST) {
            makeRoom();
        }
        live[size] = left;
        counts[size] = done;
        at[size] = now;
        size++;
        return true;
    }

    private void makeRoom() {
        int by = spacing < LAST_SPACING ? 2 : 1;
        int kept = 0;
        for (int i = by == 2 ? 0 : 1; i < MOST; i += by) {
            live[kept] = live[i];
            counts[kept] = counts[i];
            at[kept] = at[i];
            kept++;
        }
        Arrays.fill(counts, kept, MOST, null);
        size = kept;
        spacing *= by;
    }

    int size() {
        return size;
    }

    /**
     * Fits what the routes keep.
     *
     * @param routes how many there are
     * @return for each of them; null where that cannot be known
     */
    @Nullable
    Estimate @Nullable [] estimate(int routes) {
        if (size == 0) {
            return null;
        }
        int[] fitted = IntStream.range(0, routes)
                .filter(route -> count(size - 1, route) - count(0, route) >= FEWEST)
                .toArray();
        double[][] x = new double[size][fitted.length];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < fitted.length; j++) {
                x[i][j] = count(i, fitted[j]);
            }
        }
        RouteFit.Result result = RouteFit.fit(Arrays.copyOf(live, size), x);
        if (result == null) {
            return null;
        }
        @Nullable Estimate[] all = new Estimate[routes];
        for (int j = 0; j < fitted.length; j++) {
            double error = result.error()[j];
            if (Double.isFinite(error)) {
                double weight = result.weight()[j];
                double wide = error * result.quantile();
                all[fitted[j]] = new Estimate(weight, Math.max(0, weight - wide), weight + wide, weight / error);
            }
        }
        return all;
    }

    private long count(int moment, int route) {
        long[] then = counts[moment];
        return route < then.length ? then[route] : 0;
    }

    /**
     * What the requests of a route keep.
     *
     * @param weight in bytes each
     * @param low the lower end
     * @param high the upper end
     * @param strength how clear that is
     */
    record Estimate(double weight, double low, double high, double strength) {}
}
