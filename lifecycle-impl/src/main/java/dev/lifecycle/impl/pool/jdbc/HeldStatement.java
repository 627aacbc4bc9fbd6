package dev.lifecycle.impl.pool.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.NullUnmarked;

/** A statement as its borrower has it. */
@NullUnmarked // JDBC says nothing about nulls
class HeldStatement<S extends Statement> extends ForwardingStatement<S> {
    final HeldConnection connection;
    final S raw;
    private boolean closed; // plain: who closes it on one thread and goes on with it on another must synchronise anyway
    private boolean closesItself; // plain: as above
    private boolean executing; // plain: written before the gate is entered, and read by who has shut it since

    HeldStatement(HeldConnection connection, S raw) {
        this.connection = connection;
        this.raw = raw;
    }

    @Override
    S enter() throws SQLException {
        connection.enter();
        if (closed) {
            connection.leave();
            throw closed();
        }
        return raw;
    }

    @Override
    void leave() {
        connection.leave();
    }

    @Override
    S begin() throws SQLException {
        executing = true;
        return enter();
    }

    @Override
    void end() {
        executing = false;
        leave();
    }

    @Override
    S open() throws SQLException {
        if (connection.isShut()) {
            throw RestorableConnection.closed();
        }
        if (closed) {
            throw closed();
        }
        return raw;
    }

    private static SQLException closed() {
        return new SQLException("this statement is closed", "HY010");
    }

    @Override
    SQLException failed(SQLException e) {
        return connection.failed(e);
    }

    @Override
    ResultSet results(ResultSet results) {
        return results == null ? null : new HeldResultSet(connection, this, results);
    }

    @Override
    public Connection getConnection() throws SQLException {
        open();
        return connection;
    }

    @Override
    public void setQueryTimeout(int seconds) throws SQLException {
        S on = enter();
        try {
            connection.limitsQueries();
            on.setQueryTimeout(seconds);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    // ---- closing

    @Override
    public void close() throws SQLException {
        if (!connection.tryEnter(GatedConnection.TOUCHED)) {
            return; // closed with it
        }
        try {
            if (connection.forget(this)) { // once: some drivers hand out the same object again
                closed = true;
                raw.close();
            }
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean isClosed() throws SQLException {
        if (closed || !connection.tryEnter(0)) {
            return true;
        }
        try {
            return closedByDriver();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void closeOnCompletion() throws SQLException {
        S on = enter();
        try {
            closesItself = true;
            on.closeOnCompletion();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    /** After one of its result sets came to its end, from inside. */
    void completed() throws SQLException {
        if (closesItself) {
            closedByDriver();
        }
    }

    /** For one of the driver's own, which is known by its only result set: that was closed. */
    void drop() {
        connection.forget(this);
        closed = true;
    }

    private boolean closedByDriver() throws SQLException {
        boolean found = raw.isClosed();
        if (found && connection.forget(this)) {
            closed = true;
        }
        return found;
    }

    @Override
    void closeRaw() throws SQLException {
        raw.close();
    }

    @Override
    void cancelRaw() throws SQLException {
        if (executing) {
            raw.cancel();
        }
    }

    // ---- the driver's own

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        S on = enter();
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
        S on = enter();
        try {
            return Unwrap.possible(on, type);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String toString() {
        if (closed || !connection.tryEnter(0)) {
            return "closed statement";
        }
        try {
            return "borrowed " + raw;
        } finally {
            leave();
        }
    }
}
