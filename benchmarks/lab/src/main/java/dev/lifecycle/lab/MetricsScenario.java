package dev.lifecycle.lab;

import dev.lifecycle.collect.BoundedBuffer;
import dev.lifecycle.scope.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A service that remembers a figure of each request for its metrics page, and of some an excerpt of the answer. */
final class MetricsScenario implements Scenario {
    private static final int EXCERPT = 48 << 10;
    private static final int KEPT = 1_000;

    @Override
    public String name() {
        return "metrics";
    }

    @Override
    public String story() {
        return "A service notes for each request which file it read and how long that took; of the suspicious ones, about one in"
                + " five, it keeps an excerpt of the answer for whoever is on call. The metrics page shows the latest, and"
                + " the list they stand in is never cut: the service holds what it did since it was started.";
    }

    @Override
    public Service open(Variant variant, Input input) {
        return variant == Variant.NAIVE ? new Naive(input) : new Managed(input);
    }

    /** What is noted of a request; the excerpt is empty for most. */
    private record Metric(Path file, long nanos, byte[] excerpt) {}

    /** Reads a file and says what to note. */
    private static Metric measure(Input input, long request) throws IOException {
        Path file = input.file(request >>> 16);
        long start = System.nanoTime();
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(EXCERPT);
        }
        byte[] excerpt = new byte[(request & GOES_WELL) < 3 ? EXCERPT : 0]; // sized for the largest answer, as it was
        System.arraycopy(head, 0, excerpt, 0, Math.min(head.length, excerpt.length));
        return new Metric(file, System.nanoTime() - start, excerpt);
    }

    /** The metrics page, asked for at one request in 64. */
    private static boolean isForThePage(long request) {
        return (request >>> 8 & 63) == 0;
    }

    private static double mean(List<Metric> latest) {
        long sum = 0;
        for (Metric metric : latest) {
            sum += metric.nanos;
        }
        return latest.isEmpty() ? 0 : (double) sum / latest.size();
    }

    /** As it was. */
    private static final class Naive implements Service {
        private final Input input;
        private final List<Metric> metrics = Collections.synchronizedList(new ArrayList<>());

        Naive(Input input) {
            this.input = input;
        }

        @Override
        public boolean serve(long request) throws IOException {
            metrics.add(measure(input, request));
            if (isForThePage(request)) {
                synchronized (metrics) {
                    return mean(metrics.subList(Math.max(0, metrics.size() - KEPT), metrics.size())) > 0;
                }
            }
            return true;
        }

        @Override
        public void close() {}
    }

    /** With the library. */
    private static final class Managed implements Service {
        private final Input input;
        private final Scope app = Scope.open("metrics");
        private final BoundedBuffer<Metric> metrics =
                BoundedBuffer.<Metric>builder("latest").capacity(KEPT).open(app);

        Managed(Input input) {
            this.input = input;
        }

        @Override
        public boolean serve(long request) throws IOException {
            metrics.add(measure(input, request));
            return !isForThePage(request) || mean(metrics.snapshot()) > 0;
        }

        @Override
        public void close() {
            app.close();
        }
    }
}
