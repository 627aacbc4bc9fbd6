package dev.lifecycle.impl.pool.jdbc;

import dev.lifecycle.Lease;
import dev.lifecycle.LifecycleException;
import dev.lifecycle.pool.PooledDataSource;
import dev.lifecycle.pool.ResourcePool;
import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.spi.PooledDataSourceConfig;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/** A view of a pool of connections. */
@NullUnmarked // JDBC says nothing about nulls
final class PoolDataSource implements PooledDataSource {
    private final ResourcePool<Connection> pool;
    private final @Nullable DataSource source;

    PoolDataSource(PooledDataSourceConfig config, ResourcePool<Connection> pool) {
        this.pool = pool;
        source = config.origin() instanceof PooledDataSourceConfig.Source other ? other.source() : null;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Lease<Connection> lease;
        try {
            lease = pool.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusals.interrupted(pool.name(), e);
        } catch (LifecycleException e) {
            throw Refusals.of(e);
        }
        try {
            return new HeldConnection(lease, (Member) lease.get());
        } catch (Throwable noMemory) {
            lease.close();
            throw noMemory;
        }
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException(
                "the connections of " + pool.name() + " are all of one user; open another data source for another one");
    }

    @Override
    public ResourcePool<Connection> pool() {
        return pool;
    }

    @Override
    public CloseReport close(Duration deadline) {
        return pool.close(deadline);
    }

    @Override
    public void close() {
        pool.close();
    }

    // ---- what javax.sql.DataSource has besides

    @Override
    public PrintWriter getLogWriter() throws SQLException {
        return source == null ? null : source.getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        other("a log writer; it logs with System.Logger").setLogWriter(out);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return source == null ? 0 : source.getLoginTimeout();
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        other("a login timeout; see acquireTimeout and createTimeout of the pool")
                .setLoginTimeout(seconds);
    }

    private DataSource other(String what) throws SQLException {
        if (source == null) {
            throw new SQLFeatureNotSupportedException(pool.name() + " has no " + what);
        }
        return source;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("nothing is logged with java.util.logging");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        if (source == null) {
            throw new SQLException("there is no " + type.getName() + " behind " + pool.name());
        }
        return Unwrap.from(source, type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return type.isInstance(this) || source != null && Unwrap.possible(source, type);
    }

    @Override
    public String toString() {
        return "data source " + pool.name();
    }
}
