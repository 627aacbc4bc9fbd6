package dev.lifecycle.tests.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Lease;
import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.pool.LeakLevel;
import dev.lifecycle.pool.LeaseInfo;
import dev.lifecycle.pool.RecycleReport;
import dev.lifecycle.pool.Recycler;
import dev.lifecycle.pool.ResourceFactory;
import dev.lifecycle.pool.ResourcePool;
import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.scope.Scope;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The recipes of docs/pool.md. */
@Timeout(60)
class PoolRecipesTest {
    private static final AtomicInteger OPEN = new AtomicInteger();

    /** A connection to something. */
    static final class Session implements AutoCloseable {
        private boolean clean = true;

        static Session connect() {
            OPEN.incrementAndGet();
            return new Session();
        }

        boolean ping() {
            return true;
        }

        void rollback() {
            clean = true;
        }

        String ask(String question) throws IOException {
            clean = false;
            if (question.isEmpty()) {
                throw new IOException("no question");
            }
            return question + "!";
        }

        @Override
        public void close() {
            OPEN.decrementAndGet();
        }
    }

    // @start region="factory"
    static final class Sessions implements ResourceFactory<Session> {
        @Override
        public Session create() {
            return Session.connect();
        }

        @Override
        public boolean validate(Session session) { // before it is lent out, if it was idle for a second
            return session.ping();
        }

        @Override
        public void reset(Session session) { // when it is given back
            session.rollback();
        }
    } // it is AutoCloseable: that is how it ends, unless destroy() says otherwise
    // @end

    @Test
    void lendsSessions() throws Exception {
        // @start region="open"
        try (Scope app = Scope.open("shop")) {
            ResourcePool<Session> sessions = ResourcePool.builder("sessions", new Sessions())
                    .core(20) // kept
                    .overflow(10) // more when all are in use, ended when they are given back
                    .acquireTimeout(Duration.ofSeconds(2)) // in all: waiting, connecting, checking
                    .maxAge(Duration.ofHours(1), 0.2) // replaced between 48 and 60 minutes, one after the other
                    .open(app);
            try (Lease<Session> lease = sessions.acquire()) {
                assertEquals("hello!", lease.get().ask("hello"));
            }
            assertEquals("bye!", sessions.use(session -> session.ask("bye"))); // the same, in a line
        } // waits for leases, closes the sessions
        // @end
        assertEquals(0, OPEN.get());
    }

    @Test
    void saysWhoHasThem() throws Exception {
        try (ResourcePool<Session> sessions = ResourcePool.builder("sessions", new Sessions())
                        .core(1)
                        .overflow(0)
                        .open();
                Lease<Session> held = sessions.acquire().label("report 17")) {
            // @start region="timeout"
            AcquireTimeoutException refused =
                    assertThrows(AcquireTimeoutException.class, () -> sessions.acquire(Duration.ofMillis(50)));
            // pool sessions: no resource after PT0.05S: 1 of 1 lent out, 0 idle, 0 being made, 0 callers waiting;
            // oldest lease 12 s held by report 17. Raise core or overflow, wait longer, or look for a lease that ...
            List<LeaseInfo> holders = refused.holders(); // the ten that have had theirs longest
            // @end
            assertTrue(refused.getMessage().contains("report 17"), refused.getMessage());
            assertEquals("report 17", holders.get(0).label());
            assertTrue(held.get().ping());
        }
    }

    @Test
    void getsRidOfABrokenOne() throws Exception {
        try (ResourcePool<Session> sessions =
                ResourcePool.builder("sessions", new Sessions()).core(1).open()) {
            // @start region="invalidate"
            try (Lease<Session> lease = sessions.acquire()) {
                try {
                    lease.get().ask("");
                } catch (IOException broken) {
                    lease.invalidate(broken); // nobody is lent this one any more
                }
            }
            // @end
            assertEquals(1, sessions.stats().recycledByRequest());
        }
    }

    @Test
    void namesTheLine() throws Exception {
        // @start region="leaks"
        ResourcePool<Session> sessions = ResourcePool.builder("sessions", new Sessions())
                .leakDetection(LeakLevel.ADAPTIVE, Duration.ofSeconds(30)) // held for longer: reported
                .usageWarning(0.9, 0.8) // sessions: 18/20 in use (90.0 %), oldest lease 41 s held by OrderDao.java:88
                .listener(event -> System.out.println(event.kind() + " " + event.text()))
                .open();
        // @end
        sessions.close();
        assertEquals(0, sessions.stats().leased());
    }

    @Test
    void closesInTime() throws Exception {
        ResourcePool<Session> sessions =
                ResourcePool.builder("sessions", new Sessions()).open();
        Lease<Session> forgotten = sessions.acquire();
        // @start region="close"
        CloseReport report = sessions.close(Duration.ofMillis(100));
        report.overruns().forEach(System.out::println); // who has a session still, for how long, taken where
        // @end
        assertEquals(1, report.overruns().size());
        forgotten.close(); // ends it
    }

    /** Grows with each use. */
    static final class Model {
        boolean warm;

        void load() {
            warm = true;
        }

        String answer(String question) {
            return question + (warm ? "!" : "?");
        }
    }

    @Test
    void replacesWorkers() throws Exception {
        // @start region="recycler"
        try (Recycler<Model> models = Recycler.builder("models", Model::new)
                .workers(4)
                .maxUses(1_000, 50) // each has its own limit between 950 and 1,050
                .warmUp(Model::load) // before its first use, and before its predecessor goes
                .when(worker -> worker.age().toHours() >= 6)
                .open()) {
            assertEquals("why!", models.use(model -> model.answer("why")));
            RecycleReport all = models.recycleNow(); // one after the other, while others work
            assertEquals(all.asked(), all.replaced());
        }
        // @end
    }

    @Test
    void triesWithoutWaiting() {
        try (ResourcePool<Session> sessions =
                ResourcePool.builder("sessions", new Sessions()).prefill(false).open()) {
            assertFalse(sessions.tryAcquire().isPresent()); // one is being made now
        }
    }
}
