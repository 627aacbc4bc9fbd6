package dev.lifecycle.tests.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Kind;
import dev.lifecycle.Pressure;
import dev.lifecycle.health.BackgroundInfo;
import dev.lifecycle.health.BufferInfo;
import dev.lifecycle.health.CacheInfo;
import dev.lifecycle.health.CpuInfo;
import dev.lifecycle.health.GuardInfo;
import dev.lifecycle.health.HealthSnapshot;
import dev.lifecycle.health.HealthStatus;
import dev.lifecycle.health.HeapInfo;
import dev.lifecycle.health.LeakInfo;
import dev.lifecycle.health.MemoryInfo;
import dev.lifecycle.health.PoolInfo;
import dev.lifecycle.health.TrackerInfo;
import dev.lifecycle.health.Unlisted;
import dev.lifecycle.memory.LeakVerdict;
import dev.lifecycle.tests.api.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The texts that are made of a snapshot. */
class HealthFormatsTest {
    private static final long MB = 1 << 20;
    private static final Instant AT = Instant.parse("2026-02-03T04:05:06Z");
    private static final MemoryInfo MEMORY =
            new MemoryInfo(1_800 * MB, 6_000 * MB, 1_843 * MB, 1_024 * MB, 4_096 * MB, MemoryInfo.Source.CONTAINER);
    private static final HeapInfo HEAP = new HeapInfo(700 * MB, 1_024 * MB, 2_048 * MB, 512 * MB);

    private static HealthSnapshot health(String path, LeakVerdict verdict) {
        return new HealthSnapshot(
                AT,
                HealthStatus.UP,
                List.of(),
                Duration.ofMillis(250),
                MEMORY,
                HEAP,
                new CpuInfo(0.12, 0.31),
                Pressure.NORMAL,
                List.of(),
                List.of(new LeakInfo(
                        path,
                        "heap.live",
                        verdict,
                        12.04 * MB,
                        1.2 * MB,
                        verdict == LeakVerdict.LEAKING,
                        "as it is",
                        90,
                        1)),
                List.of(),
                List.of(),
                List.of(new BufferInfo("app/metrics", Kind.BOUNDED_BUFFER, 156, 1_000)),
                List.of(),
                List.of(),
                Unlisted.NOTHING);
    }

    /** One of each, all with one path; nothing is known of the process. */
    private static HealthSnapshot full(String path) {
        return new HealthSnapshot(
                AT,
                HealthStatus.WARN,
                List.of("pool " + path + " at 95.0 % (19/20)"),
                Duration.ofMillis(250),
                new MemoryInfo(-1, -1, -1, -1, -1, MemoryInfo.Source.MACHINE),
                new HeapInfo(700 * MB, 1_024 * MB, 2_048 * MB, -1),
                new CpuInfo(-1, -1),
                Pressure.CLEANUP,
                List.of(new GuardInfo(path, Pressure.CLEANUP, path, 0.77, false)),
                List.of(new LeakInfo(
                        path,
                        path,
                        LeakVerdict.INSUFFICIENT_DATA,
                        Double.NaN,
                        Double.POSITIVE_INFINITY,
                        false,
                        path,
                        1,
                        0)),
                List.of(new BackgroundInfo(path, 5, 12, 100, 1_000, 3, 2, 1, Duration.ofSeconds(41))),
                List.of(new PoolInfo(path, 19, 20, -1)),
                List.of(new BufferInfo(path, Kind.BUDGET_BUFFER, 8_000, 15_000)),
                List.of(new CacheInfo(path, Kind.BOUNDED_CACHE, 41, -1, -1)),
                List.of(new TrackerInfo(path, Map.of(path, 0.25))),
                new Unlisted(0, 0, 0, 2, 0, 0, 0, 0, 1, true));
    }

