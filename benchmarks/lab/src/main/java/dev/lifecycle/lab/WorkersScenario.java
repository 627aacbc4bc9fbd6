package dev.lifecycle.lab;

import dev.lifecycle.pool.Recycler;
import dev.lifecycle.scope.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Workers that grow with each use, and are therefore replaced. */
final class WorkersScenario implements Scenario {
    private static final int WORKERS = 2;
    private static final int PAGES = 100; // that are asked for
    private static final int PAGES_A_REQUEST = 4;
    private static final int PAGE = 16 << 10; // bytes read of one
    private static final int DIGEST = 256; // bytes kept of one
    private static final int LEFT_BEHIND = 512; // bytes, by each use
    private static final int MODEL = 512 << 10;
    private static final int PASSES = 10; // over the model, until it is warm

    @Override
    public String name() {
        return "workers";
    }

    @Override
    public String story() {
        return "Two workers read pages, each with a model that takes long to warm up and a cache of pages. Each use leaves half a kilobyte"
                + " behind in the worker, so workers must be replaced. They were replaced every 100 uses, all at once and in the middle of"
                + " the traffic: whoever came next waited for the warm-up, and the cache was thrown away before it was of use. With the library a worker is"
                + " replaced after 1,000 uses, 50 more or less, one at a time, and by one that is warm. Nearly all of the"
                + " difference up to the 99th percentile is the limit's: with 1,000 instead of 100 uses, and cold workers still, the naive service had in"
                + " one run a hit rate of 0.90 and 1.5 ms, beside 0.90 and 1.8 ms of the managed one. Less than one request in a hundred"
                + " then meets a warm-up, so what warm workers are worth lies beyond that percentile.";
    }

    @Override
    public String missed(Outcome naive, Outcome managed) {
        return managed.p99() < naive.p99()
                ? ""
                : "the 99th percentile of the managed service, " + managed.p99()
                        + " ns, is not below that of the naive one, " + naive.p99() + " ns";
    }

    @Override
    public Service open(Variant variant, Input input) {
        return variant == Variant.NAIVE ? new Naive(input) : new Managed(input);
    }

    /** A worker: used by one thread at a time. */
    private static final class Worker {
        private final Readers readers;
        private final Map<Integer, byte[]> digests = new HashMap<>();
        private final List<byte[]> leftBehind = new ArrayList<>();
        private byte[] model; // null until it is warm

        Worker(Readers readers) {
            this.readers = readers;
        }

        boolean isWarm() {
            return model != null;
        }

        int uses() {
            return leftBehind.size();
        }

        void warmUp() {
            byte[] weights = new byte[MODEL];
            for (int pass = 0; pass < PASSES; pass++) {
                for (int i = 1; i < MODEL; i++) {
                    weights[i] = (byte) (31 * weights[i] + weights[i - 1] + i);
                }
            }
            model = weights;
        }

        boolean read(int page) throws IOException {
            leftBehind.add(new byte[LEFT_BEHIND]);
            byte[] digest = digests.get(page);
            if (digest != null) {
                readers.hits.incrementAndGet();
            } else {
                readers.misses.incrementAndGet();
                digest = digest(page);
                digests.put(page, digest);
            }
            int sum = 0;
            for (byte each : digest) {
                sum = 31 * sum + each + model[sum & MODEL - 1];
            }
            return sum != 1; // as good as always; needs the sum
        }

        private byte[] digest(int page) throws IOException {
            byte[] digest = new byte[DIGEST];
            try (InputStream in = Files.newInputStream(readers.input.file(page))) {
                byte[] text = in.readNBytes(PAGE);
                for (int i = 0; i < text.length; i++) {
                    digest[i % DIGEST] += (byte) (text[i] ^ i);
                }
            }
            return digest;
        }
    }

    /** What both variants are but for the workers: as many threads as workers read the pages of a request. */
    private abstract static class Readers implements Service {
        final Input input;
        final AtomicLong hits = new AtomicLong();
        final AtomicLong misses = new AtomicLong();
        private final ExecutorService others = Executors.newFixedThreadPool(WORKERS - 1, task -> {
            Thread thread = new Thread(task, "reader");
            thread.setDaemon(true);
            return thread;
        });

        Readers(Input input) {
            this.input = input;
        }

        /** Has a worker read a page. */
        abstract boolean read(int page) throws Exception;

        @Override
        public final boolean serve(long request) throws Exception {
            List<Future<Boolean>> parts = new ArrayList<>();
            for (int i = 1; i < WORKERS; i++) {
                parts.add(others.submit(part(request, i)));
            }
            boolean all = part(request, 0).call();
            for (Future<Boolean> each : parts) {
                all &= result(each);
            }
            return all;
        }

        private Callable<Boolean> part(long request, int which) {
            return () -> {
                boolean all = true;
                for (int i = which; i < PAGES_A_REQUEST; i += WORKERS) {
                    all &= read((int) Long.remainderUnsigned(request >>> 12 * i, PAGES));
                }
                return all;
            };
        }

        private static boolean result(Future<Boolean> part) throws Exception {
            try {
                return part.get();
            } catch (ExecutionException failed) {
                if (failed.getCause() instanceof Error error) {
                    throw error; // out of memory
                }
                throw failed;
            }
        }

        @Override
        public long hits() {
            return hits.get();
        }

        @Override
        public long misses() {
            return misses.get();
        }

        @Override
        public void close() {
            others.shutdownNow();
        }
    }

    /** As it was. */
    private static final class Naive extends Readers {
        private static final int USES = 100;

        /** A worker, and which recycling it came with. */
        private record Numbered(Worker worker, int generation) {}

        private final BlockingQueue<Numbered> idle = new ArrayBlockingQueue<>(WORKERS);
        private final AtomicInteger generation = new AtomicInteger();
        private final AtomicLong made = new AtomicLong();

        Naive(Input input) {
            super(input);
            for (int i = 0; i < WORKERS; i++) {
                idle.add(fresh());
            }
        }

        private Numbered fresh() {
            made.incrementAndGet();
            return new Numbered(new Worker(this), generation.get());
        }

        @Override
        boolean read(int page) throws Exception {
            Numbered mine = idle.take();
            try {
                if (mine.generation != generation.get()) {
                    mine = fresh();
                }
                if (!mine.worker.isWarm()) {
                    mine.worker.warmUp();
                }
                boolean read = mine.worker.read(page);
                if (mine.worker.uses() == USES) {
                    generation.compareAndSet(
                            mine.generation, mine.generation + 1); // all at once; once, if two are due together
                }
                return read;
            } finally {
                idle.add(mine);
            }
        }

        @Override
        public String found() {
            return made.get() - WORKERS + " workers replaced, each by a cold one";
        }
    }

    /** With the library. */
    private static final class Managed extends Readers {
        private final Scope app = Scope.open("reader");
        private final Recycler<Worker> workers = Recycler.builder("workers", () -> new Worker(this))
                .workers(WORKERS)
                .minHealthy(WORKERS)
                .maxUses(1_000, 50)
                .warmUp(Worker::warmUp)
                .open(app);

        Managed(Input input) {
            super(input);
        }

        @Override
        boolean read(int page) throws Exception {
            return workers.use(worker -> worker.read(page));
        }

        @Override
        public String found() {
            return workers.stats().replacedByUses() + " workers replaced, each by a warm one";
        }

        @Override
        public String missed() {
            return workers.stats().replacedByUses() > 0 ? "" : "replaced no worker";
        }

        @Override
        public void close() {
            super.close();
            app.close();
        }
    }
}
