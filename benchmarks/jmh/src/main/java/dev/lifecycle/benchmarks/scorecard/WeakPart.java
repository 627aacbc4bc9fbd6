package dev.lifecycle.benchmarks.scorecard;

import static dev.lifecycle.benchmarks.scorecard.Results.bytes;
import static dev.lifecycle.benchmarks.scorecard.Results.nanos;

import dev.lifecycle.benchmarks.collect.CacheRun;
import dev.lifecycle.benchmarks.weak.WeakRun;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.openjdk.jmh.runner.RunnerException;

/** W: weak maps. E: listeners. */
final class WeakPart implements Part {
    private static final String Z = "+Z";
    private static final String[] SIZES = {"1024", "10000"};

    @Override
    public String name() {
        return "weak";
    }

    @Override
    public void measure(Bench bench) throws RunnerException, IOException {
        bench.run("Weak(Get|PutRemove)Benchmark|SubscribeBenchmark");
        bench.run("EmitBenchmark", options -> options.param("kinds", "FIVE"));
        bench.run(
                "WeakGetBenchmark",
                options -> options.param("peer", "LIFECYCLE", "CONCURRENT_HASH_MAP")
                        .threads(2));
        bench.run(
                "WeakPutRemoveBenchmark",
                options -> options.param("peer", "LIFECYCLE", "GUAVA_WEAK_KEYS").threads(2));
        bench.run(
                "SubscribeBenchmark|EmitBenchmark",
                options -> options.param("kinds", "FIVE")
                        .param("peer", "LISTENERS", "COPY_ON_WRITE_LIST")
                        .threads(2));
        bench.run(
                "WeakGetBenchmark",
                Z,
                options -> options.jvmArgsAppend("-XX:+UseZGC").param("entries", "10000"));
        bench.run(WeakRun.class, CacheRun.JVM);
    }

    @Override
    public List<Goal> goals(int jdk) {
        List<Goal> goals = new ArrayList<>();
        for (String size : SIZES) {
            goals.addAll(hits(size, "", ""));
        }
        goals.addAll(hits("10000", Z, ", ZGC"));
        String get = "WeakGetBenchmark.get:10000:LIFECYCLE";
        goals.add(Goal.atMost("W1", "the same, bytes", "B", bytes(get), 0.5));
        goals.add(Goal.ratio("W1", "a hit of two threads, to one", nanos(get + "@2"), nanos(get), 2.0));
        String pair = "WeakPutRemoveBenchmark.putRemove:";
        for (String threads : List.of("", "@2")) {
            goals.add(Goal.ratio(
                    "W2",
                    "put and remove, to Guava weakKeys" + (threads.isEmpty() ? "" : ", two threads"),
                    nanos(pair + "LIFECYCLE" + threads),
                    nanos(pair + "GUAVA_WEAK_KEYS" + threads),
                    1.0));
        }
        goals.add(Goal.ratio(
                "W2", "the same of two threads, to one", nanos(pair + "LIFECYCLE@2"), nanos(pair + "LIFECYCLE"), 2.0));
        goals.add(entry("bytes an entry, to Guava's map with weak keys", "GUAVA_WEAK_KEYS"));
        goals.add(entry("to Guava's cache with weak keys", "GUAVA_CACHE_WEAK_KEYS"));
        goals.add(entry("to Caffeine weakKeys", "CAFFEINE_WEAK_KEYS"));
        goals.addAll(listeners());
        return goals;
    }

    private static List<Goal> listeners() {
        List<Goal> goals = new ArrayList<>();
        String emit = "EmitBenchmark.emit:FIVE:";
        for (String count : List.of("1", "8", "64")) {
            ToDoubleFunction<Results> list = nanos(emit + count + ":COPY_ON_WRITE_LIST");
            double bound = count.equals("1") ? 1.1 : 0.9;
            String to = count + (count.equals("1") ? " listener" : " listeners")
                    + ", to a loop over a CopyOnWriteArrayList";
            goals.add(Goal.ratio("E1", "untracked emit to " + to, nanos(emit + count + ":UNTRACKED"), list, bound));
            goals.add(Goal.ratio("E1", "tracked, as by default", nanos(emit + count + ":LISTENERS"), list, bound));
            goals.add(Goal.ratio("E1", "untracked, with weak owners", nanos(emit + count + ":WEAK"), list, 1.5));
        }
        goals.add(Goal.atMost("E1", "bytes of a tracked emit to 64", "B", bytes(emit + "64:LISTENERS"), 0.5));
        goals.add(Goal.ratio(
                "E1",
                "tracked emit to 8 of two threads, to one",
                nanos(emit + "8:LISTENERS@2"),
                nanos(emit + "8:LISTENERS"),
                2.0));
        String subscribe = "SubscribeBenchmark.subscribe:10000:";
        for (String threads : List.of("", "@2")) {
            goals.add(Goal.ratio(
                    "E2",
                    "subscribe and close among 10,000, to a CopyOnWriteArrayList"
                            + (threads.isEmpty() ? "" : ", two threads"),
                    nanos(subscribe + "LISTENERS" + threads),
                    nanos(subscribe + "COPY_ON_WRITE_LIST" + threads),
                    0.1));
        }
        goals.add(Goal.ratio(
                "E2",
                "the same of two threads, to one",
                nanos(subscribe + "LISTENERS@2"),
                nanos(subscribe + "LISTENERS"),
                2.0));
        return goals;
    }

    private static List<Goal> hits(String size, String suffix, String with) {
        String get = "WeakGetBenchmark.get:" + size + ":";
        ToDoubleFunction<Results> ours = nanos(get + "LIFECYCLE" + suffix);
        return List.of(
                Goal.ratio(
                        "W1",
                        "a hit among " + size + ", to ConcurrentHashMap" + with,
                        ours,
                        nanos(get + "CONCURRENT_HASH_MAP" + suffix),
                        1.25),
                Goal.ratio("W1", "to Guava weakKeys" + with, ours, nanos(get + "GUAVA_WEAK_KEYS" + suffix), 0.4),
                Goal.ratio("W1", "to Spring" + with, ours, nanos(get + "SPRING" + suffix), 0.5),
                Goal.ratio(
                        "W1", "to Caffeine weakKeys" + with, ours, nanos(get + "CAFFEINE_WEAK_KEYS" + suffix), 0.25));
    }

    private static Goal entry(String text, String peer) {
        return new Goal(
                "W2",
                text,
                "B",
                results -> results.other("WeakRun.LIFECYCLE"),
                results -> results.other("WeakRun." + peer),
                0.7);
    }
}
