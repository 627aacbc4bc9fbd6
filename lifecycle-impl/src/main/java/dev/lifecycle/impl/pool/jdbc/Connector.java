package dev.lifecycle.impl.pool.jdbc;

import dev.lifecycle.spi.PooledDataSourceConfig;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Opens connections of a driver. */
interface Connector {

    /** Opens one; null, against the rules, is for the caller to find. */
    @Nullable
    Connection connect() throws SQLException;

    /** Finds the driver, here and now: refuse early, and on the thread of the user, who can see it. */
    static Connector of(PooledDataSourceConfig config) {
        if (config.origin() instanceof PooledDataSourceConfig.Source other) {
            DataSource source = other.source();
            String user = config.user();
            return user == null ? source::getConnection : () -> source.getConnection(user, config.password());
        }
        PooledDataSourceConfig.Url url = (PooledDataSourceConfig.Url) config.origin();
        Properties properties = new Properties();
        properties.putAll(url.properties());
        if (config.user() != null) {
            properties.setProperty("user", config.user());
        }
        if (config.password() != null) {
            properties.setProperty("password", config.password());
        }
        Driver driver = url.driver() == null ? registered(url) : named(url.driver());
        return () -> driver.connect(url.url(), (Properties) properties.clone()); // drivers may write into it
    }

    private static Driver registered(PooledDataSourceConfig.Url url) {
        try {
            return DriverManager.getDriver(url.url());
        } catch (SQLException none) {
            throw new IllegalArgumentException(
                    "no driver accepts the url, " + url + "...; put one on the class path or module path, or name its"
                            + " class by driverClassName",
                    none);
        }
    }

    private static Driver named(String type) {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        try {
            return load(type, context);
        } catch (ReflectiveOperationException | LinkageError | ClassCastException first) {
            try {
                return load(type, Connector.class.getClassLoader());
            } catch (ReflectiveOperationException | LinkageError | ClassCastException second) {
                first.addSuppressed(second);
                throw new IllegalArgumentException(
                        "driverClassName is " + type + ", which is not a driver that can be loaded: " + first, first);
            }
        }
    }

    private static Driver load(String type, @Nullable ClassLoader loader) throws ReflectiveOperationException {
        return Class.forName(type, true, loader)
                .asSubclass(Driver.class)
                .getConstructor()
                .newInstance();
    }
}
