package dev.lifecycle.tests.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Lease;
import dev.lifecycle.collect.CollectionClosedException;
import dev.lifecycle.collect.SessionRegistry;
import dev.lifecycle.leak.LeakDetector;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.testing.LeakProbe;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.time.VirtualTime;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** States that are closed with their sessions; and what a registry keeps reachable. */
@Timeout(60)
class SessionStatesTest {
    private static final Duration TIMEOUT = Duration.ofMinutes(30);

    private final VirtualTime time = new VirtualTime();
    private final Scope owner = Scope.open("test");
    private final List<Work> made = new ArrayList<>();

    @AfterEach
    void close() {
        owner.close();
    }

    /** A state that counts how often it is closed. */
    private static final class Work implements AutoCloseable {
        final AtomicInteger closes = new AtomicInteger();

        @Override
        public void close() {
            closes.incrementAndGet();
        }
    }

    private SessionRegistry<Work> works() {
        return SessionRegistry.builder("works", principal -> {
                    Work work = new Work();
                    made.add(work);
                    return work;
                })
                .timeout(TIMEOUT)
                .maximumSessions(100)
                .maximumPerPrincipal(3)
                .closeStates()
                .timeSource(time)
                .open(owner);
    }

    private List<Integer> closes() {
        return made.stream().map(work -> work.closes.get()).toList();
    }

    @Test
    void closesEachStateOnceHoweverItsSessionEnds() {
        SessionRegistry<Work> registry = works();
        assertTrue(registry.invalidate(registry.open("ann").id()));
        assertEquals(List.of(1), closes());
        registry.open("ann");
        registry.rotate(registry.open("ann").id());
        assertEquals(2, registry.invalidatePrincipal("ann"));
        assertEquals(List.of(1, 1, 1), closes());
        for (int i = 0; i < 4; i++) {
            registry.open("bob"); // one too many
        }
        assertEquals(List.of(1, 1, 1, 1, 0, 0, 0), closes());
        String late = registry.open("cid").id();
        time.advance(TIMEOUT);
        assertFalse(registry.touch(late));
        registry.open("dan");
        owner.close();
        Await.until("all are closed", () -> closes().stream().allMatch(count -> count == 1)); // the timer may be at it
        assertEquals(9, made.size());
    }

    @Test
    void closesAStateAfterItsLastLease() {
        SessionRegistry<Work> registry = works();
        String id = registry.open("ann").id();
        Lease<Work> first = registry.borrow(id);
        try (Lease<Work> second = registry.borrow(id)) {
            assertSame(made.get(0), second.get());
            registry.invalidatePrincipal("ann");
            assertNull(registry.borrow(id));
            assertEquals(List.of(0), closes());
        }
        assertEquals(List.of(0), closes());
        assertEquals(1L, registry.snapshot().gauges().get("borrowed"));
        first.close();
        first.close();
        assertEquals(List.of(1), closes());
    }

    @Test
    void touchesWhatItLends() {
        SessionRegistry<Work> registry = works();
        String id = registry.open("ann").id();
        for (int i = 0; i < 3; i++) {
            time.advance(TIMEOUT.minusNanos(1));
            registry.borrow(id).label("a request").close();
        }
        time.advance(TIMEOUT);
        assertNull(registry.borrow(id));
    }

    @Test
    void endsASessionWhoseStateIsDeclaredUnfit() {
        SessionRegistry<Work> registry = works();
        String id = registry.open("ann").id();
        try (Lease<Work> lease = registry.borrow(id)) {
            lease.invalidate(new IllegalStateException("broken"));
            assertFalse(registry.touch(id));
        }
        assertEquals(List.of(1), closes());
        assertEquals(0, registry.principals());
    }

    @Test
    void lendsNothingWhereStatesAreNotClosed() {
        SessionRegistry<Work> registry = SessionRegistry.builder("plain", principal -> new Work())
                .timeout(TIMEOUT)
                .maximumSessions(10)
                .open(owner);
        String id = registry.open("ann").id();
        assertThrows(UnsupportedOperationException.class, () -> registry.borrow(id));
    }

