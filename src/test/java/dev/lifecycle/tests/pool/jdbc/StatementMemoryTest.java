package dev.lifecycle.tests.pool.jdbc;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.pool.PooledDataSource;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A connection that is kept for long, and many statements on it. */
@Tag("once")
@Timeout(120)
class StatementMemoryTest {
    private static final int STATEMENTS = 1_000_000;
    private static final long ROOM = 8L << 20; // eight bytes for each statement, had they been kept

    /** A driver that keeps nothing. */
    private static final class Light {
        private static <T> T make(Class<T> type) {
            return type.cast(Proxy.newProxyInstance(
                    Light.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                        Class<?> result = method.getReturnType();
                        return result == boolean.class
                                ? (Object) !method.getName().equals("next")
                                : result.isPrimitive() && result != void.class
                                        ? 0
                                        : result.isInterface() ? make(result) : null;
                    }));
        }
    }

    /** A use of a connection. */
    private interface Use {
        void of(Connection connection) throws SQLException;
    }

    private static long used() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            Runtime here = Runtime.getRuntime();
            least = Math.min(least, here.totalMemory() - here.freeMemory());
        }
        return least;
    }

    private static void flat(Use use) throws SQLException {
        try (PooledDataSource source = PooledDataSource.builder("db", Light.make(DataSource.class))
                        .open();
                Connection connection = source.getConnection();
                Statement older = connection.createStatement()) {
            for (int i = 0; i < 1_000; i++) {
                use.of(connection);
            }
            long before = used();
            for (int i = 0; i < STATEMENTS; i++) {
                use.of(connection);
            }
            long after = used();
            assertTrue(after - before < ROOM, () -> "grew by " + (after - before) + " bytes");
            assertTrue(older.getConnection() == connection);
        }
    }

    @Test
    void forgetsStatementsThatAreClosed() throws SQLException {
        flat(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet results = statement.executeQuery("select")) {
                results.next();
            }
        });
    }

    @Test
    void forgetsStatementsThatCloseThemselves() throws SQLException {
        flat(connection -> {
            PreparedStatement statement = connection.prepareStatement("select");
            statement.closeOnCompletion();
            statement.executeQuery().next();
        });
    }

    @Test
    void forgetsResultsOfTheMetadataThatAreClosed() throws SQLException {
        flat(connection -> {
            DatabaseMetaData metaData = connection.getMetaData();
            metaData.getCatalogs().close();
        });
    }

    @Test
    void keepsNothingOfResultsAndMetadata() throws SQLException {
        flat(connection -> {
            connection.getMetaData().getURL();
            connection.unwrap(Connection.class);
        });
    }
}
