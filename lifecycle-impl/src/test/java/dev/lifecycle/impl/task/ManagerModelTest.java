package dev.lifecycle.impl.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.task.OnFull;
import dev.lifecycle.task.RejectedTaskException;
import dev.lifecycle.task.TaskHandle;
import dev.lifecycle.task.TaskManager;
import dev.lifecycle.task.TaskSnapshot;
import dev.lifecycle.task.TaskSpec;
import dev.lifecycle.task.TaskState;
import dev.lifecycle.task.ThreadMode;
import dev.lifecycle.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many threads do anything to one manager; in the end everything must add up. */
@Timeout(120)
class ManagerModelTest {
    private static final int THREADS = 3;

    /** Of each thread. The long run: {@code -Ddev.lifecycle.test.steps=350000}. */
    private static final int OPERATIONS = Integer.getInteger("dev.lifecycle.test.steps", 20_000);

    private final VirtualTime clock =
            new VirtualTime(Long.MAX_VALUE - Duration.ofSeconds(1).toNanos());
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    @ParameterizedTest
    @ValueSource(strings = {"REJECT", "CALLER_RUNS", "BLOCK"})
    void addsUpWhateverIsDone(String full) throws Exception {
        OnFull onFull = switch (full) {
            case "REJECT" -> OnFull.REJECT;
            case "CALLER_RUNS" -> OnFull.CALLER_RUNS;
            default -> OnFull.block(Duration.ofSeconds(1));
        };
        TaskManager tasks = TaskManager.builder("model")
                .maxConcurrency(3)
                .queueCapacity(20)
                .typeLimit("one", 1)
                .typeLimit("two", 2, 5)
                .onFull(onFull)
                .threads(ThreadMode.PLATFORM)
                .cancelGrace(Duration.ofMillis(5))
                .maxQuarantined(2)
                .timeSource(clock)
                .open();
        long seed = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Random random = new Random(seed + i);
            Thread thread = new Thread(() -> play(tasks, random), "player-" + i);
            thread.setUncaughtExceptionHandler((where, thrown) -> failure.compareAndSet(null, thrown));
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                clock.advance(Duration.ofMillis(1)); // who waits for room waits by this clock
                thread.join(1);
            }
        }
        String with = "seed " + seed + ", " + full;
        if (failure.get() != null) {
            throw new AssertionError(with, failure.get());
        }
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (tasks.tasks().findAny().isPresent()) {
            clock.advance(Duration.ofMillis(1));
            assertTrue(
                    System.nanoTime() < deadline,
                    () -> with + ": " + tasks.tasks().toList());
            Thread.yield();
        }
        TaskSnapshot now = tasks.snapshot();
        assertEquals(accepted.get(), now.total(), with);
        assertEquals(now.total(), now.completed() + now.failed() + now.cancelled() + now.timedOut(), with);
        assertEquals(0, now.quarantined(), with);
        assertEquals(refused.get(), now.rejected(), with);
        assertTrue(((Manager) tasks).invariantsHold(), with);
        assertTrue(tasks.shutdown(Duration.ofSeconds(1)).clean(), with);
        assertEquals(0, ((Manager) tasks).wheel.pending(), with);
    }

    private void play(TaskManager tasks, Random random) {
        List<TaskHandle<Integer>> mine = new ArrayList<>();
        String[] types = {"one", "two", "free", "free", "free"};
        for (int i = 0; i < OPERATIONS; i++) {
            int dice = random.nextInt(100);
            if (dice < 70) {
                TaskSpec spec = TaskSpec.of("task", types[random.nextInt(types.length)]);
                if (random.nextInt(4) == 0) {
                    spec = spec.withTimeout(Duration.ofMillis(1 + random.nextInt(5)));
                }
                if (random.nextInt(8) == 0) {
                    spec = spec.withQueueTimeout(Duration.ofMillis(1 + random.nextInt(3)));
                }
                int what = random.nextInt(6);
                try {
                    mine.add(tasks.submit(spec, context -> body(what)));
                    accepted.incrementAndGet();
                } catch (RejectedTaskException full) {
                    refused.incrementAndGet();
                }
            } else if (dice < 90 && !mine.isEmpty()) {
                TaskHandle<Integer> task = mine.remove(random.nextInt(mine.size()));
                boolean cancelled = task.cancel("dice");
                TaskState state = task.state();
                assertTrue(!cancelled || state == TaskState.CANCELLED || state == TaskState.CANCELLING, "" + state);
            } else if (dice < 95) {
                clock.advance(Duration.ofMillis(random.nextInt(4)));
            } else if (dice < 96) {
                assertTrue(tasks.tasks().count() >= 0);
            } else if (dice < 97) {
                tasks.cancel(info -> info.id() % 3 == 0, "every third");
            }
            if (mine.size() > 100) {
                mine.clear();
            }
        }
    }

    private static Integer body(int what) {
        switch (what) {
            case 1 -> throw new IllegalStateException("of a test");
            case 2 -> {
                for (int i = 0; i < 2_000; i++) {
                    Thread.onSpinWait();
                }
            }
            case 3 -> Thread.yield();
            default -> {}
        }
        return what;
    }
}
