package dev.lifecycle.impl.pool.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.NullUnmarked;

/** A description of the database as a borrower of a connection has it. */
@NullUnmarked // JDBC says nothing about nulls
final class HeldMetaData extends ForwardingMetaData {
    private final HeldConnection connection;
    private final DatabaseMetaData raw;

    HeldMetaData(HeldConnection connection, DatabaseMetaData raw) {
        this.connection = connection;
        this.raw = raw;
    }

    @Override
    DatabaseMetaData enter() throws SQLException {
        connection.enter();
        return raw;
    }

    @Override
    void leave() {
        connection.leave();
    }

    @Override
    SQLException failed(SQLException e) {
        return connection.failed(e);
    }

    @Override
    ResultSet results(ResultSet results) {
        return connection.results(results);
    }

    @Override
    public Connection getConnection() throws SQLException {
        if (connection.isShut()) {
            throw RestorableConnection.closed();
        }
        return connection;
    }

    /** A constant of the driver. */
    @Override
    public int getDriverMajorVersion() {
        return raw.getDriverMajorVersion();
    }

    /** A constant of the driver. */
    @Override
    public int getDriverMinorVersion() {
        return raw.getDriverMinorVersion();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        DatabaseMetaData on = enter();
        try {
            connection.mark(GatedConnection.UNWRAPPED);
            return Unwrap.from(on, type);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        if (type.isInstance(this)) {
            return true;
        }
        DatabaseMetaData on = enter();
        try {
            return Unwrap.possible(on, type);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }
}
