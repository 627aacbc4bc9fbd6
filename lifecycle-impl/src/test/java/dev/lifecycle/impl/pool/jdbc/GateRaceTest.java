package dev.lifecycle.impl.pool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several threads in one connection, and others that close it. */
@Timeout(60)
class GateRaceTest {
    private static final int THREADS = 4;
    private static final int ROUNDS = 3_000;

    private final ExecutorService workers = Executors.newFixedThreadPool(THREADS);

    @AfterEach
    void end() {
        workers.shutdownNow();
    }

    /** A connection that fails if somebody calls it after it was given back. */
    private static final class Borrowed {
        final List<String> calls = Collections.synchronizedList(new ArrayList<>());
        final FakeLease lease;
        final HeldConnection held;

        Borrowed() {
            Connection raw = (Connection) Proxy.newProxyInstance(
                    Borrowed.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                        calls.add(method.getName());
                        assertFalse(isOthers(method.getName()), method::getName);
                        Thread.onSpinWait();
                        assertFalse(isOthers(method.getName()), method::getName);
                        calls.add(method.getName() + " done");
                        return method.getReturnType() == boolean.class ? Boolean.FALSE : null;
                    });
            Member member = new Member(raw, new ConnectionErrors(Set.of()), false);
            lease = new FakeLease(member);
            held = new HeldConnection(lease, member);
        }

        /** Whether nobody may call it any more: given back, or about to be ended; to abort that one does no harm. */
        private boolean isOthers(String call) {
            return lease.closes.get() > 0 && !(call.equals("abort") && lease.cause.get() != null);
        }
    }

    private interface Step {
        void run() throws SQLException;
    }

    private void together(List<Step> steps) throws InterruptedException, ExecutionException {
        CyclicBarrier start = new CyclicBarrier(steps.size());
        List<Future<?>> all = new ArrayList<>();
        for (Step step : steps) {
            all.add(workers.submit(() -> {
                start.await();
                step.run();
                return null;
            }));
        }
        for (Future<?> each : all) {
            each.get();
        }
    }

    private static void work(HeldConnection held) throws SQLException {
        try {
            for (int i = 0; i < 3; i++) {
                held.nativeSQL("select");
                held.setSavepoint();
            }
        } catch (SQLException closed) {
            assertEquals("08003", closed.getSQLState());
        }
    }

    @Test
    void givesBackOnceAndAfterAllCalls() throws InterruptedException, ExecutionException, SQLException {
        for (int round = 0; round < ROUNDS; round++) {
            Borrowed borrowed = new Borrowed();
            together(List.of(
                    () -> work(borrowed.held), () -> work(borrowed.held), borrowed.held::close, borrowed.held::close));
            assertEquals(1, borrowed.lease.closes.get());
            assertNull(borrowed.lease.cause.get());
            assertTrue(borrowed.held.isClosed());
            assertTrue(borrowed.held.invariantsHold());
        }
    }

    @Test
    void abortsOnlyWhatIsStillItsOwn() throws InterruptedException, ExecutionException {
        for (int round = 0; round < ROUNDS; round++) {
            Borrowed borrowed = new Borrowed();
            together(List.of(
                    () -> work(borrowed.held),
                    () -> borrowed.held.abort(Runnable::run),
                    () -> borrowed.held.abort(Runnable::run),
                    borrowed.held::close));
            assertEquals(1, borrowed.lease.closes.get());
        }
    }

    /** A commit that forgets the work of another thread would leave its transaction open for the next borrower. */
    @Test
    void rollsBackWhatMayHaveBegunDuringACommit() throws InterruptedException, ExecutionException {
        for (int round = 0; round < ROUNDS; round++) {
            Borrowed borrowed = new Borrowed();
            together(List.of(
                    borrowed.held::commit, borrowed.held::commit, borrowed.held::setSavepoint, borrowed.held::commit));
            borrowed.held.close();
            List<String> calls = List.copyOf(borrowed.calls);
            if (calls.lastIndexOf("setSavepoint done") > calls.lastIndexOf("commit")) {
                assertTrue(calls.contains("rollback"), calls::toString);
            }
        }
    }

    @Test
    void knowsWhatACommitEnds() throws SQLException {
        Borrowed borrowed = new Borrowed();
        borrowed.held.setSavepoint();
        borrowed.held.commit();
        borrowed.held.close();
        assertFalse(borrowed.calls.contains("rollback"));
        Borrowed other = new Borrowed();
        other.held.setSavepoint();
        other.held.commit();
        other.held.setSavepoint();
        assertFalse(other.held.isShut());
        other.held.close();
        assertTrue(other.calls.contains("rollback"));
    }
}
