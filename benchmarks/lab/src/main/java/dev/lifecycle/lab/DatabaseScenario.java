package dev.lifecycle.lab;

import dev.lifecycle.leak.LeakDetector;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.pool.PoolStats;
import dev.lifecycle.pool.PooledDataSource;
import dev.lifecycle.scope.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** A handler that forgets its connection where a page is missing, over an embedded database. */
final class DatabaseScenario implements Scenario {
    private static final String URL = "jdbc:h2:mem:lab;DB_CLOSE_DELAY=-1";
    private static final int PAGES = 256;
    private static final int PAGE = 4 << 10; // characters
    private static final int MISSING = -1;
    private static final int CORE = 20;
    private static final int OVERFLOW = 10;
    private static final int PATIENCE_MILLIS = 250; // of both

    @Override
    public String name() {
        return "database";
    }

    @Override
    public String story() {
        return "A handler takes a connection, reads a page from a database, counts the visit, commits, and gives the connection"
                + " back. About one request in 64 asks for a page that is missing: it gets its answer, and the connection is"
                + " forgotten. A pool of 30 made by hand is empty after a while, and nobody can say who has the connections. With the library the"
                + " handler is the same; what it has forgotten is found, reported with the line that took it, and replaced. It is found when the"
                + " garbage collector has been there: here twice a second, since each sample begins with a collection; a service that"
                + " seldom collects finds them as seldom, and needs as many more connections.";
    }

    @Override
    public Service open(Variant variant, Input input) throws IOException {
        try {
            fill(input);
        } catch (SQLException failed) {
            throw new IOException("the database could not be filled", failed);
        }
        return variant == Variant.NAIVE ? new Naive() : new Managed();
    }

    private static void fill(Input input) throws IOException, SQLException {
        try (Connection connection = DriverManager.getConnection(URL);
                Statement create = connection.createStatement()) {
            create.execute("CREATE TABLE pages (id INT PRIMARY KEY, text VARCHAR(" + PAGE + "), visits BIGINT)");
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO pages VALUES (?, ?, 0)")) {
                for (int id = 0; id < PAGES; id++) {
                    insert.setInt(1, id);
                    try (InputStream in = Files.newInputStream(input.file(id))) {
                        insert.setCharacterStream(
                                2, new StringReader(new String(in.readNBytes(PAGE), StandardCharsets.ISO_8859_1)));
                    }
                    insert.execute();
                }
            }
        }
    }

    private static final class NoSuchPageException extends Exception {
        private static final long serialVersionUID = 1L;
    }

    private static int page(long request) {
        return (request & 63) == 0 ? MISSING : (int) (request >>> 16 & PAGES - 1);
    }

    /** The handler: the same for both variants. */
    private abstract static class Handler implements Service {

        abstract Connection take() throws Exception;

        abstract void giveBack(Connection connection) throws SQLException;

        @Override
        public final boolean serve(long request) throws Exception {
            Connection connection = take();
            try {
                visit(connection, page(request));
            } catch (NoSuchPageException missing) {
                return false; // an answer, too: 404; but the connection is forgotten
            }
            giveBack(connection);
            return true;
        }

        private static void visit(Connection connection, int page) throws SQLException, NoSuchPageException {
            try (PreparedStatement read = connection.prepareStatement("SELECT text FROM pages WHERE id = ?")) {
                read.setInt(1, page);
                try (ResultSet rows = read.executeQuery()) {
                    if (!rows.next()) {
                        throw new NoSuchPageException();
                    }
                    rows.getString(1);
                }
            }
            try (PreparedStatement count =
                    connection.prepareStatement("UPDATE pages SET visits = visits + 1 WHERE id = ?")) {
                count.setInt(1, page);
                count.executeUpdate();
            }
            connection.commit();
        }
    }

    /** As it was. */
    private static final class Naive extends Handler {
        private final Semaphore places = new Semaphore(CORE + OVERFLOW);
        private final Queue<Connection> idle = new ConcurrentLinkedQueue<>();

        @Override
        Connection take() throws SQLException, InterruptedException {
            if (!places.tryAcquire(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new SQLTransientConnectionException("no connection within " + PATIENCE_MILLIS + " ms");
            }
            Connection known = idle.poll();
            if (known != null) {
                return known;
            }
            Connection made = DriverManager.getConnection(URL);
            made.setAutoCommit(false);
            return made;
        }

        @Override
        void giveBack(Connection connection) {
            idle.add(connection);
            places.release();
        }

        @Override
        public String found() {
            return CORE + OVERFLOW - places.availablePermits() + " of " + (CORE + OVERFLOW)
                    + " connections are out, and nobody knows where";
        }

        @Override
        public void close() {}
    }

    /** With the library. */
    private static final class Managed extends Handler {
        private final Scope app = Scope.open("pages");
        private final PooledDataSource database = PooledDataSource.builder("db", URL)
                .autoCommit(false)
                .pool(pool -> pool.core(CORE)
                        .minAvailable(CORE)
                        .overflow(OVERFLOW)
                        .acquireTimeout(Duration.ofMillis(PATIENCE_MILLIS)))
                .open(app);
        private final AtomicReference<String> line = new AtomicReference<>("not known yet");
        private final LeakDetector.Registration reports = LeakDetector.library().addListener(this::report);

        @Override
        Connection take() throws SQLException {
            return database.getConnection();
        }

        @Override
        void giveBack(Connection connection) throws SQLException {
            connection.close();
        }

        private void report(LeakReport leak) {
            Arrays.stream(leak.stack())
                    .filter(frame -> frame.getClassName().equals(Handler.class.getName())) // which forgets it
                    .findFirst()
                    .ifPresent(frame -> line.set(frame.getFileName() + ":" + frame.getLineNumber()));
        }

        @Override
        public String found() {
            PoolStats stats = database.pool().stats();
            return stats.leased() + " of " + (CORE + OVERFLOW) + " connections are out; " + stats.leaksCollected()
                    + " that were forgotten are found and replaced, taken at " + line.get();
        }

        @Override
        public String missed() {
            return database.pool().stats().leaksCollected() > 0 ? "" : "found no connection that was forgotten";
        }

        @Override
        public void close() {
            reports.close();
            app.close();
        }
    }
}
