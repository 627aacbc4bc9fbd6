package dev.lifecycle.tests.pool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lifecycle.pool.PooledDataSource;
import dev.lifecycle.tests.api.Await;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which exceptions end a connection, and which do not. */
@Timeout(60)
class ConnectionErrorTest {
    private final StubDriver driver = new StubDriver();
    private final PooledDataSource source = PooledDataSource.builder("db", driver.source())
            .connectionErrors("25006", "XX")
            .pool(pool -> pool.core(1).overflow(0))
            .open();

    @AfterEach
    void close() {
        source.close();
    }

    static Stream<SQLException> fatal() {
        SQLException chained = new BatchUpdateException("batch", "HY000", new int[0]);
        chained.setNextException(new SQLException("gone", "08S01"));
        SQLException circle = new SQLException("one", "42000");
        SQLException other = new SQLException("other", "57P01");
        circle.setNextException(other);
        return Stream.of(
                new SQLException("x", "08000"),
                new SQLException("x", "08S01"),
                new SQLException("x", "57P01"),
                new SQLException("x", "57P02"),
                new SQLException("x", "57P03"),
                new SQLException("x", "01002"),
                new SQLException("x", "JZ0C0"),
                new SQLException("x", "JZ0C1"),
                new SQLException("x", "25006"),
                new SQLException("x", "XX001"),
                new SQLRecoverableException("x"),
                new SQLNonTransientConnectionException("x"),
                new SQLTransientConnectionException("x", "08006"),
                chained,
                circle);
    }

    static Stream<SQLException> harmless() {
        return Stream.of(
                new SQLException("x"),
                new SQLException("x", "42000"),
                new SQLException("x", "57014"),
                new SQLException("x", "40001"),
                new SQLException("x", "25P02"),
                new SQLException("x", ""),
                new SQLException("x", "0"),
                new SQLTimeoutException("x", "08006"));
    }

    private void execute(SQLException planted) throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement statement = connection.prepareStatement("insert")) {
            driver.fail("PreparedStatement.executeUpdate"::equals, planted);
            assertSame(planted, assertThrows(SQLException.class, statement::executeUpdate));
            driver.trap = call -> {};
        }
    }

    @ParameterizedTest
    @MethodSource("fatal")
    void endTheConnection(SQLException planted) throws SQLException {
        execute(planted);
        source.getConnection().close();
        assertEquals(2, driver.connections.size());
        assertEquals(0, source.pool().stats().leased());
    }

    @ParameterizedTest
    @MethodSource("harmless")
    void leaveTheConnectionAsItIs(SQLException planted) throws SQLException {
        execute(planted);
        source.getConnection().close();
        assertEquals(1, driver.connections.size());
    }

    @Test
    void mayBeInACircle() throws SQLException {
        SQLException first = new SQLException("one", "42000");
        SQLException second = new SQLException("two", "42000");
        first.setNextException(second);
        second.setNextException(first);
        execute(first);
        assertEquals(1, driver.connections.size());
    }

    @Test
    void haveItRolledBackWhenItEndsAndNothingElse() throws SQLException {
        Connection connection = source.getConnection();
        connection.setAutoCommit(false);
        PreparedStatement statement = connection.prepareStatement("select");
        ResultSet results = statement.executeQuery();
        driver.fail("ResultSet.next"::equals, new SQLException("gone", "08006"));
        assertThrows(SQLException.class, results::next);
        driver.fail("rollback"::equals, new SQLException("gone", "08006"));
        driver.takeCalls();
        connection.close();
        Await.until("the end", () -> source.pool().stats().destroyed() == 1);
        assertEquals(
                List.of("isClosed", "getAutoCommit", "rollback", "close"),
                driver.takeCalls(),
                "some drivers commit on close, or refuse to");
        assertEquals(0, source.pool().stats().destroyFailures(), "that it cannot is no news");
    }

    @Test
    void keepOneThatWasAbortedFromBeingRolledBack() throws SQLException {
        Connection connection = source.getConnection();
        connection.setAutoCommit(false);
        driver.takeCalls();
        connection.abort(Runnable::run);
        Await.until("the end", () -> source.pool().stats().destroyed() == 1);
        assertEquals(List.of("abort(executor)", "close"), driver.takeCalls());
    }
}
