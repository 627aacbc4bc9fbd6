package dev.lifecycle.health;

import dev.lifecycle.memory.LeakVerdict;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Prints a {@link HealthSnapshot} on one line. Used once. */
final class HealthLine {
    private static final int MOST = 8; // of a kind
    private static final int MOST_REASONS = 5;
    private static final double MEGABYTE = 1 << 20;

    private final StringBuilder out = new StringBuilder(200);

    String print(HealthSnapshot health) {
        memory(health.memory());
        out.append(" heap live ").append(megabytes(health.heap().liveBytes()));
        out.append(" level ").append(health.level());
        out.append(" cpu process ").append(percent(health.cpu().process()));
        out.append(" system ").append(percent(health.cpu().system()));
        first(
                health.backgroundTasks(),
                health.unlisted().backgroundTasks(),
                "task managers",
                tasks -> name(tasks.path()) + " " + known(tasks.active()) + " active");
        first(
                health.pools(),
                health.unlisted().pools(),
                "pools",
                pool -> name(pool.path()) + " " + known(pool.used()) + "/" + known(pool.max())
                        + (pool.fraction() < 0 ? "" : String.format(Locale.ROOT, " (%.1f%%)", 100 * pool.fraction())));
        first(health.buffers(), health.unlisted().buffers(), "buffers", buffer -> name(buffer.path()) + " " + buffer);
        first(health.caches(), health.unlisted().caches(), "caches", cache -> name(cache.path()) + " " + cache);
        health.leaks().stream().reduce(HealthLine::worse).ifPresent(this::leak);
        if (health.status() != HealthStatus.UP) {
            reasons(health);
        }
        return out.toString();
    }

    private void memory(MemoryInfo memory) {
        out.append("memory ").append(megabytes(memory.usedBytes()));
        if (memory.fraction() >= 0) {
            out.append(String.format(Locale.ROOT, " (%.1f%% of ", 100 * memory.fraction()))
                    .append(megabytes(memory.limitBytes()))
                    .append(' ')
                    .append(word(memory.source()))
                    .append(')');
        }
    }

    private <T> void first(List<T> all, long unlisted, String what, Function<T, String> print) {
        for (T one : all.subList(0, Math.min(MOST, all.size()))) {
            out.append(' ').append(print.apply(one));
        }
        long more = Math.max(0, all.size() - MOST) + unlisted;
        if (more > 0) {
            out.append(" and ").append(more).append(" more ").append(what);
        }
    }

    private static LeakInfo worse(LeakInfo one, LeakInfo other) {
        if (one.alarm() != other.alarm()) {
            return one.alarm() ? one : other;
        }
        return other.verdict().compareTo(one.verdict()) > 0 ? other : one;
    }

    private void leak(LeakInfo leak) {
        out.append(" leak ").append(leak.verdict());
        if (leak.alarm() && !leak.series().isEmpty()) {
            out.append(" of ").append(leak.series());
        }
        boolean grows = leak.alarm() || leak.verdict() == LeakVerdict.GROWING;
        double slope = grows ? leak.bytesPerHour() : leak.detectableBytesPerHour();
        if (Double.isFinite(slope)) {
            out.append(String.format(Locale.ROOT, grows ? " (%+.1f MB/h)" : " (<%.1f MB/h)", slope / MEGABYTE));
        }
    }

    private void reasons(HealthSnapshot health) {
        List<String> reasons = health.reasons();
        List<String> shown = reasons.subList(0, Math.min(MOST_REASONS, reasons.size()));
        out.append(' ').append(health.status()).append(": ").append(String.join("; ", shown));
        long more = reasons.size() - shown.size() + health.unlisted().reasons();
        if (more > 0) {
            out.append("; and ").append(more).append(" more");
        }
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static String known(long count) {
        return count < 0 ? "?" : String.valueOf(count);
    }

    private static String megabytes(long bytes) {
        return bytes < 0 ? "unknown" : Math.round(bytes / MEGABYTE) + " MB";
    }

    private static String percent(double share) {
        return share < 0 ? "unknown" : Math.round(100 * share) + "%";
    }

    /** What the limit is of, as a word. */
    static String word(MemoryInfo.Source source) {
        return source == MemoryInfo.Source.CONTAINER ? "container" : "machine";
    }
}
