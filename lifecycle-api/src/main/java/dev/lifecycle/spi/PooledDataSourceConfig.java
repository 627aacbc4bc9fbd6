package dev.lifecycle.spi;

import dev.lifecycle.pool.PooledDataSource;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link PooledDataSource.Builder} was told, validated there; see its methods.
 *
 * @param name of the pool
 * @param origin where connections come from
 * @param user whose connections, or null where the origin knows
 * @param password of the user, or null
 * @param autoCommit what connections start with; null for what they come with, as below
 * @param readOnly what they start with
 * @param isolation what they start with
 * @param catalog what they start with
 * @param schema what they start with
 * @param initSql what each of them does first, or null
 * @param testQuery how they are checked, or null for {@code Connection.isValid}
 * @param errorStates SQLStates, or their classes, after which a connection is not used any more, besides those that are known
 * @param validateNanos how long a check may take; 0 for no limit
 */
public record PooledDataSourceConfig(
        String name,
        Origin origin,
        @Nullable String user,
        @Nullable String password,
        @Nullable Boolean autoCommit,
        @Nullable Boolean readOnly,
        @Nullable Integer isolation,
        @Nullable String catalog,
        @Nullable String schema,
        @Nullable String initSql,
        @Nullable String testQuery,
        Set<String> errorStates,
        long validateNanos) {

    /** Copies the set. */
    public PooledDataSourceConfig {
        errorStates = Set.copyOf(errorStates);
    }

    /** Where connections come from. */
    public sealed interface Origin {}

    /**
     * A driver.
     *
     * @param url of the database
     * @param properties for the driver
     * @param driver its class, or null for one that is registered and accepts the URL
     */
    public record Url(
            String url,
            Map<String, String> properties,
            @Nullable String driver) implements Origin {

        /** Copies the map. */
        public Url {
            properties = Map.copyOf(properties);
        }

        /** Returns the kind of database only: the rest may have a password in it. */
        @Override
        public String toString() {
            int end = url.indexOf(':', "jdbc:".length());
            return end < 0 ? "jdbc:" : url.substring(0, end + 1);
        }
    }

    /**
     * Another data source, which makes a new connection at each call.
     *
     * @param source the other one
     */
    public record Source(DataSource source) implements Origin {}

    /** Returns the name: the rest has a password in it. */
    @Override
    public String toString() {
        return "data source " + name;
    }
}
