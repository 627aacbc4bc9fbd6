package dev.lifecycle.tests.pool.jdbc;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.pool.PooledDataSource;
import dev.lifecycle.tests.api.Await;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Taking a connection and giving it back, over a driver that notes what it is asked. */
@Timeout(60)
class GetAndCloseTest {
    private final StubDriver driver = new StubDriver();
    private final PooledDataSource source = PooledDataSource.builder("db", driver.source())
            .pool(pool -> pool.core(1).overflow(0).acquireTimeout(Duration.ofSeconds(10)))
            .open();

    @AfterEach
    void close() {
        source.close();
    }

    /** Has the only connection made, and forgets what that took. */
    private void warmUp() throws SQLException {
        source.getConnection().close();
        driver.takeCalls();
    }

    @Test
    void asksTheDriverForNothing() throws SQLException {
        warmUp();
        for (int i = 0; i < 100; i++) {
            source.getConnection().close();
        }
        assertEquals(List.of(), driver.takeCalls());
    }

    @Test
    void asksTheDriverForNothingWithoutAutocommitEither() throws SQLException {
        driver.defaults.put("AutoCommit", false);
        warmUp();
        source.getConnection().close();
        assertEquals(List.of(), driver.takeCalls());
    }

    @Test
    void closesAStatementThatIsForgotten() throws SQLException {
        warmUp();
        Connection connection = source.getConnection();
        Statement first = connection.createStatement();
        connection.prepareStatement("select 1").close();
        connection.createStatement();
        assertEquals(
                List.of("createStatement", "prepareStatement(select 1)", "PreparedStatement.close", "createStatement"),
                driver.takeCalls());
        connection.close();
        assertEquals(
                List.of("Statement.close", "Statement.close", "getAutoCommit", "clearWarnings"), driver.takeCalls());
        assertTrue(first.isClosed());
        first.close();
        assertEquals(List.of(), driver.takeCalls());
    }

    @Test
    void closesAResultOfTheMetadataThatIsForgotten() throws SQLException {
        warmUp();
        Connection connection = source.getConnection();
        DatabaseMetaData metaData = connection.getMetaData();
        metaData.getCatalogs().close();
        ResultSet forgotten = metaData.getSchemas();
        driver.takeCalls();
        connection.close();
        assertEquals(List.of("ResultSet.close", "getAutoCommit", "clearWarnings"), driver.takeCalls());
        assertTrue(forgotten.isClosed());
    }

    @Test
    void closesAStatementOnceForTheDriver() throws SQLException {
        Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        driver.takeCalls();
        statement.close();
        statement.close();
        assertEquals(List.of("Statement.close"), driver.takeCalls());
        assertEquals(
                "HY010",
                assertThrows(SQLException.class, () -> statement.execute("x")).getSQLState());
        connection.close();
        assertEquals(List.of("getAutoCommit", "clearWarnings"), driver.takeCalls());
        assertEquals(
                "08003",
                assertThrows(SQLException.class, () -> statement.execute("x")).getSQLState());
    }

    @Test
    void isClosedForEverybodyWhoHasIt() throws SQLException {
        Connection connection = source.getConnection();
        PreparedStatement statement = connection.prepareStatement("select 1");
        ResultSet results = statement.executeQuery();
        DatabaseMetaData metaData = connection.getMetaData();
        connection.close();
        driver.takeCalls();
        assertTrue(connection.isClosed());
        assertTrue(statement.isClosed());
        assertTrue(results.isClosed());
        assertFalse(connection.isValid(1));
        connection.close();
        statement.close();
        results.close();
        connection.abort(Runnable::run);
        assertSame(connection, connection.unwrap(Connection.class));
        assertEquals(
                "08003", assertThrows(SQLException.class, connection::commit).getSQLState());
        assertEquals(
                "08003",
                assertThrows(SQLException.class, () -> statement.setInt(1, 1)).getSQLState());
        assertEquals("08003", assertThrows(SQLException.class, results::next).getSQLState());
        assertEquals(
                "08003",
                assertThrows(SQLException.class, () -> results.getInt(1)).getSQLState());
        assertEquals(
                "08003",
                assertThrows(SQLException.class, statement::getConnection).getSQLState());
        assertEquals(
                "08003",
                assertThrows(SQLException.class, metaData::getConnection).getSQLState());
        assertEquals(List.of(), driver.takeCalls());
    }

