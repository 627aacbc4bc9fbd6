package dev.lifecycle.health;

import dev.lifecycle.Names;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.function.Consumer;

/** Prints a {@link HealthSnapshot} as JSON. Used once. */
final class HealthJson {
    private static final double MEGABYTE = 1 << 20;

    private final StringBuilder out = new StringBuilder(1_000);

    String print(HealthSnapshot health) {
        out.append('{');
        string("at", health.at().toString());
        string("status", health.status().name());
        key("reasons");
        each(health.reasons(), reason -> Names.appendJson(out, reason));
        number("age_ms", health.age().toMillis());
        memory(health.memory());
        key("heap").append('{');
        megabytes("used_mb", health.heap().usedBytes());
        megabytes("committed_mb", health.heap().committedBytes());
        megabytes("max_mb", health.heap().maxBytes());
        megabytes("live_mb", health.heap().liveBytes());
        end();
        key("cpu").append('{');
        share("process", health.cpu().process());
        share("system", health.cpu().system());
        end();
        string("level", health.level().name());
        leak(health.leaks());
        components(health);
        unlisted(health.unlisted());
        return out.append('}').toString();
    }

    private void memory(MemoryInfo memory) {
        key("memory").append('{');
        megabytes("rss_mb", memory.residentBytes());
        megabytes("vms_mb", memory.virtualBytes());
        megabytes("used_mb", memory.usedBytes());
        megabytes("needed_mb", memory.neededBytes());
        percent(memory.fraction());
        megabytes("limit_mb", memory.limitBytes() <= 0 ? -1 : memory.limitBytes());
        string("source", HealthLine.word(memory.source()));
        end();
    }

    private void leak(List<LeakInfo> leaks) {
        key("leak");
        each(leaks, watch -> {
            out.append('{');
            string("path", watch.path());
            string("series", watch.series());
            string("verdict", watch.verdict().name());
            rounded("mb_per_hour", watch.bytesPerHour() / MEGABYTE, 3);
            rounded("detectable_mb_per_hour", watch.detectableBytesPerHour() / MEGABYTE, 3);
            bool("alarm", watch.alarm());
            string("explanation", watch.explanation());
            number("samples", watch.samples());
            number("failures", watch.failures());
            end();
        });
    }

    private void components(HealthSnapshot health) {
        key("guards");
        each(health.guards(), guard -> {
            out.append('{');
            string("path", guard.path());
            string("level", guard.level().name());
            string("cause", guard.cause());
            percent(guard.fraction());
            bool("restart_advised", guard.restartAdvised());
            end();
        });
        key("background_tasks");
        each(health.backgroundTasks(), this::tasks);
        key("pools");
        each(health.pools(), pool -> {
            out.append('{');
            string("path", pool.path());
            number("used", pool.used());
            number("max", pool.max());
            percent(pool.fraction());
            number("waiting", pool.waiting());
            bool("warn", pool.warn());
            end();
        });
        key("buffers");
        each(health.buffers(), buffer -> {
            out.append('{');
            string("path", buffer.path());
            string("kind", buffer.kind().name());
            string("fill", buffer.toString());
            number("used", buffer.used());
            number("max", buffer.max());
            end();
        });
        key("caches");
        each(health.caches(), cache -> {
            out.append('{');
            string("path", cache.path());
            string("kind", cache.kind().name());
            string("fill", cache.toString());
            number("used", cache.used());
            number("max", cache.max());
            share("hit_rate", cache.hitRate());
            end();
        });
        key("trackers");
        each(health.trackers(), tracker -> {
            out.append('{');
            string("path", tracker.path());
            key("figures").append('{');
            tracker.figures().forEach((figure, value) -> rounded(figure, value, 6));
            end();
            end();
        });
    }

    private void tasks(BackgroundInfo tasks) {
        out.append('{');
        string("path", tasks.path());
        number("active", tasks.active());
        number("queued", tasks.queued());
        number("queue_capacity", tasks.queueCapacity());
        number("completed", tasks.completed());
        number("failed", tasks.failed());
        number("timed_out", tasks.timedOut());
        number("rejected", tasks.rejected());
        number("oldest_ms", tasks.oldest().toMillis());
        bool("warn", tasks.warn());
        end();
    }

    private void unlisted(Unlisted unlisted) {
        key("unlisted").append('{');
        number("guards", unlisted.guards());
        number("leaks", unlisted.leaks());
        number("background_tasks", unlisted.backgroundTasks());
        number("pools", unlisted.pools());
        number("buffers", unlisted.buffers());
        number("caches", unlisted.caches());
        number("trackers", unlisted.trackers());
        number("reasons", unlisted.reasons());
        number("failed", unlisted.failed());
        bool("complete", unlisted.complete());
        end();
    }

    // ---- members ---------------------------------------------------------------------------------------------------

    private void end() {
        out.append('}');
    }

    private StringBuilder key(String name) {
        char before = out.charAt(out.length() - 1);
        if (before != '{') {
            out.append(',');
        }
        Names.appendJson(out, name);
        return out.append(':');
    }

    private void string(String name, String value) {
        key(name);
        Names.appendJson(out, value);
    }

    private void bool(String name, boolean value) {
        key(name).append(value);
    }

    /** A count, or null below zero. */
    private void number(String name, long value) {
        key(name);
        if (value < 0) {
            out.append("null");
        } else {
            out.append(value);
        }
    }

    private void megabytes(String name, long bytes) {
        rounded(name, bytes < 0 ? Double.NaN : bytes / MEGABYTE, 1);
    }

    private void percent(double fraction) {
        rounded("percent", fraction < 0 ? Double.NaN : 100 * fraction, 1);
    }

    private void share(String name, double value) {
        rounded(name, value < 0 ? Double.NaN : value, 3);
    }

    private void rounded(String name, double value, int digits) {
        key(name).append(rounded(value, digits));
    }

    /** A number of JSON, or null for what is none. */
    static String rounded(double value, int digits) {
        if (!Double.isFinite(value)) {
            return "null";
        }
        BigDecimal decimal = BigDecimal.valueOf(value).setScale(digits, RoundingMode.HALF_UP);
        return decimal.signum() == 0 ? "0" : decimal.stripTrailingZeros().toPlainString();
    }

    private <T> void each(List<T> list, Consumer<T> print) {
        out.append('[');
        String comma = "";
        for (T one : list) {
            out.append(comma);
            print.accept(one);
            comma = ",";
        }
        out.append(']');
    }
}
