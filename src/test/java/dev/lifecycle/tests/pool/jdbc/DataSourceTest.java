package dev.lifecycle.tests.pool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.pool.PoolClosedException;
import dev.lifecycle.pool.PoolEvent;
import dev.lifecycle.pool.PooledDataSource;
import dev.lifecycle.pool.ResourceCreationException;
import dev.lifecycle.pool.ResourcePool;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.tests.api.Await;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.sql.DataSource;
import org.h2.Driver;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Settings of a data source, and what it says when there is no connection. */
@Timeout(60)
class DataSourceTest {
    private static final String URL = "jdbc:h2:mem:";

    private final StubDriver driver = new StubDriver();

    private PooledDataSource.Builder stub() {
        return PooledDataSource.builder("db", driver.source())
                .pool(pool -> pool.core(1).overflow(0).acquireTimeout(Duration.ofSeconds(20)));
    }

    // ---- settings

    @Test
    void opensConnectionsOfADriver() throws SQLException {
        try (PooledDataSource source = PooledDataSource.builder("db", URL)
                        .user("sa")
                        .password("")
                        .open();
                Connection connection = source.getConnection()) {
            assertEquals("SA", connection.getMetaData().getUserName());
            assertEquals(1, source.pool().stats().leased());
        }
    }

    @Test
    void handsPropertiesToTheDriver() throws SQLException {
        Properties all = new Properties();
        all.setProperty("user", "somebody");
        all.setProperty("IGNORECASE", "TRUE");
        try (PooledDataSource source = PooledDataSource.builder("db", URL)
                        .properties(all)
                        .property("MODE", "MySQL")
                        .open();
                Connection connection = source.getConnection()) {
            assertEquals("SOMEBODY", connection.getMetaData().getUserName());
            try (Statement statement = connection.createStatement();
                    ResultSet mode = statement.executeQuery(
                            "select setting_value from information_schema.settings where setting_name = 'MODE'")) {
                assertTrue(mode.next());
                assertEquals("MySQL", mode.getString(1));
            }
        }
    }

    @Test
    void opensConnectionsOfADriverByName() throws SQLException {
        try (PooledDataSource source = PooledDataSource.builder("db", URL)
                        .driverClassName(Driver.class.getName())
                        .open();
                Connection connection = source.getConnection()) {
            assertTrue(connection.isValid(1));
        }
    }

