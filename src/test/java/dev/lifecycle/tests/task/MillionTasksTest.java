package dev.lifecycle.tests.task;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.task.TaskHandle;
import dev.lifecycle.task.TaskManager;
import dev.lifecycle.task.TaskManagerBuilder;
import dev.lifecycle.task.TaskSnapshot;
import dev.lifecycle.task.TaskSpec;
import dev.lifecycle.tests.api.ChildJvm;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A million of everything takes time in proportion, in a heap of half a gigabyte. */
@Tag("once")
@Timeout(60)
class MillionTasksTest {

    /** Where a type has a limit, those beyond it wait in a queue of the type. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void cancelsAMillionTasksAndTellsAMillionWaiters(boolean limited) throws Exception {
        List<String> lines = ChildJvm.java(
                        "-XX:+UseSerialGC",
                        "-Xmx512m",
                        "-cp",
                        ChildJvm.path(
                                ChildJvm.locationOf(Scope.class),
                                ChildJvm.locationOf(Lifecycle.provider().getClass()),
                                ChildJvm.locationOf(Child.class)),
                        Child.class.getName(),
                        String.valueOf(limited))
                .lines(0);
        assertTrue(lines.contains("done"), lines.toString());
    }

    /** What runs in a process of its own. */
    static final class Child {
        private static final int MILLION = 1_000_000;

        private Child() {}

        private static void check(boolean holds, Object what) {
            if (!holds) {
                throw new AssertionError("not so: " + what);
            }
        }

        public static void main(String... arguments) throws Exception {
            CountDownLatch gate = new CountDownLatch(1);
            TaskSpec spec = TaskSpec.of("one", "many").withTimeout(Duration.ofMinutes(30));
            TaskManagerBuilder builder = TaskManager.builder("million").queueCapacity(MILLION);
            builder = Boolean.parseBoolean(arguments[0])
                    ? builder.maxConcurrency(2).typeLimit("many", 1)
                    : builder.maxConcurrency(1);
            try (TaskManager tasks = builder.open()) {
                TaskHandle<Object> first = tasks.submit(spec, context -> {
                    gate.await();
                    return "first";
                });
                AtomicInteger told = new AtomicInteger();
                for (int i = 0; i < MILLION; i++) {
                    first.toFuture().thenRun(told::incrementAndGet);
                }
                for (int i = 0; i < MILLION; i++) {
                    tasks.submit(spec, context -> null);
                }
                TaskSnapshot full = tasks.snapshot();
                check(full.queued() + full.active() == MILLION + 1, full);
                check(tasks.cancel(info -> info.id() != first.id(), "of a test") == MILLION, tasks);
                TaskSnapshot empty = tasks.snapshot();
                check(empty.cancelled() == MILLION && empty.queued() == 0, empty);
                gate.countDown();
                check(first.join().equals("first"), first);
                for (long start = System.nanoTime(); told.get() < MILLION; ) {
                    check(System.nanoTime() - start < Duration.ofSeconds(20).toNanos(), told);
                }
            }
            System.out.println("done");
        }
    }
}
