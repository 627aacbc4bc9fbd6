package dev.lifecycle.lab;

import dev.lifecycle.scope.Scope;
import dev.lifecycle.task.RejectedTaskException;
import dev.lifecycle.task.TaskManager;
import dev.lifecycle.task.TaskSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;

/** Jobs in the background, some of which wait for an answer that never comes. */
final class TasksScenario implements Scenario {
    private static final int PAGE = 16 << 10;
    private static final Duration TIMEOUT = Duration.ofMillis(200);

    @Override
    public String name() {
        return "tasks";
    }

    @Override
    public String story() {
        return "Each request leaves a job behind that indexes a page. One in eight asks a service that never answers. The"
                + " jobs had a time-out, by a future that completes exceptionally: nobody waits any more, and the thread waits for ever,"
                + " with its page.";
    }

    @Override
    public Service open(Variant variant, Input input) {
        return variant == Variant.NAIVE ? new Naive(input) : new Managed(input);
    }

    /** A job: reads a page, asks, writes down what it has found. */
    private static final class Job {
        private final Input input;
        private final AtomicLong index;
        private final CountDownLatch answer = new CountDownLatch(1);

        Job(Input input, AtomicLong index) {
            this.input = input;
            this.index = index;
        }

        long run(long request) throws IOException, InterruptedException {
            byte[] page = new byte[PAGE];
            try (InputStream in = Files.newInputStream(input.file(request >>> 16))) {
                in.readNBytes(page, 0, PAGE);
            }
            if ((request & 7) == 0) {
                answer.await(); // of a service that is gone
            }
            CRC32 sum = new CRC32();
            sum.update(page);
            return index.addAndGet(sum.getValue());
        }
    }

    /** As it was. */
    private static final class Naive implements Service {
        private final Input input;
        private final AtomicLong index = new AtomicLong();
        private final ExecutorService pool = Executors.newCachedThreadPool(body -> {
            Thread thread = new Thread(null, body, "job", 256 << 10);
            thread.setDaemon(true);
            return thread;
        });

        Naive(Input input) {
            this.input = input;
        }

        @Override
        public boolean serve(long request) {
            Job job = new Job(input, index);
            CompletableFuture<Long> done = CompletableFuture.supplyAsync(
                            () -> {
                                try {
                                    return job.run(request);
                                } catch (IOException | InterruptedException failed) {
                                    throw new IllegalStateException(failed);
                                }
                            },
                            pool)
                    .orTimeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            return !done.isCompletedExceptionally();
        }

        @Override
        public void close() {
            pool.shutdownNow();
        }
    }

    /** With the library. */
    private static final class Managed implements Service {
        private static final TaskSpec SPEC = TaskSpec.of("index", "index").withTimeout(TIMEOUT);

        private final Input input;
        private final AtomicLong index = new AtomicLong();
        private final Scope app = Scope.open("indexer");
        private final TaskManager tasks = TaskManager.builder("jobs")
                .maxConcurrency(256)
                .queueCapacity(256)
                .open(app);

        Managed(Input input) {
            this.input = input;
        }

        @Override
        public boolean serve(long request) {
            Job job = new Job(input, index);
            try {
                tasks.submit(SPEC, task -> job.run(request));
                return true;
            } catch (RejectedTaskException full) { // an answer, too: 503
                return false;
            }
        }

        @Override
        public void close() {
            app.close();
        }
    }
}