    @Test
    void refusesAPasswordOfNobody() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, stub().password("hush")::open);
        assertTrue(e.getMessage().contains("user is not set"), e::getMessage);
        assertFalse(e.getMessage().contains("hush"), e::getMessage);
    }

    @Test
    void opensConnectionsOfAnotherDataSourceAsAUser() throws SQLException {
        JdbcDataSource other = new JdbcDataSource();
        other.setUrl(URL);
        try (PooledDataSource source = PooledDataSource.builder("db", other)
                        .user("me")
                        .password("secret")
                        .open();
                Connection connection = source.getConnection()) {
            assertEquals("ME", connection.getMetaData().getUserName());
        }
    }

    @Test
    void refusesWhatItCannotHonour() {
        PooledDataSource.Builder byUrl = PooledDataSource.builder("db", URL);
        PooledDataSource.Builder bySource = stub();
        assertThrows(NullPointerException.class, () -> PooledDataSource.builder("db", (String) null));
        assertThrows(NullPointerException.class, () -> PooledDataSource.builder("db", (DataSource) null));
        assertThrows(IllegalArgumentException.class, () -> PooledDataSource.builder("a\nb", URL));
        assertThrows(IllegalArgumentException.class, () -> PooledDataSource.builder("db", "http://x"));
        assertThrows(IllegalStateException.class, () -> bySource.property("a", "b"));
        assertThrows(IllegalStateException.class, () -> bySource.driverClassName("x"));
        assertThrows(IllegalArgumentException.class, () -> byUrl.transactionIsolation(0));
        assertThrows(IllegalArgumentException.class, () -> byUrl.connectionErrors("08" + "00"));
        assertThrows(IllegalArgumentException.class, () -> byUrl.pool(pool -> pool.core(0)));
        assertThrows(
                IllegalArgumentException.class,
                () -> byUrl.pool(
                        pool -> ResourcePool.builder("x", () -> driver.source().getConnection())));
        Properties numbers = new Properties();
        numbers.put("a", 1);
        assertThrows(IllegalArgumentException.class, () -> byUrl.properties(numbers));
        for (IllegalArgumentException e : List.of(
                assertThrows(
                        IllegalArgumentException.class,
                        PooledDataSource.builder("db", "jdbc:nosuch://h/?password=hush")::open),
                assertThrows(IllegalArgumentException.class, byUrl.driverClassName("no.such.Driver")::open),
                assertThrows(IllegalArgumentException.class, byUrl.driverClassName("java.lang.String")::open))) {
            assertTrue(e.getMessage().contains("driver"), e::getMessage);
            assertFalse(e.getMessage().contains("hush"), e::getMessage);
        }
    }

    @Test
    void appliesEachSettingOfThePool() throws SQLException {
        try (PooledDataSource source =
                stub().pool(pool -> pool.core(3)).pool(pool -> pool.overflow(4)).open()) {
            source.getConnection().close();
            assertEquals(3, source.pool().stats().core());
            assertEquals(4, source.pool().stats().overflow());
            assertEquals("db", source.pool().name());
        }
    }

    // ---- checks

    @Test
    void asksIsValidBeforeItIsLentOutAgain() throws SQLException {
        try (PooledDataSource source = stub().pool(
                        pool -> pool.validateAfterIdle(Duration.ZERO).validateTimeout(Duration.ofMillis(1_500)))
                .open()) {
            source.getConnection().close();
            driver.takeCalls();
            source.getConnection().close();
            assertEquals(List.of("isValid(2)"), driver.takeCalls());
        }
    }

    @Test
    void asksATestQueryWithATimeLimit() throws SQLException {
        try (PooledDataSource source = stub().testQuery("select 1")
                .autoCommit(false)
                .pool(pool -> pool.validateAfterIdle(Duration.ZERO).validateTimeout(Duration.ofMillis(1_500)))
                .open()) {
            source.getConnection().close();
            driver.takeCalls();
            source.getConnection().close();
            assertEquals(
                    List.of(
                            "getNetworkTimeout",
                            "setNetworkTimeout(executor, 1500)",
                            "createStatement",
                            "Statement.getQueryTimeout",
                            "Statement.setQueryTimeout(2)",
                            "Statement.execute(select 1)",
                            "Statement.setQueryTimeout(0)",
                            "Statement.close",
                            "setNetworkTimeout(executor, 0)",
                            "rollback"),
                    driver.takeCalls());
        }
    }

    @Test
    void checksConnectionsOfAnOldDriverByATestQuery() throws SQLException {
        driver.trap = call -> {
            if (call.startsWith("isValid") || call.endsWith("NetworkTimeout")) {
                throw new AbstractMethodError(call);
            }
        };
        try (PooledDataSource source = stub().testQuery("select 1")
                .pool(pool -> pool.validateAfterIdle(Duration.ZERO))
                .open()) {
            source.getConnection().close();
            source.getConnection().close();
            assertEquals(1, driver.connections.size());
        }
    }

    @Test
    void saysThatAnOldDriverNeedsATestQuery() throws SQLException {
        driver.trap = call -> {
            if (call.startsWith("isValid")) {
                throw new AbstractMethodError(call);
            }
        };
        Queue<PoolEvent> events = new ConcurrentLinkedQueue<>();
        try (PooledDataSource source = stub().pool(
                        pool -> pool.validateAfterIdle(Duration.ZERO).listener(events::add))
                .open()) {
            source.getConnection().close();
            source.getConnection().close();
            Await.until(
                    "it says so",
                    () -> events.stream().anyMatch(event -> event.text().contains("testQuery")));
        }
    }

    // ---- no connection

    @Test
    void saysThatThereWasNoneInTime() throws SQLException {
        try (PooledDataSource source = stub().pool(pool -> pool.acquireTimeout(Duration.ofSeconds(2)))
                        .open();
                Connection held = source.getConnection()) {
            SQLTransientConnectionException e =
                    assertThrows(SQLTransientConnectionException.class, source::getConnection);
            assertInstanceOf(AcquireTimeoutException.class, e.getCause());
            assertEquals("08001", e.getSQLState());
            assertFalse(held.isClosed());
        }
    }

    @Test
    void saysWhatTheDriverSaid() {
        SQLException planted = new SQLException("too many clients", "53300", 17);
        driver.fail("connect"::equals, planted);
        try (PooledDataSource source = stub().open()) {
            SQLException e = assertThrows(SQLTransientConnectionException.class, source::getConnection);
            assertInstanceOf(ResourceCreationException.class, e.getCause());
            assertSame(planted, e.getCause().getCause());
            assertSame(planted, e.getNextException());
            assertEquals("53300", e.getSQLState());
            assertEquals(17, e.getErrorCode());
            assertTrue(e.getMessage().contains("too many clients"), e::getMessage);
        }
    }

    @Test
    void saysThatAnotherTryIsInVain() {
        driver.fail("connect"::equals, new SQLInvalidAuthorizationSpecException("wrong password", "28000"));
        try (PooledDataSource source = stub().open()) {
            SQLException e = assertThrows(SQLNonTransientConnectionException.class, source::getConnection);
            assertEquals("28000", e.getSQLState());
        }
    }

    @Test
    void closesAConnectionThatCannotBePrepared() {
        driver.fail("setReadOnly(true)"::equals, new SQLException("no", "0A000"));
        try (PooledDataSource source = stub().readOnly(true).open()) {
            assertThrows(SQLException.class, source::getConnection);
            assertTrue(driver.calls.contains("close"), driver.calls::toString);
        }
    }

    @Test
    void saysThatItIsClosed() {
        PooledDataSource source = stub().open();
        source.close();
        SQLException e = assertThrows(SQLNonTransientConnectionException.class, source::getConnection);
        assertInstanceOf(PoolClosedException.class, e.getCause());
        assertEquals("08001", e.getSQLState());
    }

    @Test
    void closesWithItsOwner() {
        PooledDataSource source;
        try (Scope app = Scope.open("app")) {
            source = stub().open(app);
        }
        assertThrows(SQLNonTransientConnectionException.class, source::getConnection);
    }

    @Test
    void keepsTheFlagOfAThreadThatWasInterrupted() throws SQLException {
        try (PooledDataSource source = stub().pool(pool -> pool.acquireTimeout(Duration.ofSeconds(20)))
                        .open();
                Connection held = source.getConnection()) {
            Thread.currentThread().interrupt();
            SQLException e = assertThrows(SQLException.class, source::getConnection);
            assertTrue(Thread.interrupted());
            assertInstanceOf(InterruptedException.class, e.getCause());
            assertFalse(held.isClosed());
        }
    }

    @Test
    void hasConnectionsOfOneUserOnly() {
        try (PooledDataSource source = stub().open()) {
            assertThrows(SQLFeatureNotSupportedException.class, () -> source.getConnection("a", "b"));
        }
    }

    // ---- javax.sql.DataSource

    @Test
    void unwrapsTheOtherDataSource() throws SQLException {
        JdbcDataSource other = new JdbcDataSource();
        other.setUrl(URL);
        try (PooledDataSource source = PooledDataSource.builder("db", other).open()) {
            assertSame(source, source.unwrap(PooledDataSource.class));
            assertSame(source, source.unwrap(DataSource.class));
            assertSame(other, source.unwrap(JdbcDataSource.class));
            assertTrue(source.isWrapperFor(JdbcDataSource.class));
            assertFalse(source.isWrapperFor(String.class));
            source.setLoginTimeout(3);
            assertEquals(3, other.getLoginTimeout());
            assertEquals(3, source.getLoginTimeout());
            assertSame(other.getLogWriter(), source.getLogWriter());
            assertThrows(SQLFeatureNotSupportedException.class, source::getParentLogger);
        }
        try (PooledDataSource source = PooledDataSource.builder("db", URL).open()) {
            assertThrows(SQLException.class, () -> source.unwrap(JdbcDataSource.class));
            assertFalse(source.isWrapperFor(JdbcDataSource.class));
            assertEquals(0, source.getLoginTimeout());
            assertNull(source.getLogWriter());
            assertThrows(SQLFeatureNotSupportedException.class, () -> source.setLoginTimeout(1));
            assertThrows(SQLFeatureNotSupportedException.class, () -> source.setLogWriter(null));
        }
    }
}
