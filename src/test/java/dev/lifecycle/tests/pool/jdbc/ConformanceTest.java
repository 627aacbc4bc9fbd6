package dev.lifecycle.tests.pool.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.pool.PooledDataSource;
import dev.lifecycle.tests.api.Await;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.math.BigDecimal;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.Date;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What JDBC promises, through a pool, over a real database. */
@Timeout(120)
abstract class ConformanceTest {
    private static final int CORE = 4;

    private PooledDataSource source;

    /** Describes a data source over an empty database. */
    abstract PooledDataSource.Builder builder() throws Exception;

    /** The type of columns for many bytes. */
    abstract String bytesType();

    /** The type of columns for long texts. */
    abstract String textType();

    /** A statement that takes seconds. */
    abstract String slow();

    /** A second schema, which is made by the first connection. */
    static final String SCHEMA = "elsewhere";

    /** A query that counts the other sessions in which the database executes {@link #slow}. */
    abstract String countSlow();

    private void awaitSlow() {
        Await.until("it is in the database", () -> {
            try {
                return number(countSlow()) > 0;
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        });
    }

    final PooledDataSource source() {
        return source;
    }

    @BeforeEach
    void openSource() throws Exception {
        source = builder()
                .pool(pool -> pool.core(CORE).overflow(0).acquireTimeout(Duration.ofSeconds(20)))
                .open();
        run("create table account (id int primary key, amount int not null check (amount >= 0))");
    }

    @AfterEach
    void closeSource() throws SQLException {
        assertEquals(0, source.pool().stats().leased());
        run("drop table if exists account", "drop table if exists thing", "drop schema if exists " + SCHEMA);
        source.close();
    }

    final void run(String... statements) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    final long number(String query) throws SQLException {
        try (Connection connection = source.getConnection()) {
            return number(connection, query);
        }
    }

    static long number(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet results = statement.executeQuery(query)) {
            assertTrue(results.next());
            return results.getLong(1);
        }
    }

    // ---- transactions

