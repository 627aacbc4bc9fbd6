package dev.lifecycle.health;

import dev.lifecycle.Pressure;
import dev.lifecycle.memory.LeakVerdict;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Prints a {@link HealthSnapshot} as OpenMetrics 1.0 text. Used once. */
final class OpenMetrics {
    private static final double UNKNOWN = Double.NaN; // no sample

    private final StringBuilder out = new StringBuilder(4_000);
    private final StringBuilder samples = new StringBuilder(500); // of the present family

    String print(HealthSnapshot health) {
        process(health);
        memory(health);
        components(health);
        hidden(health.unlisted());
        return out.append("# EOF\n").toString();
    }

    private void process(HealthSnapshot health) {
        states("lifecycle_health_status", "", HealthStatus.values(), health.status());
        end("lifecycle_health_status", "stateset", "", "How the process does.");
        gauge(
                "lifecycle_health_readings_age_seconds",
                "seconds",
                "Age of the figures of memory, heap and processors.",
                health.age().toNanos() / 1e9);
        gauge(
                "lifecycle_cpu_process_ratio",
                "ratio",
                "Share of its processors that the process used.",
                known(health.cpu().process()));
        gauge(
                "lifecycle_cpu_system_ratio",
                "ratio",
                "Share of the processors of the machine that were busy.",
                known(health.cpu().system()));
    }

    private void memory(HealthSnapshot health) {
        MemoryInfo memory = health.memory();
        HeapInfo heap = health.heap();
        bytes("lifecycle_memory_resident_bytes", "What of the process is in memory.", memory.residentBytes());
        bytes("lifecycle_memory_virtual_bytes", "Address space of the process.", memory.virtualBytes());
        bytes("lifecycle_memory_used_bytes", "What is charged against the limit.", memory.usedBytes());
        bytes(
                "lifecycle_memory_needed_bytes",
                "What of it is needed: without garbage that can do no harm.",
                memory.neededBytes());
        sample(
                "lifecycle_memory_limit_bytes",
                label("source", HealthLine.word(memory.source())),
                count(memory.limitBytes() <= 0 ? -1 : memory.limitBytes()));
        end("lifecycle_memory_limit_bytes", "gauge", "bytes", "Limit of the container, or the physical memory.");
        gauge("lifecycle_memory_used_ratio", "ratio", "Share of the limit that is used.", known(memory.fraction()));
        bytes("lifecycle_heap_used_bytes", "What of the heap is in use, garbage included.", heap.usedBytes());
        bytes("lifecycle_heap_committed_bytes", "What is set aside for the heap.", heap.committedBytes());
        bytes("lifecycle_heap_max_bytes", "What the heap may grow to.", heap.maxBytes());
        bytes("lifecycle_heap_live_bytes", "What collections leave over.", heap.liveBytes());
        states("lifecycle_memory_pressure", "", Pressure.values(), health.level());
        end("lifecycle_memory_pressure", "stateset", "", "How scarce memory is, by the worst of the guards.");
    }

    private void components(HealthSnapshot health) {
        List<GuardInfo> guards = health.guards();
        all(
                guards,
                GuardInfo::path,
                "lifecycle_guard_used_ratio",
                "ratio",
                "How full the fullest source is.",
                each -> known(each.fraction()));
        all(
                guards,
                GuardInfo::path,
                "lifecycle_guard_restart_advised",
                "",
                "Whether a restart is advised.",
                each -> each.restartAdvised() ? 1 : 0);
        List<LeakInfo> leaks = health.leaks();
        for (LeakInfo each : leaks) {
            states("lifecycle_leak_verdict", label("path", each.path()) + ",", LeakVerdict.values(), each.verdict());
        }
        end("lifecycle_leak_verdict", "stateset", "", "What a leak watch makes of the process.");
        all(
                leaks,
                LeakInfo::path,
                "lifecycle_leak_alarm",
                "",
                "Whether somebody should look at it now.",
                each -> each.alarm() ? 1 : 0);
        all(
                leaks,
                LeakInfo::path,
                "lifecycle_leak_growth_bytes_per_hour",
                "bytes_per_hour",
                "Slope that is seen.",
                LeakInfo::bytesPerHour);
        all(
                leaks,
                LeakInfo::path,
                "lifecycle_leak_detectable_bytes_per_hour",
                "bytes_per_hour",
                "Slope that would have been found.",
                LeakInfo::detectableBytesPerHour);
        tasks(health.backgroundTasks());
        List<PoolInfo> pools = health.pools();
        all(
                pools,
                PoolInfo::path,
                "lifecycle_pool_used",
                "",
                "Resources that are lent out.",
                each -> count(each.used()));
        all(
                pools,
                PoolInfo::path,
                "lifecycle_pool_max",
                "",
                "Resources without the overflow.",
                each -> count(each.max()));
        all(
                pools,
                PoolInfo::path,
                "lifecycle_pool_used_ratio",
                "ratio",
                "Share that is lent out.",
                each -> known(each.fraction()));
        all(pools, PoolInfo::path, "lifecycle_pool_waiting", "", "Callers that wait.", each -> count(each.waiting()));
        List<BufferInfo> buffers = health.buffers();
        all(
                buffers,
                BufferInfo::path,
                "lifecycle_buffer_used",
                "",
                "Elements, or their weight.",
                each -> count(each.used()));
        all(buffers, BufferInfo::path, "lifecycle_buffer_max", "", "Capacity, or budget.", each -> count(each.max()));
        List<CacheInfo> caches = health.caches();
        all(
                caches,
                CacheInfo::path,
                "lifecycle_cache_used",
                "",
                "Entries, or their weight.",
                each -> count(each.used()));
        all(
                caches,
                CacheInfo::path,
                "lifecycle_cache_max",
                "",
                "Entries, or weight, at most.",
                each -> count(each.max()));
        all(
                caches,
                CacheInfo::path,
                "lifecycle_cache_hit_ratio",
                "ratio",
                "Share of recent reads that hit.",
                each -> known(each.hitRate()));
        for (TrackerInfo each : health.trackers()) {
            for (Map.Entry<String, Double> figure : each.figures().entrySet()) {
                sample(
                        "lifecycle_tracker_figure",
                        label("path", each.path()) + "," + label("figure", figure.getKey()),
                        figure.getValue());
            }
        }
        end("lifecycle_tracker_figure", "gauge", "", "Figures of trackers of requests.");
    }