    @Test
    void theLineOfTheLogHasTheFiguresOfTheDay() {
        assertEquals(
                "memory 1843 MB (45.0% of 4096 MB container) heap live 512 MB level NORMAL cpu process 12% system 31% "
                        + "metrics 156/1000 leak STABLE (<1.2 MB/h)",
                health("app/leaks", LeakVerdict.STABLE).toLogLine());
    }

    @Test
    void theLineOfTheLogSaysHowFastItLeaks() {
        String line = health("app/leaks", LeakVerdict.LEAKING).toLogLine();
        assertTrue(line.endsWith(" leak LEAKING of heap.live (+12.0 MB/h)"), line);
    }

    @Test
    void theLineOfTheLogSaysWhatIsNotKnownAndWhatIsWrong() {
        assertEquals(
                "memory unknown heap live unknown level CLEANUP cpu process unknown system unknown app 5 active "
                        + "app 19/20 (95.0%) and 2 more pools app 8000/15000 app 41/? leak INSUFFICIENT_DATA "
                        + "WARN: pool a/app at 95.0 % (19/20)",
                full("a/app").toLogLine());
    }

    @Test
    void theLineOfTheLogNamesTheFirstEightOfAKind() {
        HealthSnapshot one = health("app/leaks", LeakVerdict.STABLE);
        List<BufferInfo> many = IntStream.range(0, 30)
                .mapToObj(i -> new BufferInfo("app/b" + i, Kind.BOUNDED_BUFFER, i, 50))
                .toList();
        HealthSnapshot all = new HealthSnapshot(
                AT,
                HealthStatus.UP,
                List.of(),
                Duration.ZERO,
                MEMORY,
                HEAP,
                one.cpu(),
                Pressure.NORMAL,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                many,
                List.of(),
                List.of(),
                new Unlisted(0, 0, 0, 0, 3, 0, 0, 0, 0, true));
        String line = all.toLogLine();
        assertTrue(line.endsWith(" b6 6/50 b7 7/50 and 25 more buffers"), line);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> json(HealthSnapshot health) {
        return (Map<String, Object>) Json.parse(health.toJson());
    }

    @Test
    void jsonIsWhatItIs() {
        assertEquals("""
                {"at":"2026-02-03T04:05:06Z","status":"WARN","reasons":["pool a at 95.0 % (19/20)"],"age_ms":250,\
                "memory":{"rss_mb":null,"vms_mb":null,"used_mb":null,"needed_mb":null,"percent":null,"limit_mb":null,"source":"machine"},\
                "heap":{"used_mb":700,"committed_mb":1024,"max_mb":2048,"live_mb":null},\
                "cpu":{"process":null,"system":null},"level":"CLEANUP",\
                "leak":[{"path":"a","series":"a","verdict":"INSUFFICIENT_DATA","mb_per_hour":null,"detectable_mb_per_hour":null,\
                "alarm":false,"explanation":"a","samples":1,"failures":0}],\
                "guards":[{"path":"a","level":"CLEANUP","cause":"a","percent":77,"restart_advised":false}],\
                "background_tasks":[{"path":"a","active":5,"queued":12,"queue_capacity":100,"completed":1000,"failed":3,\
                "timed_out":2,"rejected":1,"oldest_ms":41000,"warn":false}],\
                "pools":[{"path":"a","used":19,"max":20,"percent":95,"waiting":null,"warn":true}],\
                "buffers":[{"path":"a","kind":"BudgetBuffer","fill":"8000/15000","used":8000,"max":15000}],\
                "caches":[{"path":"a","kind":"BoundedCache","fill":"41/?","used":41,"max":null,"hit_rate":null}],\
                "trackers":[{"path":"a","figures":{"a":0.25}}],\
                "unlisted":{"guards":0,"leaks":0,"background_tasks":0,"pools":2,"buffers":0,"caches":0,"trackers":0,\
                "reasons":0,"failed":1,"complete":true}}""", full("a").toJson());
    }

    @Test
    void jsonOfMemoryIsInMegabytes() {
        Map<?, ?> memory = (Map<?, ?>) json(health("a", LeakVerdict.STABLE)).get("memory");
        assertEquals(
                "{rss_mb=1800, vms_mb=6000, used_mb=1843, needed_mb=1024, percent=45, limit_mb=4096, source=container}",
                memory.toString());
    }

    private static final List<String> HOSTILE = List.of(
            "\"",
            "\\",
            "a\nb",
            "a\r\n# EOF\nlifecycle_fake 1",
            "\",evil=\"1",
            "\"}} 1\nx",
            "</script><script>alert(1)</script>",
            "\u0000\u001f\u007f\u0085\u2028\u2029",
            "\ud800",
            "\udc00 alone",
            "\ud83d\ude00",
            "{}[]:,",
            "\\\"\\n\\",
            "'; DROP TABLE x; --",
            "${jndi:ldap://x}",
            "%s%n");

    @Test
    void namesStayNamesInJson() {
        for (String each : HOSTILE) {
            Map<?, ?> buffer = (Map<?, ?>) ((List<?>) json(full(each)).get("buffers")).get(0);
            assertEquals(each, buffer.get("path"));
        }
    }

    @Test
    void namesStayLabelsInMetrics() {
        for (String each : HOSTILE) {
            Map<String, Double> samples = OpenMetricsText.parse(full(each).toOpenMetrics());
            assertEquals(OpenMetricsText.parse(full("plain").toOpenMetrics()).size(), samples.size(), each);
            assertFalse(samples.containsKey("lifecycle_fake{}"));
        }
    }

    @Test
    void anyNameAtAllIsPrinted() {
        Random random = new Random(8);
        for (int i = 0; i < 2_000; i++) {
            StringBuilder name = new StringBuilder();
            for (int j = random.nextInt(12); j >= 0; j--) {
                name.append((char) (random.nextBoolean() ? random.nextInt(128) : random.nextInt(65_536)));
            }
            HealthSnapshot health = full(name.toString());
            Json.parse(health.toJson());
            OpenMetricsText.parse(health.toOpenMetrics());
        }
    }

    @Test
    void metricsHaveWhatIsKnownAndNothingElse() {
        Map<String, Double> known =
                OpenMetricsText.parse(health("w", LeakVerdict.STABLE).toOpenMetrics());
        assertEquals(1_843.0 * MB, known.get("lifecycle_memory_used_bytes{}"));
        assertEquals(1_024.0 * MB, known.get("lifecycle_memory_needed_bytes{}"));
        assertEquals(4_096.0 * MB, known.get("lifecycle_memory_limit_bytes{source=\"container\"}"));
        assertEquals(0.12, known.get("lifecycle_cpu_process_ratio{}"));
        assertEquals(512.0 * MB, known.get("lifecycle_heap_live_bytes{}"));
        assertEquals(1, known.get("lifecycle_health_status{lifecycle_health_status=\"UP\"}"));
        assertEquals(0, known.get("lifecycle_health_status{lifecycle_health_status=\"WARN\"}"));
        assertEquals(156, known.get("lifecycle_buffer_used{path=\"app/metrics\"}"));
        assertEquals(1, known.get("lifecycle_leak_verdict{path=\"w\",lifecycle_leak_verdict=\"STABLE\"}"));
        String text = full("a").toOpenMetrics();
        Map<String, Double> unknown = OpenMetricsText.parse(text);
        assertFalse(text.contains("NaN") || text.contains("Inf"), text);
        for (String absent : List.of(
                "lifecycle_memory_used_bytes",
                "lifecycle_memory_needed_bytes",
                "lifecycle_memory_limit_bytes",
                "lifecycle_memory_used_ratio",
                "lifecycle_cpu_system_ratio",
                "lifecycle_heap_live_bytes",
                "lifecycle_leak_growth_bytes_per_hour",
                "lifecycle_leak_detectable_bytes_per_hour",
                "lifecycle_pool_waiting",
                "lifecycle_cache_max",
                "lifecycle_cache_hit_ratio")) {
            assertFalse(text.contains(absent), absent);
        }
        assertEquals(0.95, unknown.get("lifecycle_pool_used_ratio{path=\"a\"}"));
        assertEquals(3, unknown.get("lifecycle_tasks_failed_total{path=\"a\"}"));
        assertEquals(2, unknown.get("lifecycle_health_unlisted{list=\"pools\"}"));
        assertNull(unknown.get("lifecycle_tracker_figure{path=\"a\"}"));
        assertEquals(0.25, unknown.get("lifecycle_tracker_figure{path=\"a\",figure=\"a\"}"));
    }

    @Test
    void whatIsNotKnownIsNeverANumber() {
        HealthSnapshot health = new HealthSnapshot(
                AT,
                HealthStatus.UP,
                List.of(),
                Duration.ZERO,
                new MemoryInfo(-1, -1, -1, -1, -1, MemoryInfo.Source.MACHINE),
                new HeapInfo(-1, -1, -1, -1),
                new CpuInfo(-1, -1),
                Pressure.NORMAL,
                List.of(new GuardInfo("g", Pressure.NORMAL, "", -1, false)),
                List.of(),
                List.of(new BackgroundInfo("b", -1, -1, -1, -1, -1, -1, -1, Duration.ZERO)),
                List.of(new PoolInfo("p", -1, 20, -1), new PoolInfo("q", 3, -1, -1)),
                List.of(new BufferInfo("r", Kind.BOUNDED_BUFFER, -1, -1)),
                List.of(new CacheInfo("c", Kind.BOUNDED_CACHE, -1, -1, -1)),
                List.of(),
                Unlisted.NOTHING);
        for (String text : List.of(health.toJson(), health.toOpenMetrics(), health.toLogLine())) {
            assertFalse(text.contains("-1") || text.contains("-0.") || text.contains("-100"), text);
        }
        assertTrue(health.toLogLine().contains("b ? active p ?/20 q 3/? r ?/? c ?/?"), health.toLogLine());
        assertFalse(health.toOpenMetrics().contains("lifecycle_pool_used_ratio"));
    }

    /** By the reference parser, where this machine has it: Debian's package python3-prometheus-client. */
    @Test
    void metricsAreReadByThePublishedParser(@TempDir Path folder) throws Exception {
        Path script = folder.resolve("read.py");
        Files.writeString(script, """
                import sys
                from prometheus_client.openmetrics.parser import text_string_to_metric_families
                for name in sys.argv[1:]:
                    with open(name, encoding="utf-8", newline="") as text:
                        print(sum(len(family.samples) for family in text_string_to_metric_families(text.read())))
                """);
        Assumptions.assumeTrue(
                run(folder, "-c", "import prometheus_client.openmetrics.parser").exit() == 0);
        Path plain = folder.resolve("plain.txt");
        Files.writeString(plain, health("w", LeakVerdict.STABLE).toOpenMetrics());
        Path hostile = folder.resolve("hostile.txt");
        Files.writeString(hostile, full("\\ \" \n <b>").toOpenMetrics());
        Output read = run(folder, script.toString(), plain.toString(), hostile.toString());
        assertEquals(
                OpenMetricsText.parse(Files.readString(plain)).size() + "\n"
                        + OpenMetricsText.parse(Files.readString(hostile)).size(),
                read.text().strip());
    }

    private record Output(int exit, String text) {}

    private static Output run(Path folder, String... arguments) throws Exception {
        Path python = Path.of("/usr/bin/python3");
        if (!Files.isExecutable(python)) {
            return new Output(127, "");
        }
        List<String> command = new java.util.ArrayList<>(List.of(python.toString()));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile(folder, "output", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            return process.waitFor(30, TimeUnit.SECONDS)
                    ? new Output(process.exitValue(), Files.readString(output))
                    : new Output(-1, "no end");
        } finally {
            process.destroyForcibly();
        }
    }
}
