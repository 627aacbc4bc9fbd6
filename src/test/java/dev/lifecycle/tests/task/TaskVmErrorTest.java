package dev.lifecycle.tests.task;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.task.TaskFailedException;
import dev.lifecycle.task.TaskHandle;
import dev.lifecycle.task.TaskManager;
import dev.lifecycle.task.TaskManagerBuilder;
import dev.lifecycle.task.TaskSnapshot;
import dev.lifecycle.task.TaskSpec;
import dev.lifecycle.task.TaskState;
import dev.lifecycle.task.TaskTimeoutException;
import dev.lifecycle.tests.api.ChildJvm;
import dev.lifecycle.tests.api.Heap;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks that meet the end of the heap, and submissions that meet the end of the stack: real errors of a real JVM. */
@Tag("once")
@Timeout(60)
class TaskVmErrorTest {

    private static void run(String mode, String what) throws Exception {
        List<String> lines = ChildJvm.java(
                        "-XX:+UseSerialGC",
                        "-Xss256k",
                        "-Xmx16m",
                        mode,
                        "-cp",
                        ChildJvm.path(
                                ChildJvm.locationOf(Scope.class),
                                ChildJvm.locationOf(Lifecycle.provider().getClass()),
                                ChildJvm.locationOf(Child.class)),
                        Child.class.getName(),
                        what)
                .lines(0);
        assertTrue(lines.contains("done"), lines.toString());
    }

    @Test
    void givesUpOnTimeWhileTheHeapIsFull() throws Exception {
        run("-Xmixed", "heap");
    }

    @Test
    void losesNoOutcomeWhereTheFirstDeadlineEverMeetsAFullHeap() throws Exception {
        run("-Xmixed", "cold");
    }

    @Test
    void losesNoTaskWhereTheFirstThreadEverMeetsAFullHeap() throws Exception {
        run("-Xmixed", "late");
    }

