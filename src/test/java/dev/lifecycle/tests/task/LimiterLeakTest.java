package dev.lifecycle.tests.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.leak.LeakDetector;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.task.Limiter;
import dev.lifecycle.task.Permit;
import dev.lifecycle.testing.LeakProbe;
import dev.lifecycle.tests.api.Await;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Permits and limiters that are dropped. */
@Timeout(60)
class LimiterLeakTest {
    private final Queue<LeakReport> heard = new ConcurrentLinkedQueue<>();
    private LeakDetector.Registration listening;

    @BeforeEach
    void listen() {
        listening = LeakDetector.library().addListener(heard::add);
    }

    @AfterEach
    void stop() {
        listening.close();
    }

    private LeakReport report(String label) {
        Await.until("a report of " + label + ", " + heard, () -> find(label) != null);
        return find(label);
    }

    private LeakReport find(String label) {
        return heard.stream()
                .filter(report -> report.label().equals(label))
                .findFirst()
                .orElse(null);
    }

    private static WeakReference<Permit> drop(Limiter limiter, String label) {
        Permit permit = limiter.tryAcquire().orElseThrow();
        if (label != null) {
            permit.label(label);
        }
        return new WeakReference<>(permit);
    }

    @Test
    void permitsThatAreDroppedAreReportedAndGivenBack() {
        try (Limiter limiter = Limiter.builder("dropping", 2).open()) {
            LeakProbe.awaitCollected(drop(limiter, "chat 17"));
            LeakReport report = report("permit of limiter dropping, \"chat 17\"");
            assertEquals(Permit.class.getName(), report.type());
            assertEquals(LeakReport.Kind.COLLECTED_UNCLOSED, report.kind());
            assertEquals(1, report.count());
            assertEquals(0, limiter.stats().active());
            assertEquals(1, limiter.stats().leaked());
        }
    }

    @Test
    void theNextPermitsTellWhereTheyWereTaken() {
        try (Limiter limiter = Limiter.builder("again", 8).open()) {
            Permit held = limiter.tryAcquire().orElseThrow();
            held.close();
            LeakProbe.awaitCollected(drop(limiter, null));
            held = null;
            Await.until("the first is given back", () -> {
                System.gc();
                return limiter.stats().leaked() == 1;
            });
            try (Permit stays = limiter.tryAcquire().orElseThrow()) {
                LeakProbe.awaitCollected(drop(limiter, "second"));
                LeakReport report = report("permit of limiter again, \"second\"");
                assertTrue(
                        Arrays.stream(report.stack())
                                .anyMatch(frame -> frame.getMethodName().equals("drop")),
                        () -> Arrays.toString(report.stack()));
                assertEquals(1, limiter.stats().active(), stays::toString);
            }
        }
    }

    @Test
    void permitsThatAreDroppedServeThoseWhoWait() throws Exception {
        try (Limiter limiter = Limiter.builder("waited for", 1).open()) {
            WeakReference<Permit> dropped = drop(limiter, null);
            Asker<Permit> asker = Asker.of(() -> limiter.acquire(Duration.ofSeconds(30)));
            Await.until("waits", () -> limiter.stats().waiting() == 1);
            LeakProbe.awaitCollected(dropped);
            Permit served = asker.result();
            assertEquals(1, limiter.stats().active());
            served.close();
        }
    }

    @Test
    void permitsThatAreClosedAreNot() {
        try (Limiter limiter = Limiter.builder("closing", 100).open()) {
            List<WeakReference<Permit>> references = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                try (Permit permit = limiter.tryAcquire().orElseThrow()) {
                    references.add(new WeakReference<>(permit));
                }
            }
            LeakProbe.awaitCollected(references.get(0));
            LeakProbe.awaitCollected(references.get(9_999));
            LeakProbe.awaitCollected(drop(limiter, "sentinel"));
            assertNotNull(report("permit of limiter closing, \"sentinel\""));
            assertEquals(1, limiter.stats().leaked());
        }
    }

    @Test
    void permitsThatAreHeldStay() {
        try (Limiter limiter = Limiter.builder("holding", 3).open();
                Permit held = limiter.tryAcquire().orElseThrow()) {
            for (int i = 0; i < 3; i++) {
                System.gc();
            }
            assertEquals(1, limiter.stats().active(), held::toString);
        }
    }

    @Test
    void limitersThatAreDroppedAreReported() {
        LeakProbe.awaitCollected(dropLimiter());
        assertEquals(Limiter.class.getName(), report("forgotten limiter").type());
        assertNotEquals(0, heard.size());
    }

    private static WeakReference<Limiter> dropLimiter() {
        Limiter limiter = Limiter.builder("forgotten limiter", 3).open();
        limiter.tryAcquire().orElseThrow().close();
        return new WeakReference<>(limiter);
    }
}
