package dev.lifecycle.impl.pool.jdbc;

import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import org.jspecify.annotations.NullUnmarked;

/** A description of columns as a borrower has it: some drivers ask the database. */
@NullUnmarked // JDBC says nothing about nulls
final class HeldColumns extends ForwardingColumns {
    private final HeldConnection connection;
    private final ResultSetMetaData raw;

    HeldColumns(HeldConnection connection, ResultSetMetaData raw) {
        this.connection = connection;
        this.raw = raw;
    }

    @Override
    ResultSetMetaData enter() throws SQLException {
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
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        ResultSetMetaData on = enter();
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
        ResultSetMetaData on = enter();
        try {
            return Unwrap.possible(on, type);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }
}