    @Test
    void givesTheNextOneAnotherWrapper() throws SQLException {
        Connection first = source.getConnection();
        first.close();
        try (Connection second = source.getConnection()) {
            assertNotSame(first, second);
            first.close();
            assertFalse(second.isClosed());
            assertEquals(1, source.pool().stats().leased());
            assertEquals(1, driver.connections.size());
        }
    }

    @Test
    void rollsBackWhatWasBegunAndNotEnded() throws SQLException {
        driver.defaults.put("AutoCommit", false);
        warmUp();
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("insert");
            driver.takeCalls();
        }
        assertEquals(List.of("Statement.close", "getAutoCommit", "rollback", "clearWarnings"), driver.takeCalls());
    }

    @Test
    void doesNotRollBackWhatWasCommitted() throws SQLException {
        driver.defaults.put("AutoCommit", false);
        warmUp();
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("insert");
            connection.commit();
            driver.takeCalls();
        }
        assertEquals(List.of("Statement.close", "clearWarnings"), driver.takeCalls());
    }

    @Test
    void rollsBackWhatACommitLeftBehindThatFailed() throws SQLException {
        driver.defaults.put("AutoCommit", false);
        warmUp();
        try (Connection connection = source.getConnection()) {
            connection.createStatement().execute("insert");
            driver.fail("commit"::equals, new SQLException("deferred constraint", "23000"));
            assertThrows(SQLException.class, connection::commit);
            driver.trap = call -> {};
            driver.takeCalls();
        }
        assertEquals(List.of("Statement.close", "getAutoCommit", "rollback", "clearWarnings"), driver.takeCalls());
    }

    @Test
    void returnsAfterTheCallThatIsRunning() throws Exception {
        Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        driver.trap = call -> {
            if (call.startsWith("Statement.execute")) {
                inside.countDown();
                try {
                    assertTrue(cancelled.await(20, java.util.concurrent.TimeUnit.SECONDS));
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                throw new SQLException("cancelled", "57014");
            }
        };
        AtomicReference<String> state = new AtomicReference<>();
        Thread other = new Thread(() -> {
            try {
                statement.execute("long");
            } catch (SQLException e) {
                state.set(e.getSQLState());
            }
        });
        other.start();
        inside.await();
        driver.takeCalls();
        connection.close();
        assertEquals(List.of("Statement.cancel"), driver.takeCalls());
        assertEquals(1, source.pool().stats().leased());
        assertEquals(
                "08003",
                assertThrows(SQLException.class, connection::createStatement).getSQLState());
        cancelled.countDown();
        Await.end(other);
        assertEquals("57014", state.get());
        assertEquals(0, source.pool().stats().leased());
        assertEquals(List.of("Statement.close", "getAutoCommit", "clearWarnings"), driver.takeCalls());
    }

    /** What cannot be cancelled, whatever the reason, takes as long as it takes. */
    @Test
    void returnsAfterACallThatCannotBeCancelled() throws Exception {
        Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        driver.trap = call -> {
            if (call.startsWith("Statement.execute")) {
                inside.countDown();
                await(end);
            } else if (call.equals("Statement.cancel")) {
                throw new StackOverflowError("planted");
            }
        };
        Thread other = new Thread(() -> assertDoesNotThrow(() -> statement.execute("long")));
        other.start();
        await(inside);
        assertThrows(StackOverflowError.class, connection::close);
        end.countDown();
        Await.end(other);
        assertEquals(0, source.pool().stats().leased());
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, java.util.concurrent.TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void isAbortedWhileClosingHangs() throws Exception {
        Connection connection = source.getConnection();
        connection.setAutoCommit(false);
        connection.createStatement();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch aborted = new CountDownLatch(1);
        driver.trap = call -> {
            if (call.equals("rollback")) {
                inside.countDown();
                await(aborted); // and comes back as if nothing had happened
            } else if (call.startsWith("abort")) {
                aborted.countDown();
            }
        };
        Thread closing = new Thread(() -> assertDoesNotThrow(connection::close));
        closing.start();
        await(inside);
        connection.abort(Runnable::run);
        Await.end(closing);
        driver.trap = call -> {};
        assertEquals(0, aborted.getCount());
        assertEquals(0, source.pool().stats().leased());
        source.getConnection().close();
        assertEquals(2, driver.connections.size());
        int before = driver.calls.size();
        connection.abort(Runnable::run);
        assertEquals(before, driver.calls.size(), "it is somebody else's, or nobody's");
    }

    @Test
    void forgetsTheStatementOfAResultOfTheMetadata() throws SQLException {
        warmUp();
        Connection connection = source.getConnection();
        ResultSet results = connection.getMetaData().getCatalogs();
        Statement hidden = results.getStatement();
        assertSame(hidden, results.getStatement());
        assertFalse(hidden.isClosed());
        results.close();
        driver.takeCalls();
        assertThrows(SQLException.class, () -> hidden.execute("x"));
        connection.close();
        assertEquals(List.of("getAutoCommit", "clearWarnings"), driver.takeCalls());
    }

    @Test
    void closesFromWithinACallOfItsOwn() throws SQLException {
        warmUp();
        Connection connection = source.getConnection();
        driver.trap = call -> {
            if (call.startsWith("nativeSQL")) {
                connection.close(); // a stream that is read by a statement, for example
            }
        };
        connection.nativeSQL("x");
        assertTrue(connection.isClosed());
        assertEquals(0, source.pool().stats().leased());
        assertEquals(List.of("nativeSQL(x)", "clearWarnings"), driver.takeCalls());
    }

    @Test
    void endsAConnectionThatCannotBePutInOrder() throws SQLException {
        Connection connection = source.getConnection();
        connection.createStatement();
        driver.fail("Statement.close"::equals, new SQLException("no", "58000"));
        connection.close();
        driver.trap = call -> {};
        assertEquals(0, source.pool().stats().leased());
        source.getConnection().close();
        Await.until("a new one", () -> driver.connections.size() == 2);
        Await.until("the end", () -> source.pool().stats().destroyed() == 1);
    }

    @Test
    void givesItBackWhateverTheDriverThrows() throws SQLException {
        Connection connection = source.getConnection();
        connection.createStatement();
        driver.trap = call -> {
            if (call.equals("clearWarnings")) {
                throw new StackOverflowError("planted");
            }
        };
        connection.close();
        driver.trap = call -> {};
        assertEquals(0, source.pool().stats().leased());
        source.getConnection().close();
        assertEquals(2, driver.connections.size());
    }

    @Test
    void abortsAConnection() throws SQLException {
        Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        driver.takeCalls();
        assertThrows(SQLException.class, () -> connection.abort(null));
        connection.abort(Runnable::run);
        assertEquals("abort(executor)", driver.takeCalls().get(0));
        assertTrue(connection.isClosed());
        assertTrue(statement.isClosed());
        connection.close();
        assertEquals(0, source.pool().stats().leased());
        try (Connection next = source.getConnection()) {
            assertFalse(next.isClosed());
        }
        assertEquals(2, driver.connections.size());
    }

    @Test
    void endsAConnectionThatSaysItIsNotValid() throws SQLException {
        try (Connection connection = source.getConnection()) {
            assertTrue(connection.isValid(1));
        }
        try (Connection connection = source.getConnection()) {
            connection.unwrap(java.sql.Wrapper.class);
            driver.connections.get(0).close();
            assertTrue(connection.isClosed());
        }
        source.getConnection().close();
        assertEquals(2, driver.connections.size());
    }
}
