package dev.lifecycle.tests.pool.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.pool.PooledDataSource;
import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import org.h2.jdbc.JdbcConnection;
import org.h2.jdbc.JdbcDatabaseMetaData;
import org.h2.jdbc.JdbcPreparedStatement;
import org.h2.jdbc.JdbcResultSet;
import org.h2.jdbc.JdbcStatement;
import org.junit.jupiter.api.Test;

/** What H2 promises besides. */
abstract class H2ConformanceTest extends ConformanceTest {

    /** The database, which is there until the end of the test. */
    abstract String url();

    @Override
    PooledDataSource.Builder builder() {
        return builderOfTheSame();
    }

    @Override
    PooledDataSource.Builder builderOfTheSame() {
        return PooledDataSource.builder("h2", url()).user("sa");
    }

    @Override
    String bytesType() {
        return "blob";
    }

    @Override
    String textType() {
        return "clob";
    }

    @Override
    String slow() {
        return "select count(*) from system_range(1, 100000) a, system_range(1, 100000) b where a.x + b.x = 7";
    }

    @Override
    String countSlow() {
        return "select count(*) from information_schema.sessions"
                + " where executing_statement like '%100000%' and session_id <> session_id()";
    }

    @Override
    String schemaName() {
        return "ELSEWHERE";
    }

    @Override
    String mainSchema() {
        return "PUBLIC";
    }

    @Override
    Class<?> driverType(Class<?> type) {
        return type == Connection.class
                ? JdbcConnection.class
                : type == Statement.class
                        ? JdbcStatement.class
                        : type == PreparedStatement.class
                                ? JdbcPreparedStatement.class
                                : type == ResultSet.class
                                        ? JdbcResultSet.class
                                        : type == DatabaseMetaData.class ? JdbcDatabaseMetaData.class : type;
    }

    @Test
    void callsAProcedure() throws SQLException {
        try (Connection connection = source().getConnection();
                CallableStatement call = connection.prepareCall("{? = call abs(?)}")) {
            call.registerOutParameter(1, Types.INTEGER);
            call.setInt(2, -5);
            call.execute();
            assertEquals(5, call.getInt(1));
            assertEquals(5, call.getObject(1));
            assertSame(connection, call.getConnection());
            assertSame(call, call.unwrap(CallableStatement.class));
        }
    }

    @Test
    void storesLargeObjects() throws SQLException {
        run("create table thing (id int primary key, bytes blob, text clob, numbers int array)");
        try (Connection connection = source().getConnection();
                PreparedStatement insert = connection.prepareStatement("insert into thing values (1, ?, ?, ?)")) {
            Blob blob = connection.createBlob();
            blob.setBytes(1, "bytes".getBytes(UTF_8));
            Clob clob = connection.createClob();
            clob.setString(1, "text");
            insert.setBlob(1, blob);
            insert.setClob(2, clob);
            insert.setArray(3, connection.createArrayOf("INTEGER", new Object[] {1, 2, 3}));
            insert.executeUpdate();
            try (Statement select = connection.createStatement();
                    ResultSet results = select.executeQuery("select * from thing")) {
                assertTrue(results.next());
                assertArrayEquals("bytes".getBytes(UTF_8), results.getBlob(2).getBytes(1, 10));
                assertEquals("text", results.getClob("text").getSubString(1, 10));
                Array array = results.getArray(4);
                assertArrayEquals(new Object[] {1, 2, 3}, (Object[]) array.getArray());
            }
        }
    }

    /** A value of the database may be a result set: it leads back to the borrowed connection, and is closed with it. */
    @Test
    void wrapsAResultOfAFunction() throws SQLException {
        ResultSet rows;
        try (Connection connection = source().getConnection();
                Statement statement = connection.createStatement();
                ResultSet results = statement.executeQuery("select * from system_range(1, 3)")) {
            rows = results;
            assertNotSame(results, results.unwrap(JdbcResultSet.class));
            assertTrue(rows.next());
        }
        assertTrue(rows.isClosed());
    }

    @Test
    void setsBackAutocommitThatWasSetBySql() throws SQLException {
        try (Connection connection = source().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("set autocommit false");
            assertFalse(connection.getAutoCommit());
            statement.execute("insert into account values (1, 1)");
        }
        try (Connection connection = source().getConnection();
                Statement statement = connection.createStatement()) {
            assertTrue(connection.getAutoCommit());
            statement.execute("set autocommit false");
            statement.execute("insert into account values (1, 1)");
            connection.setAutoCommit(false); // as it is
        }
        try (Connection connection = source().getConnection()) {
            assertTrue(connection.getAutoCommit());
            assertEquals(0, number(connection, "select count(*) from account"));
        }
    }

    @Test
    void setsBackClientInfo() throws SQLException {
        try (PooledDataSource one = PooledDataSource.builder("info", url() + ";MODE=PostgreSQL")
                .user("sa")
                .pool(pool -> pool.core(1).overflow(0))
                .open()) {
            try (Connection connection = one.getConnection()) {
                connection.setClientInfo("ApplicationName", "test");
                assertEquals("test", connection.getClientInfo("ApplicationName"));
            }
            try (Connection connection = one.getConnection()) {
                assertNull(connection.getClientInfo("ApplicationName"));
            }
            assertEquals(1, one.pool().stats().created());
        }
        run("set mode regular");
    }
}
