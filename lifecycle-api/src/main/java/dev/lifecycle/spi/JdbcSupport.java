package dev.lifecycle.spi;

import dev.lifecycle.pool.PooledDataSource;
import dev.lifecycle.pool.ResourceFactory;
import dev.lifecycle.pool.ResourcePool;
import java.sql.Connection;

/** The part of an implementation that needs the module {@code java.sql}, see {@link LifecycleProvider#part}. */
public interface JdbcSupport {

    /**
     * Returns what makes, checks and ends the connections of a {@link PooledDataSource}.
     *
     * @param config checked
     * @return a factory
     * @throws IllegalArgumentException if no driver accepts the URL, or the one that was named cannot be loaded
     */
    ResourceFactory<Connection> connections(PooledDataSourceConfig config);

    /**
     * See {@link PooledDataSource.Builder#open()}.
     *
     * @param config checked
     * @param pool over the factory that {@link #connections} returned for this {@code config}
     * @return a view of {@code pool}
     */
    PooledDataSource view(PooledDataSourceConfig config, ResourcePool<Connection> pool);
}
