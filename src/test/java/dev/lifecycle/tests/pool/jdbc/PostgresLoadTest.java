package dev.lifecycle.tests.pool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.pool.PoolStats;
import dev.lifecycle.pool.PooledDataSource;
import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.tests.api.LogCapture;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Load for as long as {@code postgres.seconds} says, ten minutes by default, over a PostgreSQL server that is restarted twice: once in order, once by killing its
 * processes. Run: {@code mvn -Ppostgres verify}.
 *
 * <p>Money goes from account to account, so that the sum stays. Each worker counts its own transactions in a row of its own, in the same transaction, and
 * reads that row again and again: a commit that was lost or done twice, a rollback that was not done, or another one's work in a transaction of its own would
 * change it. One in ten leaves a connection as one should not.
 */
@Tag("postgres")
class PostgresLoadTest {
    private static final int CORE = 8;
    private static final int OVERFLOW = 4;
    private static final int WORKERS = 16;
    private static final int ACCOUNTS = 200;
    private static final long SUM = 1_000L * ACCOUNTS;
    private static final long GRACE_NANOS =
            TimeUnit.SECONDS.toNanos(20); // for what began before a restart, or waits for a connection
    private static final long SECONDS = Long.getLong("postgres.seconds", 600);

    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicLong outageFrom = new AtomicLong(Long.MAX_VALUE); // of System.nanoTime
    private final AtomicLong outageTo = new AtomicLong(Long.MAX_VALUE);
    private final AtomicLong lastCommit = new AtomicLong();
    private final LongAdder commits = new LongAdder();
    private final LongAdder reads = new LongAdder();
    private final LongAdder abuses = new LongAdder();
    private final LongAdder outages = new LongAdder();
    private final LongAdder unknown = new LongAdder();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

    @Test
    void losesNoLeaseAndReadsNothingWrong() throws Exception {
        try (LogCapture log = LogCapture.ofPools();
                Postgres server = new Postgres();
                PooledDataSource source = PooledDataSource.builder("bank", server.url() + "&connectTimeout=5")
                        .pool(pool -> pool.core(CORE)
                                .overflow(OVERFLOW)
                                .acquireTimeout(Duration.ofSeconds(10))
                                .validateAfterIdle(Duration.ofMillis(200))
                                .maxAge(Duration.ofSeconds(60), 0.5)
                                .maxUses(5_000, 1_000)
                                .maxIdle(Duration.ofSeconds(10)))
                        .open()) {
            prepare(source);
            List<Worker> workers = new ArrayList<>();
            for (int i = 0; i < WORKERS; i++) {
                workers.add(new Worker(source, i));
            }
            workers.forEach(Thread::start);
            pause(SECONDS / 3);
            restart(server, Postgres.Stop.FAST);
            pause(SECONDS / 3);
            restart(server, Postgres.Stop.IMMEDIATE);
            pause(SECONDS - 2 * (SECONDS / 3));
            done.set(true);
            for (Worker each : workers) {
                Await.end(each);
            }
            System.out.println(commits + " commits, " + reads + " reads, " + abuses + " abuses, " + outages
                    + " failed in outages, " + unknown + " with an outcome to find out");
            System.out.println(source.pool().stats());
            failures.forEach(failure -> failure.printStackTrace(System.out));
            assertEquals(0, failures.size(), () -> "first of them: " + failures.peek());
            assertTrue(commits.sum() > 10 * SECONDS, commits::toString);
            assertTrue(outages.sum() > 0, "the restarts went by unseen");
            checkResult(source, workers);
            checkPool(server, source);
            List<String> blamed = log.lines().stream()
                    .filter(line -> line.contains("waits for another one"))
                    .toList();
            assertEquals(List.of(), blamed, "each closes its connection before it asks for another one");
        }
    }

