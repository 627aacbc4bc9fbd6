package dev.lifecycle.impl.pool.jdbc;

import dev.lifecycle.pool.ResourceFactory;
import dev.lifecycle.spi.PooledDataSourceConfig;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Makes, checks and ends the connections of a pool. What a borrower leaves behind is put in order by {@link HeldConnection}, which knows what it was. */
final class ConnectionFactory implements ResourceFactory<Connection> {
    private final PooledDataSourceConfig config;
    private final Connector connector;
    private final ConnectionErrors errors;
    private final int checkMillis; // 0 for no limit
    private final int checkSeconds;

    ConnectionFactory(PooledDataSourceConfig config, Connector connector) {
        this.config = config;
        this.connector = connector;
        errors = new ConnectionErrors(config.errorStates());
        checkMillis = ceil(config.validateNanos(), TimeUnit.MILLISECONDS);
        checkSeconds = ceil(config.validateNanos(), TimeUnit.SECONDS);
    }

    private static int ceil(long nanos, TimeUnit unit) {
        long whole = unit.convert(nanos, TimeUnit.NANOSECONDS);
        long up = unit.toNanos(whole) < nanos ? whole + 1 : whole;
        return (int) Math.min(up, Integer.MAX_VALUE);
    }

    // ---- making

    @Override
    public Connection create() throws SQLException {
        Connection raw = connector.connect();
        if (raw == null) {
            throw new SQLException("the driver returned no connection: the url is not for it", "08001");
        }
        try {
            return prepare(raw);
        } catch (Throwable e) {
            try {
                raw.close();
            } catch (Throwable second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    private Member prepare(Connection raw) throws SQLException {
        boolean autoCommit = raw.getAutoCommit();
        if (config.catalog() != null) {
            raw.setCatalog(config.catalog());
        }
        if (config.schema() != null) {
            raw.setSchema(config.schema());
        }
        if (config.initSql() != null) {
            execute(raw, config.initSql(), 0);
        }
        Member member = new Member(raw, errors, config.autoCommit() == null ? autoCommit : config.autoCommit());
        know(member, Setting.CATALOG, config.catalog());
        know(member, Setting.SCHEMA, config.schema());
        know(member, Setting.ISOLATION, config.isolation());
        know(member, Setting.READ_ONLY, config.readOnly());
        if (!autoCommit) {
            raw.commit(); // what was set, and who was asked may have begun a transaction
        }
        if (config.isolation() != null) {
            raw.setTransactionIsolation(config.isolation());
        }
        if (config.readOnly() != null) {
            raw.setReadOnly(config.readOnly());
        }
        if (member.autoCommit != autoCommit) {
            raw.setAutoCommit(member.autoCommit);
        }
        raw.clearWarnings();
        return member;
    }

    /** Now, before anybody has it: later, what the driver tells may be a value of a transaction, which ends with it. */
    private static void know(Member member, Setting setting, @Nullable Object value) throws SQLException {
        if (value != null) {
            member.know(setting, value);
        } else {
            member.knows(setting);
        }
    }

    private static void execute(Connection raw, String sql, int seconds) throws SQLException {
        try (Statement statement = raw.createStatement()) {
            if (seconds == 0) {
                statement.execute(sql);
                return;
            }
            int before = statement.getQueryTimeout();
            statement.setQueryTimeout(seconds);
            statement.execute(sql);
            statement.setQueryTimeout(before); // with some drivers it is one for all statements of a connection
        }
    }

    // ---- checking

    @Override
    public boolean validate(Connection resource) throws SQLException {
        Member member = (Member) resource;
        Connection raw = member.raw;
        member.lost = true; // until it has proved that it is not
        if (config.testQuery() == null) {
            if (!isValid(raw)) {
                return false;
            }
        } else {
            query(raw, config.testQuery());
        }
        if (!member.autoCommit) {
            raw.rollback(); // the check may have begun a transaction
        }
        member.lost = false;
        return true;
    }

    private boolean isValid(Connection raw) throws SQLException {
        try {
            return raw.isValid(checkSeconds);
        } catch (AbstractMethodError e) {
            throw new SQLFeatureNotSupportedException(
                    "the driver is older than Connection.isValid; name a testQuery to check its connections by", e);
        }
    }

    private void query(Connection raw, String sql) throws SQLException {
        int before = checkMillis == 0 ? -1 : limitNetwork(raw);
        execute(raw, sql, checkSeconds);
        if (before >= 0) {
            raw.setNetworkTimeout(Runnable::run, before);
        }
    }

    /** Returns the limit before, or -1 if the driver has none. */
    private int limitNetwork(Connection raw) throws SQLException {
        try {
            int before = raw.getNetworkTimeout();
            raw.setNetworkTimeout(Runnable::run, checkMillis);
            return before;
        } catch (SQLFeatureNotSupportedException | AbstractMethodError e) {
            return -1;
        }
    }

    // ---- ending

    @Override
    public void destroy(Connection resource) throws SQLException {
        Member member = (Member) resource;
        try {
            if (!member.aborted) {
                rollBack(member);
            }
        } finally {
            member.raw.close();
        }
    }

    /** Some drivers commit on close, and some refuse to close. That one is lost is a guess: it is asked too, but need not answer. */
    private static void rollBack(Member member) throws SQLException {
        Connection raw = member.raw;
        try {
            if (!raw.isClosed() && !raw.getAutoCommit()) {
                raw.rollback();
            }
        } catch (SQLException | RuntimeException e) {
            if (!member.lost) {
                throw e;
            }
        }
    }

    @Override
    public void abort(Connection resource) throws SQLException {
        Member member = (Member) resource;
        member.aborted = true;
        member.raw.abort(Runnable::run);
    }
}