    @Test
    void commitsAndRollsBack() throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            assertEquals(1, statement.executeUpdate("insert into account values (1, 10)"));
            connection.commit();
            statement.executeUpdate("insert into account values (2, 10)");
            connection.rollback();
            statement.executeUpdate("insert into account values (3, 10)");
            connection.setAutoCommit(true);
        }
        assertEquals(4, number("select sum(id) from account"));
    }

    @Test
    void rollsBackWhatIsLeftOpen() throws SQLException {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            connection.createStatement().executeUpdate("insert into account values (1, 10)");
            assertEquals(1, number(connection, "select count(*) from account"));
        }
        assertEquals(0, number("select count(*) from account"));
        try (Connection connection = source.getConnection()) {
            assertTrue(connection.getAutoCommit());
        }
    }

    @Test
    void rollsBackToASavepoint() throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.executeUpdate("insert into account values (1, 10)");
            Savepoint named = connection.setSavepoint("named");
            statement.executeUpdate("insert into account values (2, 10)");
            Savepoint other = connection.setSavepoint();
            statement.executeUpdate("insert into account values (3, 10)");
            connection.rollback(other);
            assertEquals(2, number(connection, "select count(*) from account"));
            connection.releaseSavepoint(other);
            connection.rollback(named);
            connection.commit();
        }
        assertEquals(1, number("select sum(id) from account"));
    }

    @Test
    void keepsAConnectionAfterAnErrorOfAStatement() throws SQLException {
        run("insert into account values (1, 10)");
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            assertThrows(SQLException.class, () -> statement.execute("selekt 1"));
            assertThrows(SQLException.class, () -> statement.execute("insert into account values (1, 10)"));
            connection.setAutoCommit(false);
            assertThrows(SQLException.class, () -> statement.execute("insert into account values (2, -1)"));
        }
        assertEquals(1, number("select count(*) from account"));
        assertEquals(1, source.pool().stats().created());
    }

    // ---- statements

    @Test
    void executesBatches() throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                PreparedStatement prepared = connection.prepareStatement("insert into account values (?, ?)")) {
            connection.setAutoCommit(false);
            statement.addBatch("insert into account values (-1, 1)");
            statement.addBatch("update account set amount = 2");
            assertArrayEquals(new int[] {1, 1}, statement.executeBatch());
            for (int i = 0; i < 1_000; i++) {
                prepared.setInt(1, i);
                prepared.setInt(2, i);
                prepared.addBatch();
            }
            assertEquals(1_000, Arrays.stream(prepared.executeLargeBatch()).sum());
            connection.commit();
            prepared.setInt(1, 5_000);
            prepared.setInt(2, -7);
            prepared.addBatch();
            assertThrows(BatchUpdateException.class, prepared::executeBatch);
        }
        assertEquals(1_001, number("select count(*) from account"));
    }

    @Test
    void streamsALargeResult() throws SQLException {
        run("create table thing (id int primary key, text varchar(100))");
        int rows = 45_000; // more than H2 keeps in memory
        try (Connection connection = source.getConnection();
                PreparedStatement insert = connection.prepareStatement("insert into thing values (?, ?)")) {
            connection.setAutoCommit(false);
            for (int i = 0; i < rows; i++) {
                insert.setInt(1, i);
                insert.setString(2, "text " + i);
                insert.addBatch();
                if (i % 5_000 == 4_999) {
                    insert.executeBatch();
                }
            }
            connection.commit();
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(100);
                assertEquals(100, statement.getFetchSize());
                try (ResultSet results = statement.executeQuery("select id, text from thing order by id")) {
                    for (int i = 0; i < rows; i++) {
                        assertTrue(results.next());
                        assertEquals(i, results.getInt("id"));
                        assertEquals("text " + i, results.getString(2));
                    }
                    assertFalse(results.next());
                }
            }
        }
    }

    @Test
    void closesAResultThatIsBeingStreamed() throws SQLException {
        run("create table thing (id int primary key)");
        try (Connection connection = source.getConnection();
                PreparedStatement insert = connection.prepareStatement("insert into thing values (?)")) {
            for (int i = 0; i < 1_000; i++) {
                insert.setInt(1, i);
                insert.addBatch();
            }
            insert.executeBatch();
        }
        Connection connection = source.getConnection();
        connection.setAutoCommit(false);
        Statement statement = connection.createStatement();
        statement.setFetchSize(10);
        ResultSet results = statement.executeQuery("select * from thing");
        assertTrue(results.next());
        connection.close();
        assertTrue(results.isClosed());
        assertThrows(SQLException.class, results::next);
        assertEquals(1_000, number("select count(*) from thing"));
    }

    @Test
    void returnsGeneratedKeys() throws SQLException {
        run("create table thing (id bigint generated by default as identity primary key, text varchar(100))");
        String insert = "insert into thing (text) values ('a')";
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                PreparedStatement prepared = connection.prepareStatement(insert, Statement.RETURN_GENERATED_KEYS);
                PreparedStatement named = connection.prepareStatement(insert, new String[] {"id"})) {
            List<Long> keys = new ArrayList<>();
            statement.executeUpdate(insert, Statement.RETURN_GENERATED_KEYS);
            keys.add(key(statement));
            statement.execute(insert, new String[] {"id"});
            keys.add(key(statement));
            prepared.executeUpdate();
            keys.add(key(prepared));
            named.executeUpdate();
            keys.add(key(named));
            assertEquals(List.of(1L, 2L, 3L, 4L), keys);
        }
    }

    private static long key(Statement statement) throws SQLException {
        try (ResultSet keys = statement.getGeneratedKeys()) {
            assertTrue(keys.next());
            assertSame(statement, keys.getStatement());
            return keys.getLong(1);
        }
    }

    @Test
    void storesAndReadsValuesOfEachType() throws SQLException {
        run("create table thing (a boolean, b smallint, c int, d bigint, e real, f double precision,"
                + " g numeric(20, 4), h varchar(20), i date, j time, k timestamp, l " + bytesType() + ", m "
                + textType() + ")");
        byte[] bytes = "bytes".getBytes(UTF_8);
        Date date = Date.valueOf(LocalDate.of(2024, 2, 29));
        Time time = Time.valueOf("23:59:58");
        Timestamp timestamp = Timestamp.valueOf("2024-02-29 23:59:58.123456");
        try (Connection connection = source.getConnection();
                PreparedStatement insert = connection.prepareStatement(
                        "insert into thing values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            insert.setBoolean(1, true);
            insert.setShort(2, (short) 2);
            insert.setInt(3, 3);
            insert.setLong(4, 1L << 40);
            insert.setFloat(5, 1.5f);
            insert.setDouble(6, 0.1);
            insert.setBigDecimal(7, new BigDecimal("12345678901234.5678"));
            insert.setString(8, "text");
            insert.setDate(9, date);
            insert.setTime(10, time);
            insert.setTimestamp(11, timestamp);
            insert.setBytes(12, bytes);
            insert.setCharacterStream(13, new StringReader("long text"));
            assertEquals(1, insert.executeUpdate());
            insert.clearParameters();
            for (int i = 1; i <= 11; i++) {
                insert.setNull(
                        i,
                        new int[] {
                                    Types.BOOLEAN,
                                    Types.SMALLINT,
                                    Types.INTEGER,
                                    Types.BIGINT,
                                    Types.REAL,
                                    Types.DOUBLE,
                                    Types.NUMERIC,
                                    Types.VARCHAR,
                                    Types.DATE,
                                    Types.TIME,
                                    Types.TIMESTAMP
                                }
                                [i - 1]);
            }
            insert.setBytes(12, null);
            insert.setString(13, null);
            assertEquals(1, insert.executeUpdate());
            try (Statement statement = connection.createStatement();
                    ResultSet results = statement.executeQuery("select * from thing order by c nulls last")) {
                assertTrue(results.next());
                assertTrue(results.getBoolean("a"));
                assertEquals(2, results.getShort(2));
                assertEquals(3, results.getObject(3));
                assertEquals(1L << 40, results.getLong("d"));
                assertEquals(1.5f, results.getFloat(5));
                assertEquals(0.1, results.getDouble(6));
                assertEquals(new BigDecimal("12345678901234.5678"), results.getBigDecimal(7));
                assertEquals("text", results.getString(results.findColumn("h")));
                assertEquals(date, results.getDate(9));
                assertEquals(LocalDate.of(2024, 2, 29), results.getObject(9, LocalDate.class));
                assertEquals(time, results.getTime(10));
                assertEquals(timestamp, results.getTimestamp("k"));
                assertArrayEquals(bytes, results.getBytes(12));
                assertEquals("long text", results.getString("m"));
                assertFalse(results.wasNull());
                assertTrue(results.next());
                assertNull(results.getString(13));
                assertTrue(results.wasNull());
                assertNull(results.getObject(3));
                assertFalse(results.next());
            }
        }
    }

    @Test
    void streamsLargeValues() throws SQLException, IOException {
        run("create table thing (id int primary key, bytes " + bytesType() + ", text " + textType() + ")");
        byte[] bytes = new byte[1 << 20];
        new SplittableRandom(1).nextBytes(bytes);
        String text = "0123456789\u00e4\u20ac".repeat(50_000);
        try (Connection connection = source.getConnection();
                PreparedStatement insert = connection.prepareStatement("insert into thing values (1, ?, ?)");
                Statement select = connection.createStatement()) {
            insert.setBinaryStream(1, new ByteArrayInputStream(bytes), bytes.length);
            insert.setCharacterStream(2, new StringReader(text), text.length());
            insert.executeUpdate();
            try (ResultSet results = select.executeQuery("select bytes, text from thing")) {
                assertTrue(results.next());
                try (InputStream in = results.getBinaryStream(1);
                        Reader reader = results.getCharacterStream("text")) {
                    assertArrayEquals(bytes, in.readAllBytes());
                    StringBuilder read = new StringBuilder();
                    char[] some = new char[1 << 14];
                    for (int n = reader.read(some); n >= 0; n = reader.read(some)) {
                        read.append(some, 0, n);
                    }
                    assertEquals(text, read.toString());
                }
            }
        }
    }

    @Test
    void scrollsAndUpdates() throws SQLException {
        run("insert into account values (1, 10), (2, 20), (3, 30)");
        try (Connection connection = source.getConnection();
                Statement statement =
                        connection.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE);
                ResultSet results = statement.executeQuery("select id, amount from account order by id")) {
            assertEquals(ResultSet.CONCUR_UPDATABLE, results.getConcurrency());
            assertTrue(results.last());
            assertEquals(3, results.getRow());
            assertTrue(results.previous());
            results.updateInt("amount", 21);
            results.updateRow();
            assertTrue(results.absolute(1));
            assertTrue(results.isFirst());
            results.deleteRow();
            results.moveToInsertRow();
            results.updateInt(1, 4);
            results.updateObject(2, 40);
            results.insertRow();
            results.moveToCurrentRow();
        }
        assertEquals(91, number("select sum(amount) from account"));
    }

    @Test
    void walksThroughSeveralResults() throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            assertTrue(statement.execute("select 1"));
            try (ResultSet results = statement.getResultSet()) {
                assertTrue(results.next());
            }
            assertFalse(statement.getMoreResults());
            assertFalse(statement.execute("insert into account values (1, 1)"));
            assertEquals(1, statement.getUpdateCount());
            assertNull(statement.getResultSet());
        }
    }

    @Test
    void closesAStatementOnCompletion() throws SQLException {
        try (Connection connection = source.getConnection()) {
            PreparedStatement statement = connection.prepareStatement("select 1");
            statement.closeOnCompletion();
            assertTrue(statement.isCloseOnCompletion());
            ResultSet results = statement.executeQuery();
            assertTrue(results.next());
            results.close();
            assertTrue(statement.isClosed());
            assertThrows(SQLException.class, statement::executeQuery);
        }
    }

    @Test
    void executesTheSamePreparedStatementAgainAndAgain() throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement insert = connection.prepareStatement("insert into account values (?, 1)");
                PreparedStatement select = connection.prepareStatement("select id from account where id = ?")) {
            for (int i = 0; i < 100; i++) {
                insert.setInt(1, i);
                assertEquals(1L, insert.executeLargeUpdate());
                select.setInt(1, i);
                try (ResultSet results = select.executeQuery()) {
                    assertTrue(results.next());
                    assertEquals(i, results.getInt(1));
                }
            }
        }
    }

    @Test
    void cancelsAStatement() throws Exception {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            CountDownLatch started = new CountDownLatch(1);
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread other = new Thread(() -> {
                started.countDown();
                try {
                    statement.execute(slow());
                } catch (Throwable e) {
                    thrown.set(e);
                }
            });
            other.start();
            started.await();
            awaitSlow(); // one that is cancelled on its way to the database may go on
            statement.cancel(); // once: a second one might come too late, and stop the next statement
            Await.end(other);
            assertTrue(thrown.get() instanceof SQLException, () -> "thrown: " + thrown.get());
            assertEquals(1, number(connection, "select 1"));
        }
        assertEquals(2, source.pool().stats().created(), "it, and the one that looked at it");
    }

    @Test
    void keepsAConnectionWhoseQueryTookTooLong() throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            assertThrows(SQLException.class, () -> statement.execute(slow()));
        }
        run("insert into account values (1, 1)");
        assertEquals(1, source.pool().stats().created());
    }

    // ---- descriptions

    @Test
    void describesTheDatabase() throws SQLException {
        try (Connection connection = source.getConnection()) {
            DatabaseMetaData metaData = connection.getMetaData();
            assertSame(connection, metaData.getConnection());
            assertTrue(metaData.supportsTransactions());
            assertNotNull(metaData.getURL());
            String table = metaData.storesUpperCaseIdentifiers() ? "ACCOUNT" : "account";
            try (ResultSet columns = metaData.getColumns(null, null, table, null)) {
                List<String> names = new ArrayList<>();
                while (columns.next()) {
                    names.add(columns.getString("COLUMN_NAME").toLowerCase(Locale.ROOT));
                }
                assertEquals(List.of("id", "amount"), names);
                Statement hidden = columns.getStatement();
                assertTrue(hidden == null || hidden.getConnection() == connection);
            }
            try (ResultSet keys = metaData.getPrimaryKeys(null, null, table)) {
                assertTrue(keys.next());
            }
        }
    }

    @Test
    void describesColumnsAndParameters() throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("select id, amount as much from account where id = ?")) {
            ResultSetMetaData columns = statement.getMetaData();
            assertEquals(2, columns.getColumnCount());
            assertEquals("much", columns.getColumnLabel(2).toLowerCase(Locale.ROOT));
            assertEquals(Types.INTEGER, columns.getColumnType(1));
            ParameterMetaData parameters = statement.getParameterMetaData();
            assertEquals(1, parameters.getParameterCount());
            statement.setInt(1, 1);
            try (ResultSet results = statement.executeQuery()) {
                assertEquals(2, results.getMetaData().getColumnCount());
            }
            assertSame(columns, columns.unwrap(ResultSetMetaData.class));
            assertSame(parameters, parameters.unwrap(ParameterMetaData.class));
        }
    }

    @Test
    void leadsBackToTheBorrowedConnection() throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                PreparedStatement prepared = connection.prepareStatement("select 1");
                ResultSet results = statement.executeQuery("select 1");
                ResultSet others = prepared.executeQuery()) {
            assertSame(connection, statement.getConnection());
            assertSame(connection, prepared.getConnection());
            assertSame(statement, results.getStatement());
            assertSame(prepared, others.getStatement());
            assertSame(connection, others.getStatement().getConnection());
            assertSame(connection, connection.getMetaData().getConnection());
        }
    }

    @Test
    void unwrapsEachObjectOfTheDriver() throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                PreparedStatement prepared = connection.prepareStatement("select 1");
                ResultSet results = statement.executeQuery("select 1")) {
            DatabaseMetaData metaData = connection.getMetaData();
            for (java.sql.Wrapper each : List.of(connection, statement, prepared, results, metaData)) {
                Class<?> own = each instanceof Connection
                        ? Connection.class
                        : each instanceof PreparedStatement
                                ? PreparedStatement.class
                                : each instanceof Statement
                                        ? Statement.class
                                        : each instanceof ResultSet ? ResultSet.class : DatabaseMetaData.class;
                assertTrue(each.isWrapperFor(own));
                assertSame(each, each.unwrap(own));
                Class<?> driver = driverType(own);
                assertTrue(each.isWrapperFor(driver), () -> driver + " of " + each);
                Object raw = each.unwrap(driver);
                assertTrue(driver.isInstance(raw));
                assertFalse(raw.getClass().getName().startsWith("dev.lifecycle"));
                assertFalse(each.isWrapperFor(CountDownLatch.class));
                assertThrows(SQLException.class, () -> each.unwrap(CountDownLatch.class));
            }
        }
    }

    /** The type that the driver has for one of JDBC. */
    abstract Class<?> driverType(Class<?> type);

    // ---- state

    @Test
    void setsBackWhatABorrowerHasSet() throws SQLException {
        run("create schema " + SCHEMA);
        try (PooledDataSource one =
                builderOfTheSame().pool(pool -> pool.core(1).overflow(0)).open()) {
            String schema;
            int isolation;
            int holdability;
            try (Connection connection = one.getConnection()) {
                schema = connection.getSchema();
                isolation = connection.getTransactionIsolation();
                holdability = connection.getHoldability();
                connection.setAutoCommit(false);
                connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
                connection.setHoldability(
                        holdability == ResultSet.HOLD_CURSORS_OVER_COMMIT
                                ? ResultSet.CLOSE_CURSORS_AT_COMMIT
                                : ResultSet.HOLD_CURSORS_OVER_COMMIT);
                connection.setSchema(schemaName());
                assertEquals(schemaName(), connection.getSchema());
                try (Statement statement = connection.createStatement()) {
                    statement.execute("create table " + SCHEMA + ".thing (id int)");
                    connection.commit();
                    statement.execute("insert into thing values (1)"); // of the other schema
                }
            }
            try (Connection connection = one.getConnection()) {
                assertTrue(connection.getAutoCommit());
                assertFalse(connection.isReadOnly());
                assertEquals(schema, connection.getSchema());
                assertEquals(isolation, connection.getTransactionIsolation());
                assertEquals(holdability, connection.getHoldability());
                assertEquals(0, number(connection, "select count(*) from " + SCHEMA + ".thing"));
                assertNull(connection.getWarnings());
            }
            assertEquals(1, one.pool().stats().created());
        }
        run("drop table " + SCHEMA + ".thing");
    }

    /** The second schema, as the database has it. */
    abstract String schemaName();

    /** Describes another data source over the same database. */
    abstract PooledDataSource.Builder builderOfTheSame();

    @Test
    void startsWithoutAutocommitAndInASchemaWhereItIsToldSo() throws SQLException {
        run("create schema " + SCHEMA, "create table " + SCHEMA + ".thing (id int)");
        try (PooledDataSource other = builderOfTheSame()
                .autoCommit(false)
                .schema(schemaName())
                .transactionIsolation(Connection.TRANSACTION_SERIALIZABLE)
                .connectionInitSql("insert into thing values (7)")
                .pool(pool -> pool.core(1).overflow(0).validateAfterIdle(Duration.ZERO))
                .open()) {
            String before;
            try (Connection connection = other.getConnection()) {
                assertFalse(connection.getAutoCommit());
                assertEquals(Connection.TRANSACTION_SERIALIZABLE, connection.getTransactionIsolation());
                assertEquals(7, number(connection, "select sum(id) from thing"));
                before = connection.getSchema();
                connection.setSchema(mainSchema());
                connection.setAutoCommit(true);
            }
            try (Connection connection = other.getConnection()) {
                assertEquals(before, connection.getSchema());
                assertFalse(connection.getAutoCommit());
                connection.createStatement().executeUpdate("delete from thing");
            }
            try (Connection connection = other.getConnection()) {
                assertEquals(7, number(connection, "select sum(id) from thing"));
            }
            assertEquals(1, other.pool().stats().created());
        }
        run("drop table " + SCHEMA + ".thing");
    }

    /** In some databases, a value that was set in a transaction is undone with it. */
    @Test
    void setsBackASchemaThatARollbackBringsBack() throws SQLException {
        run("create schema " + SCHEMA);
        try (PooledDataSource one =
                builderOfTheSame().pool(pool -> pool.core(1).overflow(0)).open()) {
            try (Connection connection = one.getConnection()) {
                connection.setAutoCommit(false);
                connection.setSchema(schemaName());
                connection.commit();
                connection.setSchema(mainSchema());
            }
            try (Connection connection = one.getConnection()) {
                assertEquals(mainSchema(), connection.getSchema());
                connection.setAutoCommit(false);
                connection.setSchema(schemaName());
                connection.commit();
                connection.setSchema(mainSchema());
                connection.rollback();
            }
            try (Connection connection = one.getConnection()) {
                assertEquals(mainSchema(), connection.getSchema());
            }
            assertEquals(1, one.pool().stats().created());
        }
    }

    /** In some databases, the time limit of one statement is that of all of a connection. */
    @Test
    void givesTheNextOneNoTimeLimitOfStatements() throws SQLException {
        try (PooledDataSource one =
                builderOfTheSame().pool(pool -> pool.core(1).overflow(0)).open()) {
            try (Connection connection = one.getConnection()) {
                Statement first = connection.createStatement();
                Statement second = connection.createStatement();
                first.setQueryTimeout(7);
                second.setQueryTimeout(9);
                first.close();
                second.close();
                connection.createStatement().setQueryTimeout(11); // and left open
            }
            assertNoTimeLimit(one);
            assertEquals(1, one.pool().stats().created());
        }
    }

    @Test
    void givesNobodyTheTimeLimitOfItsCheck() throws SQLException {
        try (PooledDataSource one = builderOfTheSame()
                .testQuery("select 1")
                .pool(pool -> pool.core(1)
                        .overflow(0)
                        .validateAfterIdle(Duration.ZERO)
                        .validateTimeout(Duration.ofSeconds(20)))
                .open()) {
            one.getConnection().close();
            assertNoTimeLimit(one);
            assertEquals(1, one.pool().stats().created());
        }
    }

    private static void assertNoTimeLimit(PooledDataSource one) throws SQLException {
        try (Connection connection = one.getConnection();
                Statement statement = connection.createStatement()) {
            assertEquals(0, statement.getQueryTimeout());
        }
    }

    /** The schema of new connections, as the database has it. */
    abstract String mainSchema();

    // ---- closing

    @Test
    void closesInAnyOrder() throws SQLException {
        for (int order = 0; order < 6; order++) {
            Connection connection = source.getConnection();
            Statement statement = connection.createStatement();
            ResultSet results = statement.executeQuery("select 1");
            List<AutoCloseable> all = new ArrayList<>(List.of(connection, statement, results));
            try (AutoCloseable last = all.remove(order / 2);
                    AutoCloseable second = all.remove(order % 2);
                    AutoCloseable first = all.remove(0)) {
                assertFalse(connection.isClosed());
            } catch (SQLException e) {
                throw e;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            assertTrue(connection.isClosed());
            assertTrue(statement.isClosed());
            assertTrue(results.isClosed());
        }
        assertEquals(1, source.pool().stats().created());
    }

    @Test
    void closesFromTwoThreadsAtOnce() throws Exception {
        ExecutorService both = Executors.newFixedThreadPool(2);
        try {
            for (int i = 0; i < 500; i++) {
                Connection connection = source.getConnection();
                connection.setAutoCommit(false);
                connection.createStatement().executeUpdate("insert into account values (1, 1)");
                Future<?> one = both.submit(() -> {
                    connection.close();
                    return null;
                });
                Future<?> other = both.submit(() -> {
                    connection.close();
                    return null;
                });
                one.get();
                other.get();
            }
            assertEquals(0, source.pool().stats().leased());
            assertEquals(0, number("select count(*) from account"));
        } finally {
            both.shutdownNow();
        }
    }

    @Test
    void closesWhileAStatementRuns() throws Exception {
        Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        CountDownLatch started = new CountDownLatch(1);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread other = new Thread(() -> {
            started.countDown();
            try {
                statement.execute(slow());
            } catch (Throwable e) {
                thrown.set(e);
            }
        });
        other.start();
        started.await();
        awaitSlow();
        connection.close();
        Await.end(other);
        assertTrue(thrown.get() instanceof SQLException, () -> "thrown: " + thrown.get());
        Await.until("it is back", () -> source.pool().stats().leased() == 0);
        run("insert into account values (1, 1)");
    }

    /** Who closes a connection that another thread works with takes nothing away from the next borrower. */
    @Test
    void neverReachesTheNextBorrower() throws Exception {
        run("insert into account values (1, 0)");
        ExecutorService workers = Executors.newFixedThreadPool(2);
        try (PooledDataSource one = builderOfTheSame()
                .pool(pool -> pool.core(1).overflow(0).acquireTimeout(Duration.ofSeconds(20)))
                .open()) {
            for (int i = 1; i <= 100; i++) {
                Connection stale = one.getConnection();
                Future<?> late = workers.submit(() -> {
                    try {
                        while (true) {
                            stale.rollback();
                            number(stale, "select 1");
                        }
                    } catch (SQLException closed) {
                        return closed;
                    }
                });
                Future<?> closer = workers.submit(() -> {
                    stale.close();
                    return null;
                });
                try (Connection next = one.getConnection();
                        Statement statement = next.createStatement()) {
                    next.setAutoCommit(false);
                    assertEquals(1, statement.executeUpdate("update account set amount = amount + 1"));
                    next.commit();
                }
                closer.get();
                late.get();
                assertEquals(i, number("select amount from account"));
            }
        } finally {
            workers.shutdownNow();
        }
    }

    // ---- together

    @Test
    void movesMoneyAndLosesNone() throws Exception {
        int accounts = 20;
        try (Connection connection = source.getConnection();
                PreparedStatement insert = connection.prepareStatement("insert into account values (?, 100)")) {
            for (int i = 0; i < accounts; i++) {
                insert.setInt(1, i);
                insert.addBatch();
            }
            insert.executeBatch();
        }
        int threads = 2 * CORE; // some wait
        ExecutorService workers = Executors.newFixedThreadPool(threads);
        List<Future<Integer>> all = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            SplittableRandom random = new SplittableRandom(t);
            all.add(workers.submit(() -> {
                int done = 0;
                for (int i = 0; i < 200; i++) {
                    int from = random.nextInt(accounts);
                    int to = random.nextInt(accounts);
                    if (from != to && transfer(from, to, random.nextInt(1, 150), random.nextInt(10))) {
                        done++;
                    }
                    if (i % 20 == 0) {
                        assertEquals(100L * accounts, number("select sum(amount) from account"));
                    }
                }
                return done;
            }));
        }
        int done = 0;
        for (Future<Integer> each : all) {
            done += each.get();
        }
        workers.shutdown();
        assertTrue(workers.awaitTermination(10, TimeUnit.SECONDS));
        assertTrue(done > 0);
        assertEquals(100L * accounts, number("select sum(amount) from account"));
        assertTrue(source.pool().stats().created() <= CORE);
    }

    /** Some are left in the middle, in one way or the other. */
    private boolean transfer(int from, int to, int amount, int luck) throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement update =
                        connection.prepareStatement("update account set amount = amount + ? where id = ?")) {
            connection.setAutoCommit(false);
            update.setInt(1, amount);
            update.setInt(2, to);
            assertEquals(1, update.executeUpdate());
            if (luck == 0) {
                return false; // forgets to roll back
            }
            update.setInt(1, -amount);
            update.setInt(2, from);
            assertEquals(1, update.executeUpdate());
            if (luck == 1) {
                connection.rollback();
                return false;
            }
            connection.commit();
            return true;
        } catch (SQLException e) {
            String state = e.getSQLState();
            if (state.startsWith("23") || state.startsWith("40") || state.equals("HYT00")) {
                return false; // overdrawn, a deadlock, or a lock that was not to be had in time
            }
            throw e;
        }
    }
}
