package dev.lifecycle.benchmarks.scorecard;

import static dev.lifecycle.benchmarks.scorecard.Results.cpu;
import static dev.lifecycle.benchmarks.scorecard.Results.nanos;

import dev.lifecycle.benchmarks.task.TaskRun;
import dev.lifecycle.benchmarks.task.TimerRun;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.runner.RunnerException;

/** G7 to G17: timers, tasks, limiters, single flights, lazy values. */
final class TaskPart implements Part {
    private static final int DELAY_SCHEDULER = 25; // since when ForkJoinPool has one
    private static final String AMONG = "100000";
    private static final List<String> HEAP = List.of("-XX:+UseSerialGC", "-Xmx2g");

    @Override
    public String name() {
        return "task";
    }

    @Override
    public void measure(Bench bench) throws RunnerException, IOException {
        bench.cpu("TimerBenchmark|TaskBenchmark", options -> options);
        bench.run("LimiterBenchmark|LazyBenchmark|SingleFlightHitBenchmark|RearmBenchmark");
        bench.cpu("TimerBenchmark", options -> options.param("pending", AMONG).param("peer", "AGRONA"));
        if (Runtime.version().feature() >= DELAY_SCHEDULER) {
            bench.cpu(
                    "TimerBenchmark", options -> options.param("pending", AMONG).param("peer", "FORK_JOIN"));
        }
        bench.run("TimerBenchmark", options -> options.param("pending", AMONG).threads(2));
        bench.run("LimiterBenchmark", options -> options.threads(2));
        for (String whose : List.of("LIFECYCLE", "NETTY", "STPE", "OR_TIMEOUT")) {
            bench.run(TimerRun.class, HEAP, whose);
        }
        bench.run(TaskRun.class, HEAP);
    }

    @Override
    public List<Goal> goals(int jdk) {
        List<Goal> goals = new ArrayList<>();
        String timer = "TimerBenchmark.scheduleCancel:";
        String ours = timer + "LIFECYCLE:100000";
        goals.add(Goal.ratio(
                "G7", "schedule and cancel among 100,000, to Netty", nanos(ours), nanos(timer + "NETTY:100000"), 0.85));
        goals.add(Goal.ratio("G7", "to ScheduledThreadPoolExecutor", nanos(ours), nanos(timer + "STPE:100000"), 0.4));
        if (jdk >= DELAY_SCHEDULER) {
            goals.add(Goal.ratio("G7", "to ForkJoinPool", nanos(ours), nanos(timer + "FORK_JOIN:100000"), 1.15));
        }
        goals.add(Goal.ratio(
                "G9",
                "a million pending, to a thousand",
                nanos(timer + "LIFECYCLE:1000000"),
                nanos(timer + "LIFECYCLE:1000"),
                1.3));
        goals.add(Goal.ratio("G7", "of two threads, to one", nanos(ours + "@2"), nanos(ours), 1.33));
        goals.add(Goal.ratio(
                "G8", "processor time of the process, to Netty", cpu(ours), cpu(timer + "NETTY:100000"), 0.55));
        if (jdk >= DELAY_SCHEDULER) {
            goals.add(Goal.ratio("G8", "to ForkJoinPool", cpu(ours), cpu(timer + "FORK_JOIN:100000"), 0.9));
        }
        goals.add(Goal.ratio("G11", "to Agrona, one thread only", nanos(ours), nanos(timer + "AGRONA:100000"), 2.3));
        goals.add(bytesOfTimeout("bytes of a pending timeout, to Netty", "NETTY", 0.72));
        goals.add(bytesOfTimeout("to ScheduledThreadPoolExecutor", "STPE", 0.42));
        goals.add(bytesOfTimeout("to orTimeout", "OR_TIMEOUT", 0.2));
        goals.addAll(tasks(jdk));
        goals.addAll(guards());
        return goals;
    }

    private static Goal bytesOfTimeout(String text, String peer, double bound) {
        return new Goal(
                "G10",
                text,
                "B",
                results -> results.other("TimerRun.LIFECYCLE"),
                results -> results.other("TimerRun." + peer),
                bound);
    }

    private static Goal atMost(String id, String text, String unit, String name, double bound) {
        return Goal.atMost(id, text, unit, results -> results.other("TaskRun." + name), bound);
    }

    private static List<Goal> tasks(int jdk) {
        List<Goal> goals = new ArrayList<>();
        String task = "TaskBenchmark.submit:";
        goals.add(Goal.ratio(
                "G12",
                "a tracked task with a timeout that does nothing, to a fixed pool",
                nanos(task + "LIFECYCLE:0"),
                nanos(task + "FIXED_POOL:0"),
                2.0));
        goals.add(Goal.ratio(
                "G12",
                "to orTimeout",
                nanos(task + "LIFECYCLE:0"),
                nanos(task + "OR_TIMEOUT:0"),
                jdk >= 25 ? 0.6 : 0.5));
        goals.add(Goal.ratio("G12", "to ForkJoinPool", nanos(task + "LIFECYCLE:0"), nanos(task + "FORK_JOIN:0"), 1.5));
        goals.add(Goal.ratio(
                "G13",
                "one of 2 us, to a fixed pool",
                nanos(task + "LIFECYCLE:900"),
                nanos(task + "FIXED_POOL:900"),
                1.05));
        goals.add(atMost("G14", "bytes of a task that waits, with a timeout", "B", "bytes", 144));
        goals.add(atMost("G15", "a snapshot of a million tasks", "us", "snapshotMicros", 100));
        goals.add(atMost("G15", "a dump of a million tasks", "s", "dumpSeconds", 3));
        goals.add(atMost("G15", "heap that a dump takes", "MB", "dumpExtraMegabytes", 1));
        for (String when : List.of("idle", "busy")) {
            String with = when.equals("idle") ? "" : ", all processors busy";
            goals.add(atMost("G17", "hard timeouts that came early, of 2,000" + with, "", when + "Early", 0));
            goals.add(atMost("G17", "how late one comes, p99" + with, "ms", when + "LateP99Millis", 5));
        }
        goals.add(new Goal(
                "G17",
                "the same, to a thread that parks for a millisecond",
                "ms",
                results -> results.other("TaskRun.busyLateP99Millis"),
                results -> results.other("TaskRun.busyParkP99Millis"),
                1.5));
        return goals;
    }

    private static List<Goal> guards() {
        List<Goal> goals = new ArrayList<>();
        for (String threads : List.of("", "@2")) {
            for (String max : List.of("8", "200")) {
                goals.add(Goal.ratio(
                        "G16",
                        "a permit of " + max + (threads.isEmpty() ? "" : ", two threads") + ", to Semaphore",
                        nanos("LimiterBenchmark.lifecycle:" + max + threads),
                        nanos("LimiterBenchmark.semaphore:" + max + threads),
                        1.25));
            }
        }
        goals.add(Goal.ratio(
                "G16",
                "Lazy.get of a constant, to a volatile read",
                nanos("LazyBenchmark.lifecycleConstant"),
                nanos("LazyBenchmark.volatileFieldOfConstant"),
                1.2));
        goals.add(Goal.ratio(
                "G16",
                "Lazy.get of a field, to a volatile read",
                nanos("LazyBenchmark.lifecycle"),
                nanos("LazyBenchmark.volatileField"),
                1.2));
        goals.add(Goal.ratio(
                "G16",
                "a kept result, to ConcurrentHashMap.get",
                nanos("SingleFlightHitBenchmark.lifecycle"),
                nanos("SingleFlightHitBenchmark.concurrentHashMap"),
                1.3));
        return goals;
    }
}
