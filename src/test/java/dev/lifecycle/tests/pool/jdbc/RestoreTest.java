package dev.lifecycle.tests.pool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.pool.PooledDataSource;
import java.sql.Blob;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a borrower has set is set back, and nothing else is asked of the driver. */
@Timeout(60)
class RestoreTest {
    private final StubDriver driver = new StubDriver();
    private PooledDataSource source = open(settings -> settings);

    private PooledDataSource open(UnaryOperator<PooledDataSource.Builder> settings) {
        return settings.apply(PooledDataSource.builder("db", driver.source())
                        .pool(pool -> pool.core(1).overflow(0)))
                .open();
    }

    @AfterEach
    void close() {
        source.close();
    }

    private void reopen(UnaryOperator<PooledDataSource.Builder> settings) {
        source.close();
        source = open(settings);
    }

    /** A call of a borrower. */
    private interface Use {
        void of(Connection connection) throws SQLException;
    }

    /** What can be set, with a value that is not the driver's. */
    enum Set {
        READ_ONLY("setReadOnly(true)", "setReadOnly(false)", c -> c.setReadOnly(true), c -> c.setReadOnly(false)),
        ISOLATION(
                "setTransactionIsolation(8)",
                "setTransactionIsolation(2)",
                c -> c.setTransactionIsolation(8),
                c -> c.setTransactionIsolation(2)),
        CATALOG("setCatalog(other)", "setCatalog(main)", c -> c.setCatalog("other"), c -> c.setCatalog("main")),
        SCHEMA("setSchema(other)", "setSchema(public)", c -> c.setSchema("other"), c -> c.setSchema("public")),
        HOLDABILITY(
                "setHoldability(2)",
                "setHoldability(1)",
                c -> c.setHoldability(ResultSet.CLOSE_CURSORS_AT_COMMIT),
                c -> c.setHoldability(ResultSet.HOLD_CURSORS_OVER_COMMIT)),
        NETWORK_TIMEOUT(
                "setNetworkTimeout(executor, 77)",
                "setNetworkTimeout(executor, 0)",
                c -> c.setNetworkTimeout(Runnable::run, 77),
                c -> c.setNetworkTimeout(Runnable::run, 0)),
        TYPE_MAP(
                "setTypeMap({x=class java.lang.String})",
                "setTypeMap({})",
                c -> c.setTypeMap(Map.of("x", String.class)),
                c -> c.setTypeMap(Map.of()));

        final String call;
        final String back;
        private final Use use;
        private final Use undo;

        /** What was asked when the connection was made, since it may be part of a transaction later. */
        boolean early() {
            return compareTo(SCHEMA) <= 0;
        }

        /** The calls that set it back, if it is as the driver has it, or not. */
        List<String> back(boolean changed) {
            return this != TYPE_MAP ? List.of(back) : changed ? List.of("getTypeMap", back) : List.of("getTypeMap");
        }

        Set(String call, String back, Use use, Use undo) {
            this.call = call;
            this.back = back;
            this.use = use;
            this.undo = undo;
        }
    }

    private void warmUp() throws SQLException {
        source.getConnection().close();
        driver.takeCalls();
    }

    @ParameterizedTest
    @EnumSource
    void setsBackWhatWasSet(Set set) throws SQLException {
        warmUp();
        try (Connection connection = source.getConnection()) {
            set.use.of(connection);
            assertEquals(set.early() ? 1 : 2, driver.calls.size(), "what it is now, if need be, and the new value");
            assertEquals(set.call, driver.takeCalls().get(set.early() ? 0 : 1));
        }
        assertEquals(putInOrder(set.back(true)), driver.takeCalls());
        source.getConnection().close();
        assertEquals(List.of(), driver.takeCalls());
    }

    private static List<String> putInOrder(List<String> back) {
        List<String> all = new ArrayList<>(back);
        all.add(0, "getAutoCommit");
        all.add("clearWarnings");
        return all;
    }

    @ParameterizedTest
    @EnumSource
    void asksWhatItWasOnceForEachConnection(Set set) throws SQLException {
        setsBackWhatWasSet(set);
        try (Connection connection = source.getConnection()) {
            set.use.of(connection);
        }
        List<String> expected = new ArrayList<>(putInOrder(set.back(true)));
        expected.add(0, set.call);
        assertEquals(expected, driver.takeCalls());
    }

    /** It may have been set back in a transaction, which is rolled back: then it is what it was before that. */
    @ParameterizedTest
    @EnumSource
    void setsBackAlsoWhatTheBorrowerHasSetBack(Set set) throws SQLException {
        warmUp();
        try (Connection connection = source.getConnection()) {
            set.use.of(connection);
            set.undo.of(connection);
            driver.takeCalls();
        }
        assertEquals(putInOrder(set.back(false)), driver.takeCalls());
    }

