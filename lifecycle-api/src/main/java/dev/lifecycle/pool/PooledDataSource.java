package dev.lifecycle.pool;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Names;
import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.JdbcSupport;
import dev.lifecycle.spi.PooledDataSourceConfig;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A {@link DataSource} whose connections are lent out by a {@link ResourcePool}: to close one is to give it back.
 *
 * <p><b>What a borrower leaves behind.</b> Before the next one is given the connection, its open statements are closed, its transaction is rolled back, and
 * what was set is set back: autocommit, read-only, isolation, catalog, schema, holdability, network timeout, type map, client info, and the query timeout
 * where it is one for all statements of a connection; warnings are cleared. What a connection is like at first is asked when it is made. Nothing is asked of the driver for what nobody touched: taking a connection and closing it makes no call of the driver. A connection
 * that cannot be put in order is ended and replaced, and so is one that was dropped without being closed. What is changed by SQL, like {@code SET} or {@code BEGIN}, or by an
 * {@link Connection#unwrap unwrapped} connection, is not seen.
 *
 * <p><b>Closing.</b> From any thread, as often as you like; it never throws. While another thread executes a statement of the connection, that is cancelled;
 * any other call that is under way, like a commit or the fetching of rows, is not. The connection goes back when the call has come back. Closing that hangs in the
 * driver is ended by {@link Connection#abort} from another thread. After closing, every object that came from the connection is closed: a call gets a {@link
 * SQLException} with the SQLState {@code 08003}, and does not reach the driver. One that only reads a plain value of a row, or sets one of a parameter, and has
 * begun before, may still reach the driver's row or statement, which is closed.
 *
 * <p><b>Large objects, arrays and streams</b> are the driver's own, and so is what they lead to, like the result set of an array, and its connection. They end as
 * the driver says, with their transaction or result set, and must not be used after the connection is closed. As they may begin a transaction that
 * nobody sees, a connection that handed one out is rolled back when it is given back, even after a commit.
 *
 * <p><b>Broken connections.</b> A call that fails with a SQLState of the class {@code 08}, or another one that says that the connection is lost, gets
 * its exception, and the connection is not lent out again.
 *
 * <p><b>Objects of the driver.</b> Statements, result sets and metadata lead back to the borrowed connection, not to the driver's; {@code unwrap} leads to the
 * driver's own. To read a plain value of a row, or to set one of a parameter, costs a check more than with the driver's own; every other call two atomic updates.
 *
 * <p>In the ownership tree it is its {@link #pool}. Thread-safe, for platform and virtual threads alike; for a connection and what comes from it, see
 * the driver. Needs the module {@code java.sql}.
 */
public interface PooledDataSource extends DataSource, AutoCloseable {

    /**
     * Starts the description of a data source over a driver.
     *
     * @param name for the tree, messages and log lines; see {@link dev.lifecycle.Names#check}
     * @param url of the database, {@code jdbc:...}
     * @return a builder
     * @throws IllegalArgumentException if {@code name} cannot be printed on one line, or {@code url} is not one of JDBC
     */
    static Builder builder(String name, String url) {
        return new Builder(name, Objects.requireNonNull(url, "url"), null);
    }

    /**
     * Starts the description of a data source over another one, which makes a new connection at each call.
     *
     * @param name for the tree, messages and log lines; see {@link dev.lifecycle.Names#check}
     * @param source the other one; not closed with this one
     * @return a builder
     * @throws IllegalArgumentException if {@code name} cannot be printed on one line
     */
    static Builder builder(String name, DataSource source) {
        return new Builder(name, null, Objects.requireNonNull(source, "source"));
    }

    /**
     * Takes a connection; waits for one as long as {@link ResourcePoolBuilder#acquireTimeout} says, by default 30 seconds.
     *
     * @return a connection, to be closed
     * @throws java.sql.SQLTransientConnectionException if there was none in time or too many callers wait, with an {@link AcquireTimeoutException} as its cause; or if none can be
     *     made, with a {@link ResourceCreationException} as its cause, and the SQLState, the code and the text of what the driver threw, which is also the
     *     {@linkplain SQLException#getNextException next} exception
     * @throws java.sql.SQLNonTransientConnectionException if it is closed, with a {@link PoolClosedException} as its cause; if the thread holds a connection and would have to wait, with a
     *     {@link NestedAcquireException}; or if none can be made, and the driver says that it will stay so
     * @throws SQLException if the thread is interrupted while it waits, with an {@link InterruptedException} as its cause; the flag of the thread is set then
     */
    @Override
    Connection getConnection() throws SQLException;

    /**
     * Not supported: all connections are of one user.
     *
     * @throws java.sql.SQLFeatureNotSupportedException always
     */
    @Override
    Connection getConnection(String user, String password) throws SQLException;

    /**
     * Returns the pool behind it, for its figures and leases, to resize it, or to replace its connections. A lease that is taken there directly is of the driver's
     * connection: what its holder leaves behind stays.
     *
     * @return always the same
     */
    ResourcePool<Connection> pool();

    /**
     * Closes the pool, see {@link ResourcePool#close(Duration)}.
     *
     * @param deadline how long it waits at most for connections that are in use, and for the ends of the connections; zero not to wait
     * @return what was closed, and which connections are still in use
     * @throws IllegalArgumentException if {@code deadline} is negative
     */
    CloseReport close(Duration deadline);

    /** Closes the pool, see {@link ResourcePool#close()}. */
    @Override
    void close();

    /** Describes a data source. Not thread-safe; may be used again: each {@code open} makes another one, with a pool of its own. */
    final class Builder {
        private static final Pattern STATE = Pattern.compile("[0-9A-Z]{2}([0-9A-Z]{3})?");

        private final String name;
        private final @Nullable String url;
        private final @Nullable DataSource source;
        private final ResourcePoolBuilder<Connection> pool;
        private final Map<String, String> properties = new LinkedHashMap<>();
        private final Set<String> errorStates = new HashSet<>();
        private @Nullable String user;
        private @Nullable String password;
        private @Nullable String driver;
        private @Nullable Boolean autoCommit;
        private @Nullable Boolean readOnly;
        private @Nullable Integer isolation;
        private @Nullable String catalog;
        private @Nullable String schema;
        private @Nullable String initSql;
        private @Nullable String testQuery;

        private Builder(String name, @Nullable String url, @Nullable DataSource source) {
            this.name = name;
            this.url = url;
            this.source = source;
            pool = new ResourcePoolBuilder<>(name, () -> {
                throw new IllegalStateException("this builder takes settings; open the PooledDataSource instead");
            });
            if (url != null && !url.startsWith("jdbc:")) {
                throw new IllegalArgumentException("url does not begin with jdbc:, as those of JDBC do");
            }
        }

        /**
         * Sets whose connections they are. Default: what the URL, the properties or the other data source say.
         *
         * @param name of the user
         * @return this
         */
        public Builder user(String name) {
            user = Objects.requireNonNull(name, "name");
            return this;
        }

        /**
         * Sets the password of the {@link #user}; over another data source, only together with it.
         *
         * @param secret never printed
         * @return this
         */
        public Builder password(String secret) {
            password = Objects.requireNonNull(secret, "secret");
            return this;
        }

        /**
         * Adds properties for the driver; see its documentation.
         *
         * @param all names and values, both strings
         * @return this
         * @throws IllegalArgumentException if there is one that is not a string
         * @throws IllegalStateException if connections come from another data source: set it there
         */
        public Builder properties(Properties all) {
            Set<String> names = Objects.requireNonNull(all, "all").stringPropertyNames();
            for (Object key : all.keySet()) {
                if (!(key instanceof String name) || !names.contains(name)) {
                    throw new IllegalArgumentException("the property " + key + " is not a string with a string");
                }
            }
            for (String name : names) {
                property(name, all.getProperty(name));
            }
            return this;
        }

        /**
         * Adds a property for the driver.
         *
         * @param name of the property
         * @param value of the property
         * @return this
         * @throws IllegalStateException if connections come from another data source: set it there
         */
        public Builder property(String name, String value) {
            needsUrl("a property");
            properties.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
            return this;
        }

        /**
         * Names the driver, where it is not found by the URL: because it does not register itself, or is not visible to this library. It is loaded when the data source is
         * opened, by the context class loader of that thread, or else by the library's own.
         *
         * @param className a {@link java.sql.Driver} with a public constructor without parameters
         * @return this
         * @throws IllegalStateException if connections come from another data source
         */
        public Builder driverClassName(String className) {
            needsUrl("a driver");
            driver = Objects.requireNonNull(className, "className");
            return this;
        }

        private void needsUrl(String what) {
            if (url == null) {
                throw new IllegalStateException(
                        "connections come from another data source; set " + what + " there, or give an url instead");
            }
        }

        /**
         * Sets the size, the times and the limits of the pool. Defaults: those of {@link ResourcePoolBuilder}. For a check that takes no thread of its own, set
         * {@link ResourcePoolBuilder#validateTimeout} to zero.
         *
         * @param settings called at once; returns what it is given
         * @return this
         * @throws IllegalArgumentException if it returns another builder; or as the builder
         */
        public Builder pool(UnaryOperator<ResourcePoolBuilder<Connection>> settings) {
            if (Objects.requireNonNull(settings, "settings").apply(pool) != pool) {
                throw new IllegalArgumentException("settings returned another builder; it must return the one it got");
            }
            return this;
        }

        /**
         * Sets whether each statement of a new borrower is a transaction of its own. Default: as the connections come, which is yes with most.
         *
         * @param yes whether it is
         * @return this
         */
        public Builder autoCommit(boolean yes) {
            autoCommit = yes;
            return this;
        }

        /**
         * Sets whether connections are read-only for a new borrower. Default: as they come.
         *
         * @param yes whether they are
         * @return this
         */
        public Builder readOnly(boolean yes) {
            readOnly = yes;
            return this;
        }

        /**
         * Sets the isolation of transactions for a new borrower. Default: as the connections come.
         *
         * @param level as {@link Connection#TRANSACTION_READ_COMMITTED} and the like, or one of the driver's
         * @return this
         * @throws IllegalArgumentException if {@code level} is not positive
         */
        public Builder transactionIsolation(int level) {
            if (level <= Connection.TRANSACTION_NONE) {
                throw new IllegalArgumentException(
                        "level is " + level + "; it must be one of the constants of Connection but TRANSACTION_NONE");
            }
            isolation = level;
            return this;
        }

        /**
         * Sets the catalog for a new borrower. Default: as the connections come.
         *
         * @param which one
         * @return this
         */
        public Builder catalog(String which) {
            catalog = Objects.requireNonNull(which, "which");
            return this;
        }

        /**
         * Sets the schema for a new borrower. Default: as the connections come.
         *
         * @param which one
         * @return this
         */
        public Builder schema(String which) {
            schema = Objects.requireNonNull(which, "which");
            return this;
        }

        /**
         * Has each connection execute a statement when it is made, after the catalog and the schema are set. Default: none.
         *
         * @param sql the statement
         * @return this
         */
        public Builder connectionInitSql(String sql) {
            initSql = Objects.requireNonNull(sql, "sql");
            return this;
        }

        /**
         * Has connections checked by a query. Default: by {@link Connection#isValid}, which all but very old drivers know.
         *
         * @param sql a query that any result of is good
         * @return this
         */
        public Builder testQuery(String sql) {
            testQuery = Objects.requireNonNull(sql, "sql");
            return this;
        }

        /**
         * Adds SQLStates after which a connection is not used any more: those of a server that became read-only, for example.
         *
         * @param sqlStates each a state of five characters, or a class of two
         * @return this
         * @throws IllegalArgumentException if one of them is neither
         */
        public Builder connectionErrors(String... sqlStates) {
            for (String state : sqlStates) {
                if (!STATE.matcher(Objects.requireNonNull(state, "state")).matches()) {
                    throw new IllegalArgumentException("a SQLState is " + Names.quote(state)
                            + "; it must be a state of five digits and capitals, or a class of two");
                }
                errorStates.add(state);
            }
            return this;
        }

        /**
         * Opens a data source that the caller closes. One that is dropped without being closed is reported as a leak.
         *
         * @return an open data source, without connections yet unless {@link ResourcePoolBuilder#prefill} says otherwise
         * @throws IllegalArgumentException if settings contradict each other, or there is no driver for the URL
         */
        public PooledDataSource open() {
            return open(config(), null);
        }

        /**
         * Opens a data source that {@code owner} closes, unless it is closed before.
         *
         * @param owner an open scope
         * @return an open data source, without connections yet unless {@link ResourcePoolBuilder#prefill} says otherwise
         * @throws IllegalArgumentException if settings contradict each other, or there is no driver for the URL
         * @throws dev.lifecycle.scope.ScopeClosedException if {@code owner} is closed
         */
        public PooledDataSource open(Scope owner) {
            return open(config(), Objects.requireNonNull(owner, "owner"));
        }

        private PooledDataSource open(PooledDataSourceConfig config, @Nullable Scope owner) {
            JdbcSupport jdbc = Lifecycle.provider().part(JdbcSupport.class);
            return jdbc.view(
                    config, Lifecycle.provider().openResourcePool(pool.config(jdbc.connections(config)), owner));
        }

        private PooledDataSourceConfig config() {
            if (source != null && password != null && user == null) {
                throw new IllegalArgumentException("user is not set, and password is: another data source takes both or"
                        + " none; set user, too, or set the password there");
            }
            return new PooledDataSourceConfig(
                    name,
                    source != null
                            ? new PooledDataSourceConfig.Source(source)
                            : new PooledDataSourceConfig.Url(Objects.requireNonNull(url), properties, driver),
                    user,
                    password,
                    autoCommit,
                    readOnly,
                    isolation,
                    catalog,
                    schema,
                    initSql,
                    testQuery,
                    errorStates,
                    pool.config().validateNanos());
        }
    }
}
