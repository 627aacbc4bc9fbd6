package dev.lifecycle.tests.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.collect.BoundedBuffer;
import dev.lifecycle.scope.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The recipes of docs/collections.md for buffers that keep the newest. */
class BufferRecipesTest {

    // @start region="newest"
    record Sample(String route, Duration took) {}

    static final class Metrics {
        private final BoundedBuffer<Sample> latest;

        Metrics(Scope app) {
            latest = BoundedBuffer.<Sample>builder("latest").capacity(1_000).open(app); // app closes it
        }

        void record(String route, Duration took) {
            latest.add(new Sample(route, took)); // from any thread; the oldest one leaves
        }

        Duration slowest() {
            return latest.snapshot().stream()
                    .map(Sample::took)
                    .max(Duration::compareTo)
                    .orElse(Duration.ZERO);
        }

        @Override
        public String toString() {
            return latest.toString(); // latest 156/1000
        }
    }
    // @end

    @Test
    void keepsTheNewestMetrics() {
        try (Scope app = Scope.open("service")) {
            Metrics metrics = new Metrics(app);
            IntStream.range(0, 156).forEach(i -> metrics.record("GET /", Duration.ofMillis(i)));
            assertEquals(Duration.ofMillis(155), metrics.slowest());
            assertEquals("latest 156/1000", metrics.toString());
            assertTrue(app.snapshot().toText().contains("latest (BoundedBuffer"), app.snapshot()::toText);
        }
    }

    @Test
    void closesWhatIsDisplaced() {
        List<String> closed = new ArrayList<>();
        // @start region="displaced"
        try (BoundedBuffer<Recording> recordings = BoundedBuffer.<Recording>builder("recordings")
                .capacity(3)
                .onDisplaced(Recording::close) // also for those that are left when the buffer closes
                .open()) {
            for (int i = 0; i < 5; i++) {
                recordings.add(new Recording("recording " + i, closed));
            }
            assertEquals(List.of("recording 0", "recording 1"), closed);
        }
        // @end
        assertEquals(5, closed.size());
    }

    private record Recording(String name, List<String> closed) {
        void close() {
            closed.add(name);
        }
    }

    @Test
    void drainsInBatches() {
        List<String> sent = new ArrayList<>();
        // @start region="drain"
        try (BoundedBuffer<String> events = BoundedBuffer.<String>builder("events")
                .capacity(10_000)
                .recordAges()
                .open()) {
            events.add("started");
            events.add("ready");
            if (events.size() >= 2 || events.oldestAge().compareTo(Duration.ofSeconds(1)) > 0) {
                events.drain(sent::add); // all of them, in order, each to nobody else
            }
            assertEquals(0, events.dropped(), "pushed out before they were sent");
        }
        // @end
        assertEquals(List.of("started", "ready"), sent);
    }
}
