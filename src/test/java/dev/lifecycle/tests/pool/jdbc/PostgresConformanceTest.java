package dev.lifecycle.tests.pool.jdbc;

import dev.lifecycle.pool.PooledDataSource;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

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
    String schemaName() {
        return SCHEMA;
    }

    @Override
    String mainSchema() {
        return "public";
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
