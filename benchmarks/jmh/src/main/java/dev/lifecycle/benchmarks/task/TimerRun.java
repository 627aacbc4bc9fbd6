package dev.lifecycle.benchmarks.task;

import dev.lifecycle.task.Timer;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;

/**
 * Measures the bytes of a pending timeout, by the heap that a million of them take after full collections, in a JVM of its own. The
 * action is one for all.
 *
 * <p>Prints a line {@code name figure}. Goal G10. Run it with {@code -XX:+UseSerialGC -Xmx2g}.
 */
public final class TimerRun {
    private static final int COUNT = 1_000_000;
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);

    private TimerRun() {}

    /**
     * Runs it.
     *
     * @param args what to measure: SHARED, OR_TIMEOUT, or one of Timed.Peer
     */
    public static void main(String[] args) {
        String name = args[0];
        switch (name) {
            case "SHARED" ->
                print(name, nanos -> Timer.shared().schedule(Duration.ofNanos(nanos), Timed.ACTION, Runnable::run));
            case "OR_TIMEOUT" -> print(name, nanos -> new CompletableFuture<>().orTimeout(nanos, TimeUnit.NANOSECONDS));
            default -> {
                try (Timed timer = Timed.Peer.valueOf(name).open()) {
                    timer.cancel(timer.schedule(HOUR)); // has its fixed part
                    print(name, timer::schedule);
                }
            }
        }
    }

    private static void print(String name, LongFunction<Object> schedule) {
        Object[] kept = new Object[COUNT];
        long before = used();
        for (int i = 0; i < COUNT; i++) {
            kept[i] = schedule.apply(HOUR + ThreadLocalRandom.current().nextLong(HOUR));
        }
        System.out.println(name + " " + (used() - before) / (double) COUNT);
        Reference.reachabilityFence(kept);
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
