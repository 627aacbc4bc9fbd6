package dev.lifecycle.lab;

import dev.lifecycle.scope.Scope;
import dev.lifecycle.task.Limiter;
import dev.lifecycle.task.Permit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Requests that need much memory, and take longer when the service behind them is slow. */
final class OverloadScenario implements Scenario {
    private static final int DOCUMENT = 160 << 10;
    private static final int AT_ONCE = 128;
    private static final long SLOW_SECONDS = 10;

    @Override
    public String name() {
        return "overload";
    }

    @Override
    public String story() {
        return "Each request reads a document and keeps it until the model behind has answered: at once, or in ten"
                + " seconds when it is slow. Nothing bounds how many documents are in memory at once: a slow model is all it takes.";
    }

    @Override
    public Service open(Variant variant, Input input) {
        return variant == Variant.NAIVE ? new Naive(input) : new Managed(input);
    }

    /** The model: answers later, and holds the document until then. */
    private static final class Model {
        private final ScheduledExecutorService answers = Executors.newSingleThreadScheduledExecutor(body -> {
            Thread thread = new Thread(body, "model");
            thread.setDaemon(true);
            return thread;
        });

        void ask(byte[] document, long request, Runnable answered) {
            if ((request & 3) != 0) {
                answered.run();
                return;
            }
            answers.schedule(
                    () -> {
                        if (document.length == DOCUMENT) {
                            answered.run();
                        }
                    },
                    SLOW_SECONDS,
                    TimeUnit.SECONDS);
        }

        void close() {
            answers.shutdownNow();
        }
    }

    private static byte[] document(Input input, long request) throws IOException {
        byte[] document = new byte[DOCUMENT];
        try (InputStream in = Files.newInputStream(input.file(request >>> 16))) {
            in.readNBytes(document, 0, DOCUMENT);
        }
        return document;
    }

    /** As it was. */
    private static final class Naive implements Service {
        private final Input input;
        private final Model model = new Model();

        Naive(Input input) {
            this.input = input;
        }

        @Override
        public boolean serve(long request) throws IOException {
            model.ask(document(input, request), request, () -> {});
            return true;
        }

        @Override
        public void close() {
            model.close();
        }
    }

    /** With the library: so many at once, the others are refused at once. */
    private static final class Managed implements Service {
        private final Input input;
        private final Model model = new Model();
        private final Scope app = Scope.open("chat");
        private final Limiter heavy = Limiter.builder("documents", AT_ONCE).open(app);

        Managed(Input input) {
            this.input = input;
        }

        @Override
        public boolean serve(long request) throws IOException {
            Optional<Permit> taken = heavy.tryAcquire();
            if (taken.isEmpty()) {
                return false; // an answer, too: 503
            }
            Permit permit = taken.get();
            boolean asked = false;
            try {
                model.ask(document(input, request), request, permit::close);
                asked = true;
            } finally {
                if (!asked) {
                    permit.close();
                }
            }
            return true;
        }

        @Override
        public void close() {
            model.close();
            app.close();
        }
    }
}
