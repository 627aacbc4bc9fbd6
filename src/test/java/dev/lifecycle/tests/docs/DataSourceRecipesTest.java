package dev.lifecycle.tests.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.pool.PooledDataSource;
import dev.lifecycle.scope.Scope;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The recipes of docs/pool.md for databases. */
@Timeout(60)
class DataSourceRecipesTest {
    private static final String URL = "jdbc:h2:mem:recipes";

    @Test
    void poolsADatabase() throws SQLException {
        // @start region="database"
        try (Scope app = Scope.open("shop")) {
            DataSource db = PooledDataSource.builder("db", URL)
                    .user("sa")
                    .password("")
                    .autoCommit(false) // for each borrower, whatever the one before it set
                    .pool(pool -> pool.core(10).overflow(5).maxAge(Duration.ofMinutes(30), 0.2))
                    .open(app);
            try (Connection connection = db.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE orders (id INT PRIMARY KEY, price INT)");
                statement.executeUpdate("INSERT INTO orders VALUES (1, 42)");
                connection.commit(); // or else it is rolled back when the connection is closed
                assertEquals(42, price(connection, 1));
            } // what is open still is closed, and the connection goes back
        } // the connections are closed
        // @end
    }

    private static int price(Connection connection, int id) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT price FROM orders WHERE id = ?")) {
            query.setInt(1, id);
            try (ResultSet found = query.executeQuery()) {
                assertTrue(found.next());
                return found.getInt(1);
            }
        }
    }

    @Test
    void closesWhatWasForgotten() throws SQLException {
        try (PooledDataSource db = PooledDataSource.builder("db", URL).open()) {
            Statement forgotten;
            try (Connection connection = db.getConnection()) {
                forgotten = connection.createStatement();
            }
            assertTrue(forgotten.isClosed());
            assertThrows(SQLException.class, () -> forgotten.execute("SELECT 1"));
            assertEquals(0, db.pool().stats().leased());
        }
    }
}
