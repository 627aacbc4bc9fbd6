package dev.lifecycle.benchmarks.task;

import dev.lifecycle.task.TaskHandle;
import dev.lifecycle.task.TaskManager;
import dev.lifecycle.task.TaskSpec;
import dev.lifecycle.task.TaskState;
import java.io.IOException;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures a task manager with a million tasks in its queue, each with a timeout: bytes of a task, a snapshot, a dump; and how late
 * hard timeouts come while all processors are busy. In a JVM of its own.
 *
 * <p>Prints lines {@code name figure}. Goals G14, G15 and G17. Run it with {@code -XX:+UseSerialGC -Xmx2g}.
 */
public final class TaskRun {
    private static final int COUNT = 1_000_000;
    private static final int SNAPSHOTS = 1_000;
    private static final int TIMEOUTS = 2_000;
    private static final int AT_ONCE = 50;
    private static final double MICROS = 1e3;
    private static final double MILLIS = 1e6;
    private static final double MEGABYTE = 1 << 20;

    private TaskRun() {}

    /**
     * Runs it.
     *
     * @param args none
     */
    public static void main(String[] args) throws Exception {
        million();
        late("idle");
        AtomicBoolean over = new AtomicBoolean();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            new Thread(() -> {
                        while (!over.get()) {
                            Thread.onSpinWait();
                        }
                    })
                    .start();
        }
        try {
            park();
            late("busy");
        } finally {
            over.set(true);
        }
    }

    private static void million() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        TaskSpec spec = TaskSpec.of("task", "tasks").withTimeout(Duration.ofMinutes(30));
        try (TaskManager tasks = TaskManager.builder("million")
                .maxConcurrency(1)
                .queueCapacity(COUNT)
                .open()) {
            tasks.submit(spec, context -> {
                gate.await();
                return null;
            });
            TaskHandle<?>[] kept = new TaskHandle<?>[COUNT];
            long before = used();
            for (int i = 0; i < COUNT; i++) {
                kept[i] = tasks.submit(spec, context -> null);
            }
            print("bytes", (used() - before) / (double) COUNT);
            snapshots(tasks);
            dump(tasks);
            Reference.reachabilityFence(kept);
            gate.countDown();
        }
    }

    private static void snapshots(TaskManager tasks) {
        long[] took = new long[SNAPSHOTS];
        for (int i = 0; i < SNAPSHOTS; i++) {
            long start = System.nanoTime();
            if (tasks.snapshot().queued() < COUNT / 2) {
                throw new IllegalStateException("tasks are missing");
            }
            took[i] = System.nanoTime() - start;
        }
        print("firstSnapshotMicros", took[0] / MICROS);
        Arrays.sort(took);
        print("snapshotMicros", took[SNAPSHOTS / 2] / MICROS);
    }

    /** Counts what it is given; looks at the heap in the middle. */
    private static final class Sink implements Appendable {
        private final long lookAt;
        private long length;
        private long used = -1;

        Sink(long lookAt) {
            this.lookAt = lookAt;
        }

        @Override
        public Appendable append(CharSequence text) {
            add(text.length());
            return this;
        }

        @Override
        public Appendable append(CharSequence text, int start, int end) {
            add(end - start);
            return this;
        }

        @Override
        public Appendable append(char one) {
            add(1);
            return this;
        }

        private void add(int more) {
            length += more;
            if (used < 0 && length > lookAt) {
                used = used();
            }
        }
    }

    private static void dump(TaskManager tasks) throws IOException {
        Sink all = new Sink(Long.MAX_VALUE);
        long start = System.nanoTime();
        tasks.dump(all);
        print("dumpSeconds", (System.nanoTime() - start) / MILLIS / 1e3);
        print("dumpMegabytes", all.length / MEGABYTE);
        long before = used();
        Sink half = new Sink(all.length / 2);
        tasks.dump(half);
        print("dumpExtraMegabytes", Math.max(0, half.used - before) / MEGABYTE);
    }

    /** How late a thread is that parks for a millisecond: nothing that waits can do better. */
    private static void park() {
        long[] lates = new long[TIMEOUTS];
        for (int i = 0; i < TIMEOUTS; i++) {
            long start = System.nanoTime();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            lates[i] = System.nanoTime() - start - TimeUnit.MILLISECONDS.toNanos(1);
        }
        Arrays.sort(lates);
        print("busyParkP99Millis", lates[TIMEOUTS * 99 / 100] / MILLIS);
    }

    /** Tasks that do nothing until they are given up. */
    private static void late(String when) throws InterruptedException {
        long[] lates = new long[TIMEOUTS];
        int early = 0;
        try (TaskManager tasks = TaskManager.builder("late")
                .maxConcurrency(AT_ONCE)
                .maxQuarantined(AT_ONCE)
                .open()) {
            for (int done = 0; done < TIMEOUTS; done += AT_ONCE) {
                CountDownLatch inside = new CountDownLatch(AT_ONCE);
                TaskHandle<?>[] all = new TaskHandle<?>[AT_ONCE];
                Duration[] limits = new Duration[AT_ONCE];
                CountDownLatch free = new CountDownLatch(1);
                for (int i = 0; i < AT_ONCE; i++) {
                    limits[i] =
                            Duration.ofMillis(50 + ThreadLocalRandom.current().nextInt(200));
                    TaskSpec spec = TaskSpec.of("task", "tasks").withHardTimeout(limits[i]);
                    all[i] = tasks.submit(spec, context -> {
                        inside.countDown();
                        while (free.getCount() > 0) {
                            awaitDeaf(free);
                        }
                        return null;
                    });
                }
                inside.await();
                for (int i = 0; i < AT_ONCE; i++) {
                    while (!all[i].state().isFinal()) {
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                    }
                    if (all[i].state() != TaskState.TIMED_OUT) {
                        throw new IllegalStateException(all[i].toString());
                    }
                    long late = all[i].info().running().minus(limits[i]).toNanos();
                    early += late < 0 ? 1 : 0;
                    lates[done + i] = late;
                }
                free.countDown();
                while (tasks.snapshot().quarantined() > 0) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                }
            }
        }
        Arrays.sort(lates);
        print(when + "Early", early);
        print(when + "LateP50Millis", lates[TIMEOUTS / 2] / MILLIS);
        print(when + "LateP99Millis", lates[TIMEOUTS * 99 / 100] / MILLIS);
        print(when + "LateMaxMillis", lates[TIMEOUTS - 1] / MILLIS);
    }

    private static void awaitDeaf(CountDownLatch free) {
        try {
            free.await();
        } catch (InterruptedException deaf) { // it stays until it has been given up
            return;
        }
    }

    private static void print(String name, double figure) {
        System.out.println(name + " " + figure);
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
