package dev.lifecycle.tests.pool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.pool.LeakLevel;
import dev.lifecycle.pool.PooledDataSource;
import dev.lifecycle.tests.api.Await;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that nobody closes. */
@Timeout(60)
class LostConnectionTest {
    private final PooledDataSource source = PooledDataSource.builder(
                    "lost", "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1")
            .pool(pool -> pool.core(1)
                    .overflow(0)
                    .acquireTimeout(Duration.ofSeconds(20))
                    .leakDetection(LeakLevel.ALWAYS, Duration.ofMillis(300)))
            .open();

    @AfterEach
    void close() {
        source.close();
    }

    private boolean foundLost(long count) {
        System.gc();
        return source.pool().stats().leaksCollected() == count;
    }

    private void lose() throws SQLException {
        Connection connection = source.getConnection();
        connection.setAutoCommit(false);
        connection.createStatement().execute("insert into thing values (2)");
    }

    private ResultSet keepTheResult() throws SQLException {
        return source.getConnection().createStatement().executeQuery("select x from system_range(1, 3)");
    }

    @Test
    void areRolledBackAndReplaced() throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create table thing (id int)");
            statement.execute("insert into thing values (1)");
        }
        lose();
        Await.until("it is found", () -> foundLost(1));
        try (Connection connection = source.getConnection()) {
            assertEquals(1, ConformanceTest.number(connection, "select sum(id) from thing"));
        }
        assertEquals(2, source.pool().stats().created());
    }

    @Test
    void areNotLostWhileAResultIsInUse() throws SQLException {
        ResultSet results = keepTheResult();
        for (int i = 1; i <= 3; i++) {
            System.gc();
            assertTrue(results.next());
            assertEquals(i, results.getInt(1));
        }
        assertFalse(foundLost(1));
        assertEquals(1, source.pool().stats().leased());
        results.getStatement().getConnection().close();
        assertEquals(0, source.pool().stats().leased());
    }

    @Test
    void areReportedWithTheLineThatTookThem() throws SQLException {
        try (Connection connection = source.getConnection()) {
            List<dev.lifecycle.pool.LeaseInfo> leases = source.pool().leases();
            assertEquals(1, leases.size());
            assertTrue(leases.get(0).holder().startsWith("LostConnectionTest.java:"), leases::toString);
            assertFalse(connection.isClosed());
        }
    }
}
