package dev.lifecycle.benchmarks.pool;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.lifecycle.pool.LeakLevel;
import dev.lifecycle.pool.PooledDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does it cost to get a connection of a pool, to ask it something, and to close it, where the driver takes no time at all?
 *
 * <p>Eight connections, which are there before the first is asked for, a second of patience, everything else as it comes. Goals G2 and G6. Run: {@code java -jar benchmarks.jar
 * DataSourceBenchmark}; with {@code -t 2} for two threads.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class DataSourceBenchmark {
    private static final int SIZE = 8;
    private static final Duration LIMIT = Duration.ofSeconds(1);

    /** Whose. */
    public enum Peer {
        /** Ours as it comes, but filled when it is opened. */
        LIFECYCLE,
        /** Ours, that looks for no leaks. */
        LIFECYCLE_NO_LEAKS,
        /** HikariCP as it comes: it looks for no leaks. */
        HIKARI,
        /** HikariCP, that looks for leaks older than a minute. */
        HIKARI_LEAKS;

        DataSource open() {
            return switch (this) {
                case LIFECYCLE -> ours(LeakLevel.ADAPTIVE);
                case LIFECYCLE_NO_LEAKS -> ours(LeakLevel.OFF);
                case HIKARI -> hikari(0);
                case HIKARI_LEAKS -> hikari(TimeUnit.MINUTES.toMillis(1));
            };
        }
    }

    @Param
    Peer peer;

    private DataSource source;

    /** Opens it, and waits until all connections are there. */
    @Setup
    public void open() {
        source = peer.open();
        Pooled.await(() -> idle() == SIZE);
    }

    private int idle() {
        return source instanceof HikariDataSource hikari
                ? hikari.getHikariPoolMXBean().getIdleConnections()
                : ((PooledDataSource) source).pool().stats().idle();
    }

    /** Closes it. */
    @TearDown
    public void close() throws Exception {
        ((AutoCloseable) source).close();
    }

    /** There and back. */
    @Benchmark
    public boolean getAndClose() throws SQLException {
        try (Connection connection = source.getConnection()) {
            return connection.getAutoCommit();
        }
    }

    private static DataSource ours(LeakLevel leaks) {
        return PooledDataSource.builder("benchmark", new StubDataSource())
                .pool(pool -> pool.core(SIZE)
                        .overflow(0)
                        .prefill(true)
                        .acquireTimeout(LIMIT)
                        .leakDetection(leaks, Duration.ofMinutes(1)))
                .open();
    }

    private static DataSource hikari(long leaksAfterMillis) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(new StubDataSource());
        config.setMaximumPoolSize(SIZE);
        config.setConnectionTimeout(LIMIT.toMillis());
        config.setLeakDetectionThreshold(leaksAfterMillis);
        return new HikariDataSource(config);
    }
}
