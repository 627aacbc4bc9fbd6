package dev.lifecycle.benchmarks.scorecard;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The performance goals: S of scopes, L of leak detection, C of collections. Some bounds depend on the JDK. */
final class Goals {

    private Goals() {}

    private static ToDoubleFunction<Results> nanos(String name) {
        return results -> results.get(name).nanos();
    }

    private static ToDoubleFunction<Results> bytes(String name) {
        return results -> results.get(name).bytes();
    }

    /** What {@code name} costs on top of {@code base}. */
    private static ToDoubleFunction<Results> added(String name, String base) {
        return results -> results.get(name).nanos() - results.get(base).nanos();
    }

    private static ToDoubleFunction<Results> addedBytes(String name, String base) {
        return results -> results.get(name).bytes() - results.get(base).bytes();
    }

    static List<Goal> of(int jdk) {
        boolean old = jdk < 21;
        List<Goal> goals = new ArrayList<>();
        String same = "OpenCloseBenchmark.same:";
        String different = "OpenCloseBenchmark.different:";
        goals.add(Goal.ratio(
                "S1",
                "confined scope, 3 of one class, to try-with-resources",
                nanos(same + "CONFINED"),
                nanos(same + "TRY_WITH_RESOURCES"),
                old ? 2.0 : 1.3));
        goals.add(Goal.atMost(
                "S1",
                "the same, bytes added",
                "B",
                addedBytes(same + "CONFINED", same + "TRY_WITH_RESOURCES"),
                old ? 56 : 40));
        goals.add(Goal.ratio(
                "S2",
                "confined scope, 3 classes, to Guava Closer",
                nanos(different + "CONFINED"),
                nanos(different + "GUAVA_CLOSER"),
                old ? 0.7 : 0.8));
        goals.add(new Goal(
                "S2", "the same, bytes", "B", bytes(different + "CONFINED"), bytes(different + "GUAVA_CLOSER"), 1.0));
        goals.add(Goal.ratio(
                "S2",
                "the same, to try-with-resources",
                nanos(different + "CONFINED"),
                nanos(different + "TRY_WITH_RESOURCES"),
                old ? 3.2 : 2.3));
        goals.add(Goal.ratio(
                "S3",
                "thread-safe scope, 3 classes, to unsynchronised Closer",
                nanos(different + "SHARED"),
                nanos(different + "GUAVA_CLOSER"),
                old ? 1.0 : 2.0));
        goals.add(Goal.ratio(
                "S3",
                "the same, to Closer with synchronized",
                nanos(different + "SHARED"),
                nanos(different + "GUAVA_CLOSER_SYNCHRONIZED"),
                0.5));
        String many = "ManyResourcesBenchmark.";
        goals.add(Goal.atMost("S4", "own one of a million", "ns", nanos(many + "own"), 30));
        goals.add(Goal.atMost("S4", "close one of a million", "ns", nanos(many + "close"), 30));
        goals.add(Goal.atMost("S4", "bytes for each, without handle", "B", bytes(many + "own"), 12));
        goals.add(Goal.atMost("S4", "bytes for each, with handle", "B", bytes(many + "hold"), 40));
        goals.add(Goal.atMost("S4", "early close anywhere", "ns", nanos(many + "closeEarly"), 60));
        goals.add(Goal.ratio(
                "S4",
                "the same, to removal from a LinkedHashSet",
                nanos(many + "closeEarly"),
                nanos(many + "closeEarlyOfLinkedHashSet"),
                1.0));
        goals.add(Goal.atMost("S5", "a nested child, opened and closed", "ns", nanos("NestedBenchmark.nested"), 200));
        goals.add(Goal.atMost("S5", "bytes for each", "B", bytes("NestedBenchmark.nested"), 112));
        goals.add(Goal.atMost("S5", "moveTo of a million", "ns", nanos(many + "moveTo"), 1_000));
        goals.add(Goal.atMost(
                "S6",
                "deadline armed and not hit, added to each closer",
                "ns",
                added("DeadlineBenchmark.close:ARMED", "DeadlineBenchmark.close:NONE"),
                60));
        goals.add(Goal.atMost(
                "S6",
                "the same, bytes added",
                "B",
                addedBytes("DeadlineBenchmark.close:ARMED", "DeadlineBenchmark.close:NONE"),
                0.5));
        String track = "TrackBenchmark.track:";
        String nothing = track + "NOTHING";
        goals.add(Goal.atMost("L1", "tracking off, added", "ns", added(track + "OFF", nothing), 0.5));
        goals.add(Goal.atMost("L1", "not sampled, added", "ns", added(track + "UNSAMPLED", nothing), 2.5));
        goals.add(Goal.atMost("L1", "not sampled, bytes added", "B", addedBytes(track + "UNSAMPLED", nothing), 0.5));
        goals.add(Goal.ratio(
                "L2",
                "one in 128 with its stack, added, to Netty SIMPLE",
                added(track + "SAMPLED", nothing),
                added(track + "NETTY_SIMPLE", nothing),
                0.5));
        goals.add(Goal.ratio(
                "L2",
                "every object with its stack, to Netty PARANOID",
                added(track + "EVERY_STACK", nothing),
                added(track + "NETTY_PARANOID", nothing),
                0.55));
        goals.add(Goal.atMost("L2", "the same, bytes added", "B", addedBytes(track + "EVERY_STACK", nothing), 900));
        goals.add(Goal.ratio(
                "L3",
                "every object with its site, to Cleaner",
                added(track + "EVERY_SITE", nothing),
                added(track + "CLEANER", nothing),
                0.8));
        goals.add(Goal.atMost("L3", "the same, bytes added", "B", addedBytes(track + "EVERY_SITE", nothing), 72));
        goals.add(Goal.ratio(
                "L3",
                "time of one thread beside a second, to alone",
                nanos(track + "EVERY_SITE@2"),
                nanos(track + "EVERY_SITE"),
                2 / 1.7));
        for (String collector : Collectors.ALL) {
            goals.add(Goal.atMost(
                    "L4",
                    "false reports, " + collector + " collector",
                    "",
                    results -> results.other("LeakRun.falseReports:" + collector),
                    0));
            goals.add(Goal.atMost(
                    "L4",
                    "planted leak reported after its collection, " + collector,
                    "ms",
                    results -> results.other("LeakRun.millis:" + collector),
                    1_000));
        }
        goals.addAll(collections());
        goals.addAll(caches());
        return goals;
    }

