package dev.lifecycle.impl.pool.jdbc;

import dev.lifecycle.pool.PooledDataSource;
import dev.lifecycle.pool.ResourceFactory;
import dev.lifecycle.pool.ResourcePool;
import dev.lifecycle.spi.JdbcSupport;
import dev.lifecycle.spi.PooledDataSourceConfig;
import java.sql.Connection;

/** The part of this implementation that needs {@code java.sql}. */
public final class Jdbc implements JdbcSupport {

    /** The only one. */
    public static final Jdbc INSTANCE = new Jdbc();

    private Jdbc() {}

    @Override
    public ResourceFactory<Connection> connections(PooledDataSourceConfig config) {
        return new ConnectionFactory(config, Connector.of(config));
    }

    @Override
    public PooledDataSource view(PooledDataSourceConfig config, ResourcePool<Connection> pool) {
        return new PoolDataSource(config, pool);
    }
}
