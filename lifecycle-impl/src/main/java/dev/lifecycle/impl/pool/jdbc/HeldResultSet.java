package dev.lifecycle.impl.pool.jdbc;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/** A result set as its borrower has it. Tracked only if it is of no statement of the borrower: others are closed with theirs. */
@NullUnmarked // JDBC says nothing about nulls
final class HeldResultSet extends ForwardingResultSet {
    private final HeldConnection connection;
    private final ResultSet raw;
    private final @Nullable HeldStatement<?> statement; // of the borrower, or null
    private @Nullable HeldStatement<?> found; // of the driver, once somebody asks

    HeldResultSet(HeldConnection connection, @Nullable HeldStatement<?> statement, ResultSet raw) {
        this.connection = connection;
        this.statement = statement;
        this.raw = raw;
    }

    @Override
    ResultSet enter() throws SQLException {
        connection.enter();
        return raw;
    }

    @Override
    void leave() {
        connection.leave();
    }

    @Override
    ResultSet open() throws SQLException {
        if (connection.isShut()) {
            throw RestorableConnection.closed();
        }
        return raw;
    }

    @Override
    SQLException failed(SQLException e) {
        return connection.failed(e);
    }

    @Override
    ResultSetMetaData columns(ResultSetMetaData columns) {
        return columns == null ? null : new HeldColumns(connection, columns);
    }

    @Override
    Object object(Object value) {
        return connection.object(value);
    }

    @Override
    <T> T object(T value, Class<T> type) {
        return connection.object(value, type);
    }

    @Override
    <T> T lent(T raw) {
        return connection.lent(raw);
    }

    /** The statement may close itself with its last row. */
    @Override
    public boolean next() throws SQLException {
        ResultSet on = enter();
        try {
            boolean more = on.next();
            if (!more) {
                completed();
            }
            return more;
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void close() throws SQLException {
        if (!connection.tryEnter(GatedConnection.TOUCHED)) {
            return; // closed with it
        }
        try {
            connection.forget(this);
            if (found != null) {
                found.drop();
            }
            raw.close();
            completed();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    private void completed() throws SQLException {
        if (statement != null) {
            statement.completed();
        }
    }

    @Override
    public boolean isClosed() throws SQLException {
        if (!connection.tryEnter(0)) {
            return true;
        }
        try {
            return raw.isClosed();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Statement getStatement() throws SQLException {
        ResultSet on = enter();
        try {
            if (on.isClosed()) {
                throw new SQLException("this result set is closed", "HY010");
            }
            if (statement != null) {
                return statement;
            }
            if (found == null) {
                Statement own = on.getStatement();
                found = own == null ? null : connection.statement(own);
            }
            return found;
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    void closeRaw() throws SQLException {
        raw.close();
    }

    // ---- the driver's own

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        ResultSet on = enter();
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
        ResultSet on = enter();
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
        if (!connection.tryEnter(0)) {
            return "closed result set";
        }
        try {
            return "borrowed " + raw;
        } finally {
            leave();
        }
    }
}