    private static List<Goal> collections() {
        String add = "RingBenchmark.add:";
        String beside = "RingBenchmark.addBesideReader:";
        String budget = "BudgetBufferBenchmark.add:";
        return List.of(
                Goal.ratio(
                        "C10",
                        "add to a full ring, to a synchronized EvictingQueue",
                        nanos(add + "RING"),
                        nanos(add + "EVICTING_QUEUE"),
                        1.0),
                Goal.ratio("C10", "the same, two threads", nanos(add + "RING@2"), nanos(add + "EVICTING_QUEUE@2"), 1.0),
                Goal.ratio( // times of a thread: eight share two cores
                        "C10",
                        "eight threads on two cores, to one thread",
                        results -> results.get(add + "RING@8").nanos() / 8,
                        nanos(add + "RING"),
                        2.0),
                Goal.ratio(
                        "C10",
                        "add beside a reader that takes snapshots, to alone",
                        nanos(beside + "RING"),
                        nanos(add + "RING"),
                        2.0),
                Goal.ratio(
                        "C17",
                        "add to a budget of 1,000 messages, to a memory that recounts",
                        nanos(budget + "LENGTH:BUDGET_BUFFER"),
                        nanos(budget + "LENGTH:RECOUNT"),
                        0.05));
    }

    private static ToDoubleFunction<Results> run(String name) {
        return results -> results.other("CacheRun." + name);
    }

