package dev.lifecycle.tests.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.LifecycleException;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.testing.LeakFoundError;
import dev.lifecycle.testing.LeakProbe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Objects that a probe expects to be collected. */
@Timeout(60)
class LeakProbeObjectsTest {
    private final List<Object> held = new ArrayList<>();

    @Test
    void areFoundWhileTheyCanBeReached() {
        LeakProbe probe = LeakProbe.open("p", Duration.ofMillis(300));
        held.add(probe.expectCollected(new StringBuilder()));
        probe.expectCollected(new Object());
        LeakFoundError error = assertThrows(LeakFoundError.class, probe::close);
        assertEquals(1, error.findings().size(), error.getMessage());
        LeakReport finding = error.findings().get(0);
        assertEquals("java.lang.StringBuilder", finding.type());
        assertTrue(finding.origin().contains("LeakProbeObjectsTest.areFoundWhileTheyCanBeReached("), finding.origin());
        assertTrue(
                error.getMessage().contains("a java.lang.StringBuilder is still reachable after "), error.getMessage());
    }

    @Test
    void areReturnedAndKeptWeaklyOnly() {
        try (LeakProbe probe = LeakProbe.open("p")) {
            held.add(new Object());
            assertSame(held.get(0), probe.expectCollected(held.get(0)));
            held.clear();
        }
    }

    @Test
    void mayBeHeldByTheScopeAndByComponentsUntilItIsClosed() {
        try (LeakProbe probe = LeakProbe.open("p")) {
            own(probe);
        }
    }

    private static void own(LeakProbe probe) {
        Object object = probe.expectCollected(new Object());
        probe.scope().own(object, value -> {});
        probe.scope().defer(object::hashCode);
    }

    @Test
    void mayBeComponentsThatAreExpectedToBeClosed() {
        try (LeakProbe probe = LeakProbe.open("p", Duration.ofSeconds(3))) {
            openAndClose(probe);
        }
    }

    private static void openAndClose(LeakProbe probe) {
        probe.expectClosed(probe.expectCollected(Scope.open("closed"))).close();
    }

    @Test
    void mayBeManyAndEqual() {
        LeakProbe probe = LeakProbe.open("p", Duration.ofMillis(300));
        for (int i = 0; i < 3; i++) {
            held.add(probe.expectCollected(new ArrayList<>()));
        }
        assertEquals(
                3, assertThrows(LeakFoundError.class, probe::close).findings().size());
    }

    @Test
    void areNotJudgedAfterAnInterrupt() {
        LeakProbe probe = LeakProbe.open("p");
        held.add(probe.expectCollected(new Object()));
        Thread.currentThread().interrupt();
        LifecycleException error = assertThrows(LifecycleException.class, probe::close);
        assertTrue(Thread.interrupted());
        assertTrue(
                error.getMessage().startsWith("interrupted before probe p had seen all objects"), error.getMessage());
    }

    @Test
    void areForgottenAfterAnInterruptWhenALeakWasFound() {
        LeakProbe probe = LeakProbe.open("p");
        held.add(probe.expectCollected(new Object()));
        probe.scope().child("request");
        Thread.currentThread().interrupt();
        LeakFoundError error = assertThrows(LeakFoundError.class, probe::close);
        assertTrue(Thread.interrupted());
        assertEquals(1, error.findings().size());
    }
}
