package dev.lifecycle.lab;

import dev.lifecycle.collect.BoundedCache;
import dev.lifecycle.scope.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** A service that answers with the help of large models, which are loaded when they are asked for. */
final class ModelsScenario implements Scenario {
    private static final int MODELS = 24;
    private static final int AT_ONCE = 8; // clients who want a model in the same moment
    private static final int LOOKED_AT = 64 << 10; // bytes of a model, for an answer
    private static final int LARGEST = 10_000_000;
    private static final long LIMIT = Runtime.getRuntime().maxMemory() / 2; // for all models together, in bytes
    private static final int SIZE = (int) Math.min(LARGEST, LIMIT / 3); // of a model

    @Override
    public String name() {
        return "models";
    }

    @Override
    public String story() {
        return "A service answers with models of 10 MB, some of them asked for much more often than others. Whoever does not find"
                + " a model loads it: eight clients who want the same one at once load eight copies. When the map has too much"
                + " in it, all of it is thrown away, what is used most as well, and loaded again.";
    }

    @Override
    public Service open(Variant variant, Input input) {
        return variant == Variant.NAIVE ? new Naive(input) : new Managed(input);
    }

    /** Which model: number r about as often as 1/r², and the first one if all is to go well. */
    private static int model(long request) {
        if ((request & GOES_WELL) == GOES_WELL) {
            return 0;
        }
        double chance = (request >>> 40) * 0x1p-24;
        return (int) Math.min(MODELS - 1, 1 / (1 - chance) - 1);
    }

    /** One request in 128 comes from several clients. */
    private static boolean isCrowded(long request) {
        return (request >>> 20 & 127) == 0;
    }

    /** About once in a thousand requests somebody cleans up. */
    private static boolean isCleanUp(long request) {
        return (request >>> 8 & 1023) == 0 && (request & GOES_WELL) != GOES_WELL;
    }

    /** Reads a file and unpacks it, so to say. */
    private static byte[] load(Input input, int model) throws IOException {
        byte[] packed;
        try (InputStream in = Files.newInputStream(input.file(model))) {
            packed = in.readNBytes(LOOKED_AT);
        }
        byte[] weights = new byte[SIZE];
        for (int at = 0; at < weights.length; at += packed.length) {
            System.arraycopy(packed, 0, weights, at, Math.min(packed.length, weights.length - at));
        }
        return weights;
    }

    private static boolean answer(byte[] model, long request) {
        int sum = (int) request;
        for (int i = 0; i < LOOKED_AT && i < model.length; i++) {
            sum = 31 * sum + model[i];
        }
        return sum != 1; // as good as always; needs the sum
    }

    /** What both variants are but for the models. */
    private abstract static class Models implements Service {
        private final ExecutorService clients = Executors.newFixedThreadPool(AT_ONCE - 1, task -> {
            Thread thread = new Thread(task, "client");
            thread.setDaemon(true);
            return thread;
        });

        abstract byte[] get(int model) throws IOException;

        abstract void cleanUp();

        @Override
        public final boolean serve(long request) throws Exception {
            if (isCleanUp(request)) {
                cleanUp();
            }
            int model = model(request);
            if (!isCrowded(request)) {
                return answer(get(model), request);
            }
            Callable<Boolean> call = () -> answer(get(model), request);
            List<Future<Boolean>> others = new ArrayList<>();
            for (int i = 1; i < AT_ONCE; i++) {
                others.add(clients.submit(call));
            }
            boolean all = call.call();
            for (Future<Boolean> other : others) {
                all &= result(other);
            }
            return all;
        }

        private static boolean result(Future<Boolean> other) throws Exception {
            try {
                return other.get();
            } catch (ExecutionException failed) {
                if (failed.getCause() instanceof Error error) {
                    throw error; // out of memory
                }
                throw failed;
            }
        }

        @Override
        public void close() {
            clients.shutdownNow();
        }
    }

    /** As it was. */
    private static final class Naive extends Models {
        private final Input input;
        private final Map<Integer, byte[]> models = new ConcurrentHashMap<>();
        private final AtomicLong hits = new AtomicLong();
        private final AtomicLong misses = new AtomicLong();

        Naive(Input input) {
            this.input = input;
        }

        @Override
        byte[] get(int model) throws IOException {
            byte[] known = models.get(model);
            if (known != null) {
                hits.incrementAndGet();
                return known;
            }
            misses.incrementAndGet();
            byte[] loaded = load(input, model);
            if ((models.size() + 1L) * SIZE > LIMIT) {
                models.clear();
            }
            models.put(model, loaded);
            return loaded;
        }

        @Override
        void cleanUp() {
            models.clear();
        }

        @Override
        public long hits() {
            return hits.get();
        }

        @Override
        public long misses() {
            return misses.get();
        }
    }

    /** With the library. */
    private static final class Managed extends Models {
        private final Input input;
        private final Scope app = Scope.open("models");
        private final BoundedCache<Integer, byte[]> models = BoundedCache.<Integer, byte[]>builder("models")
                .maximumWeight(LIMIT, (model, weights) -> weights.length)
                .hardBound() // room is made before a model is kept
                .recordStats()
                .open(app);

        Managed(Input input) {
            this.input = input;
        }

        @Override
        byte[] get(int model) {
            return models.get(model, number -> load(input, number));
        }

        @Override
        void cleanUp() {
            models.trimTo(0.7);
        }

        @Override
        public long hits() {
            return models.stats().hits();
        }

        @Override
        public long misses() {
            return models.stats().misses();
        }

        @Override
        public void close() {
            super.close();
            app.close();
        }
    }
}