    /** Throughputs in the note; here times, so each bound is the reciprocal. */
    private static List<Goal> caches() {
        List<Goal> goals = new ArrayList<>();
        for (String threads : List.of("", "@2")) {
            String with = threads.isEmpty() ? "" : ", two threads";
            String read = "CacheReadBenchmark.get:";
            ToDoubleFunction<Results> map = nanos(read + "CONCURRENT_HASH_MAP" + threads);
            ToDoubleFunction<Results> ours = nanos(read + "LIFECYCLE" + threads);
            goals.add(Goal.ratio("C1", "a hit, to ConcurrentHashMap" + with, ours, map, 1 / 0.45));
            goals.add(Goal.ratio("C1", "to Caffeine" + with, ours, nanos(read + "CAFFEINE" + threads), 1 / 2.5));
            goals.add(Goal.ratio("C1", "to cache2k" + with, ours, nanos(read + "CACHE2K" + threads), 1.0));
            ToDoubleFunction<Results> stats = nanos(read + "LIFECYCLE_STATS" + threads);
            goals.add(Goal.ratio("C2", "a counted hit, to ConcurrentHashMap" + with, stats, map, 1 / 0.30));
            goals.add(Goal.ratio(
                    "C2",
                    "to Caffeine with statistics" + with,
                    stats,
                    nanos(read + "CAFFEINE_STATS" + threads),
                    1 / 2.5));
            ToDoubleFunction<Results> timed = nanos(read + "LIFECYCLE_TTL" + threads);
            ToDoubleFunction<Results> expiring = nanos(read + "CAFFEINE_TTL" + threads);
            goals.add(Goal.ratio("C3", "a hit with expiry, to ConcurrentHashMap" + with, timed, map, 1 / 0.30));
            goals.add(Goal.ratio("C3", "to Caffeine with expiry" + with, timed, expiring, 1 / 4.0));
            goals.add(Goal.ratio(
                    "C3",
                    "the same, exact clock" + with,
                    nanos(read + "LIFECYCLE_TTL_EXACT" + threads),
                    expiring,
                    1 / 1.2));
            String mixed = "CacheMixedBenchmark.access:";
            ToDoubleFunction<Results> access = nanos(mixed + "LIFECYCLE" + threads);
            goals.add(Goal.ratio(
                    "C4", "mixed accesses, to Caffeine" + with, access, nanos(mixed + "CAFFEINE" + threads), 1 / 1.5));
            goals.add(Goal.ratio("C4", "to cache2k" + with, access, nanos(mixed + "CACHE2K" + threads), 1 / 0.9));
            String load = "CacheLoadBenchmark.load:";
            goals.add(Goal.ratio(
                    "C4",
                    "a load, to cache2k" + with,
                    nanos(load + "LIFECYCLE" + threads),
                    nanos(load + "CACHE2K" + threads),
                    1.0));
        }
        goals.add(new Goal("C9", "bytes an entry", "B", run("perEntry:LIFECYCLE"), run("perEntry:CAFFEINE"), 0.85));
        goals.add(new Goal(
                "C9",
                "bytes an entry that expires",
                "B",
                run("perEntry:LIFECYCLE_TTL"),
                run("perEntry:CAFFEINE_TTL"),
                0.80));
        goals.add(Goal.atMost("C9", "an empty cache", "B", run("empty"), 2_048));
        goals.add(Goal.ratio(
                "C11",
                "p99 of loads with the hash of one that is slow, to idle",
                run("p99:BESIDE_LOAD"),
                run("p99:IDLE"),
                2.0));
        goals.add(Goal.ratio(
                "C13",
                "a lease, to a plain read",
                nanos("CacheLeaseBenchmark.borrow"),
                nanos("CacheLeaseBenchmark.get"),
                2.5));
        goals.add(Goal.ratio(
                "C14",
                "a group of 100 in 100,000, to removeIf",
                nanos("CacheRemovalBenchmark.invalidateGroup"),
                nanos("CacheRemovalBenchmark.removeIf"),
                0.02));
        goals.add(Goal.atMost(
                "C16",
                "trimTo(0.5) of 100,000",
                "ms",
                results -> results.get("CacheRemovalBenchmark.trimTo").nanos() / 1e6,
                20));
        return goals;
    }
}