    private static void prepare(PooledDataSource source) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create table account (id int primary key, amount bigint not null)");
            statement.execute("insert into account select x, 1000 from generate_series(0, " + (ACCOUNTS - 1) + ") x");
            statement.execute("create table tally (worker int primary key, n bigint not null)");
            statement.execute("insert into tally select x, 0 from generate_series(0, " + (WORKERS - 1) + ") x");
            statement.execute("create schema elsewhere");
        }
    }

    /** Ends early when there is a failure. */
    private void pause(long seconds) throws InterruptedException {
        for (long i = 0; i < 10 * seconds && failures.isEmpty(); i++) {
            Thread.sleep(100);
        }
    }

    private void restart(Postgres server, Postgres.Stop how) throws IOException, InterruptedException {
        outageTo.set(Long.MAX_VALUE);
        outageFrom.set(System.nanoTime());
        server.stop(how);
        Thread.sleep(2_000);
        server.start();
        long back = System.nanoTime();
        outageTo.set(back + GRACE_NANOS);
        Await.until("work goes on", () -> lastCommit.get() - back > 0 || !failures.isEmpty());
        System.out.println("stopped " + how + "; first commit "
                + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - back) + " ms after the server was back");
    }

    private void checkResult(PooledDataSource source, List<Worker> workers) throws SQLException {
        try (Connection connection = source.getConnection()) {
            assertEquals(SUM, ConformanceTest.number(connection, "select sum(amount) from account"));
            for (Worker each : workers) {
                each.check(ConformanceTest.number(connection, "select n from tally where worker = " + each.number));
            }
            assertEquals(
                    0,
                    ConformanceTest.number(
                            connection,
                            "select count(*) from pg_stat_activity where state like 'idle in transaction%'"));
        }
    }

    /** All of its capacity can be used, and the server knows of no other connection. */
    private static void checkPool(Postgres server, PooledDataSource source) throws SQLException {
        Await.until("all is back", () -> {
            PoolStats stats = source.pool().stats();
            return stats.leased() == 0 && stats.waiting() == 0 && stats.quarantined() == 0;
        });
        assertEquals(List.of(), source.pool().leases());
        List<Connection> all = new ArrayList<>();
        for (int i = 0; i < CORE + OVERFLOW; i++) {
            Connection connection = source.getConnection();
            all.add(connection);
            assertEquals(1, ConformanceTest.number(connection, "select 1"));
        }
        assertEquals(CORE + OVERFLOW, source.pool().stats().leased());
        for (Connection each : all) {
            each.close();
        }
        assertEquals(0, source.pool().stats().leased());
        assertEquals(0, source.pool().stats().leaksCollected());
        CloseReport report = source.close(Duration.ofSeconds(20));
        assertEquals(List.of(), report.overruns());
        assertEquals(0, report.failed(), () -> report.failures().toString());
        PoolStats last = source.pool().stats();
        assertEquals(last.created(), last.destroyed(), last::toString);
        try (Connection own = DriverManager.getConnection(server.url())) {
            Await.until("the server has ended the others", () -> {
                try {
                    return ConformanceTest.number(
                                    own, "select count(*) from pg_stat_activity where backend_type = 'client backend'")
                            == 1;
                } catch (SQLException e) {
                    throw new AssertionError(e);
                }
            });
        }
    }

    /** One of many who use the pool. */
    private final class Worker extends Thread {
        private final PooledDataSource source;
        private final int number;
        private final SplittableRandom random;
        private long known; // how many transactions of this worker were committed
        private boolean open; // whether there may be one more

        Worker(PooledDataSource source, int number) {
            super("worker " + number);
            this.source = source;
            this.number = number;
            random = new SplittableRandom(number);
        }

        @Override
        public void run() {
            while (!done.get() && failures.isEmpty()) {
                long began = System.nanoTime();
                try {
                    int luck = random.nextInt(100);
                    if (luck < 60) {
                        transfer();
                    } else if (luck < 90) {
                        read();
                    } else {
                        abuse(luck);
                    }
                } catch (SQLException e) {
                    failed(e, began);
                } catch (Throwable e) {
                    failures.add(e);
                }
            }
        }

        private void failed(SQLException e, long began) {
            long now = System.nanoTime();
            if (now - outageFrom.get() >= 0 && began - outageTo.get() <= 0) {
                outages.increment();
                try {
                    Thread.sleep(10);
                } catch (InterruptedException interrupted) {
                    failures.add(interrupted);
                }
            } else {
                failures.add(e);
            }
        }

        private void transfer() throws SQLException {
            int from = random.nextInt(ACCOUNTS - 1);
            int to = random.nextInt(from + 1, ACCOUNTS); // in order, so that nobody waits for each other
            long amount = random.nextInt(-100, 100);
            boolean committing = false;
            try (Connection connection = source.getConnection();
                    PreparedStatement update =
                            connection.prepareStatement("update account set amount = amount + ? where id = ?");
                    PreparedStatement tally =
                            connection.prepareStatement("update tally set n = n + 1 where worker = ?")) {
                connection.setAutoCommit(false);
                move(update, from, -amount);
                move(update, to, amount);
                tally.setInt(1, number);
                assertEquals(1, tally.executeUpdate());
                committing = true;
                connection.commit();
                committing = false;
                known++;
                commits.increment();
                lastCommit.set(System.nanoTime());
            } finally {
                if (committing) {
                    unknown.increment();
                    if (open) {
                        failures.add(new AssertionError("two unknown outcomes at once"));
                    }
                    open = true;
                }
                settle();
            }
        }

        /** Finds out whether a commit that failed was done, before the next one. */
        private void settle() {
            while (open && !done.get() && failures.isEmpty()) {
                long began = System.nanoTime();
                try {
                    read();
                } catch (SQLException e) {
                    failed(e, began);
                }
            }
        }

        private void move(PreparedStatement update, int account, long amount) throws SQLException {
            update.setLong(1, amount);
            update.setInt(2, account);
            assertEquals(1, update.executeUpdate());
        }

        void check(long n) {
            assertTrue(
                    n == known || open && n == known + 1,
                    () -> "worker " + number + " reads " + n + " in place of " + known + (open ? ", or one more" : ""));
            known = n;
            open = false;
        }

        /** Whatever is read can be known before. */
        private void read() throws SQLException {
            try (Connection connection = source.getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet results = statement.executeQuery("""
                            select (select sum(amount) from account),
                                (select n from tally where worker = %d),
                                txid_current_if_assigned(),
                                current_schema(),
                                current_setting('transaction_isolation'),
                                current_setting('transaction_read_only'),
                                %d
                            """.formatted(number, number))) {
                assertTrue(connection.getAutoCommit());
                assertTrue(results.next());
                assertEquals(SUM, results.getLong(1));
                check(results.getLong(2));
                assertEquals(0, results.getLong(3), "in a transaction of somebody else");
                assertEquals("public", results.getString(4));
                assertEquals("read committed", results.getString(5));
                assertEquals("off", results.getString(6));
                assertEquals(number, results.getInt(7), "the answer to somebody else's question");
                reads.increment();
            }
        }

        private void abuse(int luck) throws SQLException {
            abuses.increment();
            Connection connection = source.getConnection();
            try {
                connection.setAutoCommit(false);
                PreparedStatement tally = connection.prepareStatement("update tally set n = -1 where worker = ?");
                tally.setInt(1, number);
                switch (luck % 5) {
                    case 0 -> {
                        tally.executeUpdate();
                        tally.executeUpdate(); // and forgets to roll back
                    }
                    case 1 -> {
                        connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
                        connection.setReadOnly(true);
                        connection
                                .createStatement()
                                .executeQuery("select * from account")
                                .next();
                    }
                    case 2 -> {
                        connection.setSchema("elsewhere");
                        connection.commit();
                    }
                    case 3 -> {
                        try {
                            connection.createStatement().execute("selekt");
                            throw new AssertionError("selekt");
                        } catch (SQLException e) {
                            if (!"42601".equals(e.getSQLState())) {
                                throw e;
                            }
                        }
                    }
                    default -> {
                        Statement large = connection.createStatement();
                        large.setFetchSize(10);
                        assertTrue(large.executeQuery("select * from account").next());
                    }
                }
            } finally {
                connection.close();
                connection.close();
            }
        }
    }
}
