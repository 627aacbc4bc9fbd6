package dev.lifecycle.tests.pool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.pool.PooledDataSource;
import java.io.IOException;
import java.sql.Blob;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** PostgreSQL. Run: {@code mvn -Ppostgres verify}. */
@Tag("postgres")
class PostgresConformanceTest extends ConformanceTest {
    private static Postgres server;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        server = new Postgres();
    }

    @AfterAll
    static void stop() throws IOException, InterruptedException {
        server.close();
    }

    @Override
    PooledDataSource.Builder builder() {
        return builderOfTheSame();
    }

    @Override
    PooledDataSource.Builder builderOfTheSame() {
        return PooledDataSource.builder("postgres", server.url());
    }

    @Override
    String bytesType() {
        return "bytea";
    }

    @Override
    String textType() {
        return "text";
    }

    @Override
    String slow() {
        return "select pg_sleep(20)";
    }

    @Override
    String countSlow() {
        return "select count(*) from pg_stat_activity"
                + " where state = 'active' and query like '%pg_sleep%' and pid <> pg_backend_pid()";
    }

    @Override
    String schemaName() {
        return SCHEMA;
    }

    @Override
    String mainSchema() {
        return "public";
    }

    @Test
    void setsBackASchemaThatWasOfATransactionOnly() throws SQLException {
        run("create schema " + SCHEMA);
        try (PooledDataSource one =
                builderOfTheSame().pool(pool -> pool.core(1).overflow(0)).open()) {
            try (Connection connection = one.getConnection();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute("set local search_path to " + SCHEMA);
                connection.setSchema("pg_catalog");
            }
            try (Connection connection = one.getConnection()) {
                assertEquals(mainSchema(), connection.getSchema());
            }
        }
    }

    /** One that is used after a commit begins the next transaction. */
    @Test
    void rollsBackWhatALargeObjectHasBegun() throws SQLException {
        try (PooledDataSource one = builderOfTheSame()
                .autoCommit(false)
                .pool(pool -> pool.core(1).overflow(0))
                .open()) {
            try (Connection connection = one.getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet results = statement.executeQuery("select lo_from_bytea(0, 'abc')")) {
                assertTrue(results.next());
                long id = results.getLong(1);
                try (ResultSet again = statement.executeQuery("select " + id + "::oid")) {
                    assertTrue(again.next());
                    Blob blob = again.getBlob(1);
                    connection.commit();
                    assertEquals(3, blob.length());
                }
            }
            assertEquals(0, number("select count(*) from pg_stat_activity where state like 'idle in transaction%'"));
        }
    }

    @Override
    Class<?> driverType(Class<?> type) {
        String name = type == Connection.class
                ? "PGConnection"
                : Statement.class.isAssignableFrom(type)
                        ? "PGStatement"
                        : type == ResultSet.class ? "jdbc.PgResultSet" : "jdbc.PgDatabaseMetaData";
        try {
            return Class.forName("org.postgresql." + name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