    @Test
    void refusesAStateThatCannotBeClosed() {
        SessionRegistry<String> registry = SessionRegistry.builder("texts", principal -> "text")
                .timeout(TIMEOUT)
                .maximumSessions(10)
                .closeStates()
                .open(owner);
        String message = assertThrows(IllegalArgumentException.class, () -> registry.open("ann"))
                .getMessage();
        assertTrue(message.contains("java.lang.String is not AutoCloseable"), message);
        assertEquals(0, registry.size() + registry.principals());
    }

    @Test
    void releasesStatesInAnotherWay() {
        List<String> released = new ArrayList<>();
        SessionRegistry<String> registry = SessionRegistry.builder("texts", principal -> "of " + principal)
                .timeout(TIMEOUT)
                .maximumSessions(10)
                .closeStates(released::add)
                .open(owner);
        registry.invalidate(registry.open("ann").id());
        assertEquals(List.of("of ann"), released);
    }

    @Test
    void countsStatesThatFailToClose() {
        SessionRegistry<String> registry = SessionRegistry.builder("texts", principal -> "text")
                .timeout(TIMEOUT)
                .maximumSessions(10)
                .closeStates(text -> {
                    throw new IllegalStateException("thrown on purpose");
                })
                .open(owner);
        assertTrue(registry.invalidate(registry.open("ann").id()));
        assertEquals(1L, registry.snapshot().gauges().get("closeFailures"));
    }

    @Test
    void closesTheStateOfASessionThatCouldNotBeOpened() {
        List<SessionRegistry<Work>> self = new ArrayList<>();
        SessionRegistry<Work> registry = SessionRegistry.builder("works", principal -> {
                    made.add(new Work());
                    self.get(0).close();
                    return made.get(0);
                })
                .timeout(TIMEOUT)
                .maximumSessions(10)
                .closeStates()
                .open(owner);
        self.add(registry);
        assertThrows(CollectionClosedException.class, () -> registry.open("ann"));
        assertEquals(List.of(1), closes());
    }

    @Test
    void keepsNothingOfASessionThatHasEnded() {
        SessionRegistry<Work> registry = SessionRegistry.builder("works", principal -> new Work())
                .timeout(TIMEOUT)
                .maximumSessions(100)
                .timeSource(time)
                .open(owner);
        List<WeakReference<?>> gone = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            gone.addAll(openAndEnd(registry, i));
        }
        gone.forEach(LeakProbe::awaitCollected);
        assertEquals(0, registry.principals());
        Reference.reachabilityFence(registry);
    }

    private List<WeakReference<?>> openAndEnd(SessionRegistry<Work> registry, int how) {
        Object principal = new Object();
        var session = registry.open(principal);
        switch (how) {
            case 0 -> registry.invalidate(session.id());
            case 1 -> registry.invalidatePrincipal(principal);
            case 2 -> registry.rotate(session.id()).ifPresent(now -> registry.invalidate(now.id()));
            default -> {
                time.advance(TIMEOUT);
                registry.touch(session.id());
            }
        }
        return List.of(
                new WeakReference<>(principal), new WeakReference<>(session), new WeakReference<>(session.state()));
    }

    @Test
    void reportsARegistryThatIsDroppedUnclosed() {
        List<LeakReport> heard = new CopyOnWriteArrayList<>();
        try (LeakDetector.Registration listening = LeakDetector.library().addListener(heard::add)) {
            LeakProbe.awaitCollected(drop());
            Await.until(
                    "it is reported",
                    () -> heard.stream()
                            .anyMatch(report -> report.label().equals("dropped sessions")
                                    && report.type().equals(SessionRegistry.class.getName())));
        }
    }

    private static WeakReference<Object> drop() {
        SessionRegistry<Work> registry = SessionRegistry.builder("dropped sessions", principal -> new Work())
                .timeout(TIMEOUT)
                .maximumSessions(10)
                .open();
        registry.open("ann");
        return new WeakReference<>(registry);
    }
}