    private void tasks(List<BackgroundInfo> tasks) {
        Function<BackgroundInfo, String> path = BackgroundInfo::path;
        all(tasks, path, "lifecycle_tasks_active", "", "Tasks that run.", each -> count(each.active()));
        all(tasks, path, "lifecycle_tasks_queued", "", "Tasks that wait.", each -> count(each.queued()));
        all(
                tasks,
                path,
                "lifecycle_tasks_oldest_seconds",
                "seconds",
                "Age of the oldest task.",
                each -> each.oldest().toNanos() / 1e9);
        counter(tasks, "lifecycle_tasks_completed", "Tasks that are done.", BackgroundInfo::completed);
        counter(tasks, "lifecycle_tasks_failed", "Tasks that threw.", BackgroundInfo::failed);
        counter(tasks, "lifecycle_tasks_timed_out", "Tasks that took too long.", BackgroundInfo::timedOut);
        counter(tasks, "lifecycle_tasks_rejected", "Tasks that were not let in.", BackgroundInfo::rejected);
    }

    private void hidden(Unlisted unlisted) {
        Map<String, Long> counts = Map.of(
                "guards", unlisted.guards(),
                "leaks", unlisted.leaks(),
                "background_tasks", unlisted.backgroundTasks(),
                "pools", unlisted.pools(),
                "buffers", unlisted.buffers(),
                "caches", unlisted.caches(),
                "trackers", unlisted.trackers());
        counts.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(each -> sample("lifecycle_health_unlisted", label("list", each.getKey()), each.getValue()));
        end("lifecycle_health_unlisted", "gauge", "", "Components that lists leave out.");
        gauge("lifecycle_health_failed", "", "Components that threw when they were asked.", count(unlisted.failed()));
    }

    // ---- families --------------------------------------------------------------------------------------------------

    private void gauge(String name, String unit, String help, double value) {
        sample(name, "", value);
        end(name, "gauge", unit, help);
    }

    private void bytes(String name, String help, long value) {
        gauge(name, "bytes", help, count(value));
    }

    private <T> void all(
            List<T> each, Function<T, String> path, String name, String unit, String help, ToDoubleFunction<T> value) {
        for (T one : each) {
            sample(name, label("path", path.apply(one)), value.applyAsDouble(one));
        }
        end(name, "gauge", unit, help);
    }

    private void counter(List<BackgroundInfo> tasks, String name, String help, ToDoubleFunction<BackgroundInfo> value) {
        for (BackgroundInfo one : tasks) {
            sample(name + "_total", label("path", one.path()), known(value.applyAsDouble(one)));
        }
        end(name, "counter", "", help);
    }

    /** One sample for each state: that of the present one is 1. Its label has the name of the family. */
    private <E extends Enum<E>> void states(String name, String labels, E[] all, E present) {
        for (E state : all) {
            sample(name, labels + label(name, state.name()), state == present ? 1 : 0);
        }
    }

    private void sample(String name, String labels, double value) {
        if (!Double.isFinite(value)) {
            return;
        }
        samples.append(name);
        if (!labels.isEmpty()) {
            samples.append('{').append(labels).append('}');
        }
        samples.append(' ');
        if (value == Math.rint(value) && Math.abs(value) < 1L << 53) {
            samples.append((long) value);
        } else {
            samples.append(value);
        }
        samples.append('\n');
    }

    /** Ends a family: without samples nothing is said of it. */
    private void end(String name, String type, String unit, String help) {
        if (samples.length() == 0) {
            return;
        }
        out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        if (!unit.isEmpty()) {
            out.append("# UNIT ").append(name).append(' ').append(unit).append('\n');
        }
        out.append("# HELP ").append(name).append(' ').append(help).append('\n');
        out.append(samples);
        samples.setLength(0);
    }

    /** For 2<sup>53</sup> and above, the next number that a double can express. */
    private static double count(long value) {
        return value < 0 ? UNKNOWN : (double) value;
    }

    private static double known(double value) {
        return value < 0 ? UNKNOWN : value;
    }

    private static String label(String name, String value) {
        StringBuilder text = new StringBuilder(name).append("=\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> text.append("\\\\");
                case '"' -> text.append("\\\"");
                case '\n' -> text.append("\\n");
                default -> text.append(c);
            }
        }
        return text.append('"').toString();
    }
}
