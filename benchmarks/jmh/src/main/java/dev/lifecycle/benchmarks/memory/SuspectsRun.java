package dev.lifecycle.benchmarks.memory;

import dev.lifecycle.memory.Request;
import dev.lifecycle.memory.RequestTracker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many requests does a tracker suspect where none of them keeps anything? Sixteen threads, twenty routes; requests allocate 1 to 64 KB, which is garbage when they end. In a JVM of its own.
 *
 * <p>Prints lines {@code name figure}: {@code requests}, and {@code suspectedPercent}. Goal M3. Run it with {@code -XX:+UseG1GC -Xmx256m}.
 */
public final class SuspectsRun {
    private static final int THREADS = 16;
    private static final int ROUTES = 20;
    private static final int MOST = 64; // KB
    private static final int SECONDS = 30;

    private static volatile Object escapes;

    private SuspectsRun() {}

    /**
     * Runs it.
     *
     * @param args for how many seconds; default 30
     */
    public static void main(String[] args) throws InterruptedException {
        long seconds = args.length > 0 ? Long.parseLong(args[0]) : SECONDS;
        LongAdder all = new LongAdder();
        LongAdder suspected = new LongAdder();
        try (RequestTracker tracker = RequestTracker.builder("requests")
                .sink(record -> {
                    all.increment();
                    if (record.suspect()) {
                        suspected.increment();
                    }
                })
                .open()) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Thread thread = new Thread(() -> serve(tracker, end));
                thread.start();
                threads.add(thread);
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        System.out.println("requests " + all.sum());
        System.out.println("suspectedPercent " + 100.0 * suspected.sum() / Math.max(1, all.sum()));
    }

    private static void serve(RequestTracker tracker, long end) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        for (long i = 0; System.nanoTime() - end < 0; i++) {
            try (Request request = tracker.begin("GET /" + random.nextInt(ROUTES), Long.toString(i))) {
                byte[] work = new byte[1 + random.nextInt(MOST) << 10];
                work[0] = (byte) request.id().length();
                escapes = work;
            }
        }
        escapes = null;
    }
}