    /** Later, what the driver tells may be a value of a transaction. */
    @Test
    void setsBackToWhatItWasWhenItWasMade() throws SQLException {
        warmUp();
        try (Connection connection = source.getConnection()) {
            driver.connections.get(0).setSchema("local"); // as by SQL
            connection.setSchema("other");
            driver.takeCalls();
        }
        assertEquals(putInOrder(Set.SCHEMA.back(true)), driver.takeCalls());
    }

    @Test
    void isMadeByADriverThatIsOlderThanSchemas() throws SQLException {
        driver.trap = call -> {
            if (call.contains("Schema") || call.contains("NetworkTimeout")) {
                throw new AbstractMethodError(call);
            }
        };
        warmUp();
        try (Connection connection = source.getConnection()) {
            assertThrows(AbstractMethodError.class, () -> connection.setSchema("x"));
            assertThrows(AbstractMethodError.class, () -> connection.setNetworkTimeout(Runnable::run, 1));
        }
        source.getConnection().close();
        assertEquals(1, driver.connections.size());
    }

    @Test
    void endsTheTransactionInWhichItAskedWhatItIsLike() throws SQLException {
        driver.defaults.put("AutoCommit", false);
        source.getConnection().close();
        assertEquals(
                List.of(
                        "connect",
                        "getAutoCommit",
                        "getCatalog",
                        "getSchema",
                        "getTransactionIsolation",
                        "isReadOnly",
                        "commit",
                        "clearWarnings"),
                driver.takeCalls());
    }

    @Test
    void leavesATypeMapAloneThatWasOnlyAskedFor() throws SQLException {
        driver.trap = call -> {
            if (call.startsWith("setTypeMap")) {
                throw new SQLFeatureNotSupportedException(call);
            }
        };
        warmUp();
        try (Connection connection = source.getConnection()) {
            assertEquals(Map.of(), connection.getTypeMap());
        }
        source.getConnection().close();
        assertEquals(1, driver.connections.size());
    }

