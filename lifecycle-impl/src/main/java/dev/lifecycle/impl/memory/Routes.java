package dev.lifecycle.impl.memory;

import dev.lifecycle.Names;
import dev.lifecycle.impl.memory.RouteMoments.Estimate;
import dev.lifecycle.memory.RouteStats;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The routes of a tracker: a bounded number of cells, and what their requests keep. */
final class Routes {
    /*
     * Cells are only added, by who has `lock`, which guards the moments as well; `byName` is read without. No code of users is called with it: names are strings.
     */
    private static final String OTHER = "other";

    private final int most;
    private final long target;
    private final ConcurrentHashMap<String, RouteCell> byName = new ConcurrentHashMap<>();
    private final List<RouteCell> cells = new ArrayList<>(); // with the lock
    private final RouteMoments moments = new RouteMoments(); // with the lock
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable RouteCell other;

    Routes(int most, long target) {
        this.most = most;
        this.target = target;
    }

    /** The cell of a route: that of all others, if there are so many. */
    RouteCell of(String route) {
        RouteCell cell = byName.get(route);
        return cell != null ? cell : added(route);
    }

    private RouteCell added(String route) {
        Names.check(route, "route");
        RouteCell rest = other;
        if (rest != null) {
            RouteCell cell = byName.get(route); // there is none to come: one that came meanwhile is there
            return cell != null ? cell : rest;
        }
        lock.lock();
        try {
            RouteCell cell = byName.get(route);
            return cell != null ? cell : byName.size() < most ? named(route) : rest();
        } finally {
            lock.unlock();
        }
    }

    private RouteCell named(String route) {
        RouteCell cell = new RouteCell(route, cells.size());
        cells.add(cell);
        byName.put(route, cell);
        return cell;
    }

    /** The cell of all routes that are too many; a route of that name is one of them. */
    private RouteCell rest() {
        RouteCell cell = other;
        if (cell == null) {
            cell = byName.get(OTHER);
            if (cell == null) {
                cell = new RouteCell(OTHER, cells.size());
                cells.add(cell);
            }
            other = cell;
        }
        return cell;
    }

    /** Takes note of what a collection left. */
    void collected(long now, long left) {
        lock.lock();
        try {
            long[] done = new long[cells.size()];
            for (RouteCell each : cells) {
                done[each.index] = each.durations.count();
            }
            if (moments.add(now, (double) left, done)) {
                judge();
            }
        } finally {
            lock.unlock();
        }
    }

    private void judge() {
        @Nullable Estimate @Nullable [] estimates = moments.estimate(cells.size());
        for (RouteCell each : cells) {
            Estimate one = estimates == null ? null : estimates[each.index];
            each.suspected = one != null && one.low() > target;
        }
    }

    int size() {
        lock.lock();
        try {
            return cells.size();
        } finally {
            lock.unlock();
        }
    }

    long finished() {
        return sum(each -> each.durations.count());
    }

    long allocated() {
        return sum(each -> each.allocated.sum());
    }

    private long sum(java.util.function.ToLongFunction<RouteCell> figure) {
        lock.lock();
        try {
            return cells.stream().mapToLong(figure).sum();
        } finally {
            lock.unlock();
        }
    }

    List<RouteStats> stats() {
        lock.lock();
        try {
            @Nullable Estimate @Nullable [] estimates = moments.estimate(cells.size());
            List<Row> rows = new ArrayList<>();
            for (RouteCell each : cells) {
                rows.add(new Row(each, estimates == null ? null : estimates[each.index], each.durations.count()));
            }
            rows.sort(Comparator.comparingDouble(Row::strength)
                    .thenComparingLong(Row::count)
                    .reversed());
            List<RouteStats> all = new ArrayList<>();
            for (Row each : rows) {
                all.add(each.stats(all.size() + 1));
            }
            return all;
        } finally {
            lock.unlock();
        }
    }

    private record Row(RouteCell cell, @Nullable Estimate estimate, long count) {
        double strength() {
            return estimate == null ? 0 : estimate.strength();
        }

        RouteStats stats(int rank) {
            long measured = count - cell.unmeasured.sum();
            return new RouteStats(
                    cell.name,
                    count,
                    cell.durations.quantile(0.5),
                    cell.durations.quantile(0.99),
                    measured <= 0 ? -1 : cell.allocated.sum() / measured,
                    estimate == null ? Double.NaN : estimate.weight(),
                    estimate == null ? Double.NaN : estimate.low(),
                    estimate == null ? Double.NaN : estimate.high(),
                    strength() > 0 ? rank : 0);
        }
    }
}