    @Test
    void tellsThoseWhoDependOnATaskAfterTheHeapWasFull() throws Exception {
        run("-Xmixed", "dependents");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Xint", "-Xmixed"})
    void losesNoTaskWhereTheStackEndsInSubmit(String mode) throws Exception {
        run(mode, "stack");
    }

    /** What runs in processes of their own; must not use what the class path of tests has. */
    static final class Child {
        private static final Logger LOG = Logger.getLogger("dev.lifecycle"); // lest it be collected
        private static final TaskSpec EATS = TaskSpec.of("eats", "tests");
        private static final TaskSpec SPINS =
                TaskSpec.of("spins", "tests").withHardTimeout(Duration.ofMillis(100)); // deaf
        private static final TaskSpec WAITS = TaskSpec.of("waits", "tests").withQueueTimeout(Duration.ofMillis(100));
        private static final int ROUNDS = 2;
        private static final int DIVES = 60;

        private static volatile boolean free;
        private static volatile boolean filled;
        private static int failures;

        private Child() {}

        static void check(boolean holds, String what) {
            if (!holds) {
                throw new AssertionError(what);
            }
        }

        /** Allocates nothing. */
        static void await(Supplier<Object> what, BooleanSupplier condition) {
            long start = System.nanoTime();
            while (!condition.getAsBoolean()) {
                if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(20)) {
                    Heap.empty();
                    System.out.println("not within 20 s: " + what.get());
                    Thread.getAllStackTraces()
                            .forEach((thread, stack) -> System.out.println(
                                    thread + " " + List.of(stack).subList(0, Math.min(12, stack.length))));
                    Runtime.getRuntime().halt(1);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }

        public static void main(String... arguments) throws Exception {
            LOG.setLevel(Level.OFF);
            TaskManagerBuilder builder = TaskManager.builder("tasks")
                    .maxConcurrency(2)
                    .queueCapacity(10_000)
                    .maxQuarantined(8);
            if (arguments[0].equals("late")) {
                builder.threadFactory(Child::beginsOnceTheHeapIsFull);
            }
            try (TaskManager tasks = builder.open()) {
                switch (arguments[0]) {
                    case "heap" -> heap(tasks);
                    case "cold", "late" -> cold(tasks);
                    case "dependents" -> {
                        dependents(tasks, false); // loads and links what there is no room for later
                        dependents(tasks, true);
                    }
                    default -> stack(tasks);
                }
                await(
                        () -> "all have ended, but " + tasks.snapshot()
                                + tasks.tasks().toList(),
                        () -> {
                            TaskSnapshot seen = tasks.snapshot();
                            return seen.queued() == 0 && seen.active() == 0 && seen.quarantined() == 0;
                        });
                TaskSnapshot last = tasks.snapshot();
                check(
                        last.total() == last.completed() + last.failed() + last.cancelled() + last.timedOut(),
                        "the sum of " + last);
                check(tasks.submit(EATS, context -> 1).join() == 1, "it works on");
                check(tasks.shutdown(Duration.ofSeconds(20)).clean(), "it ends in peace");
            }
            System.out.println("done");
            System.exit(0);
        }

        private static void heap(TaskManager tasks) throws Exception {
            round(tasks, false); // loads and links what there is no room for later
            for (int i = 0; i < ROUNDS; i++) {
                round(tasks, true);
            }
        }

        /** Nothing was loaded and linked before. */
        private static void cold(TaskManager tasks) throws Exception {
            TaskHandle<?>[] all = new TaskHandle<?>[200];
            spinning = tasks.submit(SPINS, context -> spin());
            tasks.submit(EATS, context -> spin());
            for (int i = 0; i < all.length; i++) {
                all[i] = tasks.submit(WAITS, context -> 1);
            }
            fill();
            filled = true;
            long looks = 0; // until all deadlines have passed
            for (long start = System.nanoTime(); System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(500); ) {
                looks++;
            }
            Heap.empty();
            free = looks > 0;
            await(() -> "the first one has its outcome", () -> spinning.state().isFinal());
            for (TaskHandle<?> each : all) {
                try {
                    each.join(Duration.ofSeconds(20));
                } catch (TaskTimeoutException expected) {
                    continue;
                } catch (TaskFailedException full) { // it has begun, which takes memory
                    check(full.getCause() instanceof VirtualMachineError, "it fails for want of memory, not " + full);
                }
            }
        }

        private static Thread beginsOnceTheHeapIsFull(Runnable work) {
            Thread thread = new Thread(() -> {
                while (!filled) {
                    Thread.onSpinWait();
                }
                work.run();
            });
            thread.setDaemon(true);
            return thread;
        }

        private static TaskHandle<?> spinning;
        private static TaskHandle<?> eating;
        private static volatile TaskHandle<?> waiting;

        private static void round(TaskManager tasks, boolean fills) throws Exception {
            free = false;
            filled = false;
            spinning = tasks.submit(SPINS, context -> spin());
            waiting = null;
            eating = tasks.submit(EATS, context -> {
                while (waiting == null) {
                    Thread.onSpinWait();
                }
                if (fills) {
                    fill();
                }
                filled = true;
                spin();
                throw new IllegalStateException("of a test");
            });
            waiting = tasks.submit(WAITS, context -> 1);
            await(() -> "the heap is full", () -> filled); // what follows allocates nothing
            await(() -> "it is given up", () -> spinning.state() == TaskState.TIMED_OUT);
            await(() -> "the queued one has its outcome", () -> waiting.state().isFinal());
            Heap.empty();
            free = true;
            await(() -> "it has ended", () -> eating.state() == TaskState.FAILED);
            check(tasks.submit(EATS, context -> 2).join(Duration.ofSeconds(20)) == 2, "the next one runs");
            await(
                    () -> "the one that was given up has seen that it may end",
                    () -> tasks.snapshot().quarantined() == 0);
        }

        private static volatile boolean allHaveEnded;
        private static volatile boolean told;

        /** Fills the heap on the reaper thread, with messages behind that one. */
        private static void dependents(TaskManager tasks, boolean fills) {
            free = false;
            filled = false;
            told = false;
            allHaveEnded = false;
            spinning = tasks.submit(EATS, context -> spin());
            eating = tasks.submit(EATS, context -> spin());
            for (int i = 0; i < 10; i++) {
                waiting = tasks.submit(WAITS, context -> 1);
                waiting.toFuture().whenComplete((value, failure) -> { // on the reaper thread
                    await(() -> "those behind it have sent their messages", () -> allHaveEnded);
                    if (fills && !filled) {
                        fill();
                    }
                    filled = true;
                });
            }
            await(
                    () -> "the last one has waited too long",
                    () -> waiting.state().isFinal());
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20)); // for its message
            allHaveEnded = true;
            await(() -> "the heap is full", () -> filled);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50)); // for those that are told without memory
            Heap.empty();
            waiting = tasks.submit(WAITS, context -> 1);
            waiting.toFuture().whenComplete((value, failure) -> told = true);
            await(() -> "a later one is told", () -> told);
            free = true;
            await(
                    () -> "all have ended",
                    () -> eating.state().isFinal() && spinning.state().isFinal());
        }

        private static void fill() {
            try {
                Heap.fill();
            } catch (OutOfMemoryError full) {
                return;
            }
        }

        private static Object spin() {
            while (!free) {
                Thread.onSpinWait();
            }
            return free;
        }

        // ---- the end of the stack

        private static void stack(TaskManager tasks) throws Exception {
            Runnable work = () -> {
                tasks.submit(WAITS, context -> 1);
                tasks.submit(EATS, context -> 1).cancel("enough");
            };
            for (int i = 0; i < 100; i++) {
                work.run(); // loads and links what could not be at the end of the stack
            }
            Throwable[] thrown = new Throwable[1];
            Thread diver = new Thread(
                    null,
                    () -> {
                        for (int i = 0; i < DIVES; i++) {
                            dive(work, i % 37, 1, 2, 3);
                        }
                    },
                    "diver",
                    200 * 1024);
            diver.setUncaughtExceptionHandler((where, failure) -> thrown[0] = failure);
            diver.start();
            await(() -> "all dives", () -> !diver.isAlive());
            if (thrown[0] != null) {
                throw new AssertionError("in a dive", thrown[0]);
            }
            check(failures > DIVES / 10, "the stack ended inside " + failures + " times");
        }

        /** Runs {@code work} as deep as it can be begun, then one frame higher, until there is room for it. */
        private static void dive(Runnable work) {
            try {
                dive(work);
            } catch (StackOverflowError end) {
                try {
                    work.run();
                } catch (StackOverflowError again) {
                    failures++;
                    throw again;
                }
            }
        }

        /** The same behind frames of other sizes: so the end comes at other places. */
        private static long dive(Runnable work, int before, long a, long b, long c) {
            if (before > 0) {
                return dive(work, before - 1, b, c, a) + a;
            }
            dive(work);
            return b;
        }
    }
}