    /** Whatever can be done with it after a commit. */
    @ParameterizedTest
    @MethodSource("lending")
    void rollsBackAlsoAfterACommitWhoHasAnObjectOfTheDriver(Use lending) throws SQLException {
        warmUp();
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            lending.of(connection);
            connection.commit();
            driver.takeCalls();
        }
        assertTrue(driver.calls.contains("rollback"), driver.calls::toString);
    }

    private static ResultSet results(Connection connection) throws SQLException {
        return connection.createStatement().executeQuery("select");
    }

    static Stream<Use> lending() {
        return Stream.of(
                Connection::createBlob,
                Connection::createClob,
                Connection::createSQLXML,
                connection -> connection.createArrayOf("int", new Object[0]),
                connection -> results(connection).getBlob(1),
                connection -> results(connection).getClob("a"),
                connection -> results(connection).getArray(1),
                connection -> results(connection).getSQLXML("a"),
                connection -> results(connection).getObject(1, Blob.class),
                connection -> connection.prepareCall("x").getBlob(1),
                connection -> connection.prepareCall("x").getArray("a"));
    }

    @ParameterizedTest
    @EnumSource
    void setsBackAlsoWhatFailed(Set set) throws SQLException {
        warmUp();
        try (Connection connection = source.getConnection()) {
            driver.fail(set.call::equals, new SQLException("half done", "58000"));
            assertThrows(SQLException.class, () -> set.use.of(connection));
            driver.trap = call -> {};
            driver.takeCalls();
        }
        assertEquals(putInOrder(set.back(false)), driver.takeCalls());
    }

    @ParameterizedTest
    @EnumSource
    void leavesAloneWhatTheDriverCannotSet(Set set) throws SQLException {
        warmUp();
        try (Connection connection = source.getConnection()) {
            driver.fail(set.call::equals, new SQLFeatureNotSupportedException("no"));
            assertThrows(SQLFeatureNotSupportedException.class, () -> set.use.of(connection));
            driver.trap = call -> {};
            driver.takeCalls();
        }
        assertEquals(List.of("getAutoCommit", "clearWarnings"), driver.takeCalls());
        assertEquals(1, driver.connections.size());
    }

    @ParameterizedTest
    @EnumSource
    void endsAConnectionWhoseStateTheDriverDoesNotTell(Set set) throws SQLException {
        driver.fail(
                call -> call.matches("(get|is).*") && !call.equals("getAutoCommit"),
                new SQLFeatureNotSupportedException("no"));
        warmUp();
        try (Connection connection = source.getConnection()) {
            set.use.of(connection);
            driver.trap = call -> {};
        }
        source.getConnection().close();
        assertEquals(2, driver.connections.size());
    }

    @Test
    void setsBackClientInfo() throws SQLException {
        Properties before = new Properties();
        before.setProperty("ApplicationName", "pool");
        driver.defaults.put("ClientInfo", before);
        warmUp();
        try (Connection connection = source.getConnection()) {
            connection.setClientInfo(new Properties());
            assertEquals(List.of("getClientInfo", "setClientInfo({})"), driver.takeCalls());
        }
        assertEquals(
                List.of("getAutoCommit", "setClientInfo({ApplicationName=pool})", "clearWarnings"), driver.takeCalls());
    }

    @Test
    void setsBackATypeMapThatWasChangedInPlace() throws SQLException {
        Map<String, Class<?>> map = new HashMap<>();
        driver.defaults.put("TypeMap", map);
        warmUp();
        try (Connection connection = source.getConnection()) {
            connection.getTypeMap().put("x", String.class);
            driver.takeCalls();
        }
        assertEquals(List.of("getTypeMap", "setTypeMap({})", "clearWarnings"), driver.takeCalls());
    }

    @Test
    void setsAutocommitOnBeforeTheOthersAndAfterARollback() throws SQLException {
        warmUp();
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            connection.createStatement().execute("insert");
            connection.setSchema("other");
            driver.takeCalls();
        }
        assertEquals(
                List.of(
                        "Statement.close",
                        "getAutoCommit",
                        "rollback",
                        "setAutoCommit(true)",
                        "setSchema(public)",
                        "clearWarnings"),
                driver.takeCalls());
    }

    @Test
    void doesNotRollBackWhatAutocommitHasEnded() throws SQLException {
        warmUp();
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            connection.createStatement().execute("insert");
            connection.setAutoCommit(true);
            driver.takeCalls();
        }
        assertEquals(List.of("Statement.close", "clearWarnings"), driver.takeCalls());
    }

    @Test
    void setsAutocommitOffAfterTheOthers() throws SQLException {
        reopen(settings -> settings.autoCommit(false));
        warmUp();
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(true);
            connection.setSchema("other");
            driver.takeCalls();
        }
        assertEquals(
                List.of("getAutoCommit", "setSchema(public)", "setAutoCommit(false)", "clearWarnings"),
                driver.takeCalls());
    }

    @Test
    void commitsWhatItSetsBackWithoutAutocommit() throws SQLException {
        reopen(settings -> settings.autoCommit(false));
        warmUp();
        try (Connection connection = source.getConnection()) {
            connection.setSchema("other");
            driver.takeCalls();
        }
        assertEquals(
                List.of("getAutoCommit", "rollback", "setSchema(public)", "commit", "clearWarnings"),
                driver.takeCalls());
    }

    @Test
    void startsWithWhatItWasToldAndNeverAsksForIt() throws SQLException {
        reopen(settings -> settings.autoCommit(false)
                .readOnly(true)
                .transactionIsolation(Connection.TRANSACTION_SERIALIZABLE)
                .catalog("shop")
                .schema("orders")
                .connectionInitSql("set x"));
        driver.takeCalls();
        Connection connection = source.getConnection();
        assertEquals(
                List.of(
                        "connect",
                        "getAutoCommit",
                        "setCatalog(shop)",
                        "setSchema(orders)",
                        "createStatement",
                        "Statement.execute(set x)",
                        "Statement.close",
                        "setTransactionIsolation(8)",
                        "setReadOnly(true)",
                        "setAutoCommit(false)",
                        "clearWarnings"),
                driver.takeCalls());
        connection.setSchema("other");
        connection.setReadOnly(false);
        assertEquals(List.of("setSchema(other)", "setReadOnly(false)"), driver.takeCalls());
        connection.close();
        assertEquals(
                List.of(
                        "getAutoCommit",
                        "rollback",
                        "setReadOnly(true)",
                        "setSchema(orders)",
                        "commit",
                        "clearWarnings"),
                driver.takeCalls());
    }

    @Test
    void looksAtWhatAnUnwrappedConnectionMayHaveBecome() throws SQLException {
        warmUp();
        try (Connection connection = source.getConnection()) {
            connection.unwrap(driver.connections.get(0).getClass());
            driver.connections.get(0).setAutoCommit(false);
            driver.takeCalls();
        }
        assertEquals(
                List.of("isClosed", "getAutoCommit", "rollback", "setAutoCommit(true)", "clearWarnings"),
                driver.takeCalls());
    }

    @Test
    void endsAConnectionWhoseShardingKeyWasSet() throws SQLException {
        warmUp();
        try (Connection connection = source.getConnection()) {
            connection.setShardingKey(null);
        }
        source.getConnection().close();
        assertEquals(2, driver.connections.size());
    }
}
