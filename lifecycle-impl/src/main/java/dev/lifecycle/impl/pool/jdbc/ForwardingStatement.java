package dev.lifecycle.impl.pool.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import org.jspecify.annotations.NullUnmarked;

/**
 * Passes each call on to a statement of the driver, from within {@link #enter} and {@link #leave}, or {@link #begin} and {@link #end}, and each exception through {@link
 * #failed}. What is not only passed on is done by subclasses.
 *
 * @param <S> the type of the statement
 */
@NullUnmarked // JDBC says nothing about nulls
abstract class ForwardingStatement<S extends Statement> extends Tracked implements Statement {

    /** Returns the driver's; {@link #leave} follows. */
    abstract S enter() throws SQLException;

    abstract void leave();

    /** Returns the driver's, for a call that {@link #cancel} is for; {@link #end} follows. */
    abstract S begin() throws SQLException;

    abstract void end();

    /** Returns the driver's, for a call that stays within this process and its statement. */
    abstract S open() throws SQLException;

    /** Hears of an exception of the driver, and returns it. */
    abstract SQLException failed(SQLException e);

    abstract ResultSet results(ResultSet raw);

    @Override
    public ResultSet executeQuery(String sql) throws SQLException {
        S on = begin();
        try {
            return results(on.executeQuery(sql));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            end();
        }
    }

    @Override
    public int executeUpdate(String sql) throws SQLException {
        S on = begin();
        try {
            return on.executeUpdate(sql);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            end();
        }
    }

    @Override
    public int getMaxFieldSize() throws SQLException {
        S on = enter();
        try {
            return on.getMaxFieldSize();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setMaxFieldSize(int max) throws SQLException {
        S on = enter();
        try {
            on.setMaxFieldSize(max);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getMaxRows() throws SQLException {
        S on = enter();
        try {
            return on.getMaxRows();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setMaxRows(int max) throws SQLException {
        S on = enter();
        try {
            on.setMaxRows(max);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setEscapeProcessing(boolean enable) throws SQLException {
        S on = enter();
        try {
            on.setEscapeProcessing(enable);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getQueryTimeout() throws SQLException {
        S on = enter();
        try {
            return on.getQueryTimeout();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setQueryTimeout(int seconds) throws SQLException {
        S on = enter();
        try {
            on.setQueryTimeout(seconds);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void cancel() throws SQLException {
        S on = enter();
        try {
            on.cancel();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public SQLWarning getWarnings() throws SQLException {
        S on = enter();
        try {
            return on.getWarnings();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void clearWarnings() throws SQLException {
        S on = enter();
        try {
            on.clearWarnings();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setCursorName(String name) throws SQLException {
        S on = enter();
        try {
            on.setCursorName(name);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean execute(String sql) throws SQLException {
        S on = begin();
        try {
            return on.execute(sql);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            end();
        }
    }

    @Override
    public ResultSet getResultSet() throws SQLException {
        S on = enter();
        try {
            return results(on.getResultSet());
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getUpdateCount() throws SQLException {
        S on = enter();
        try {
            return on.getUpdateCount();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean getMoreResults() throws SQLException {
        S on = enter();
        try {
            return on.getMoreResults();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setFetchDirection(int direction) throws SQLException {
        S on = enter();
        try {
            on.setFetchDirection(direction);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getFetchDirection() throws SQLException {
        S on = enter();
        try {
            return on.getFetchDirection();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setFetchSize(int rows) throws SQLException {
        S on = enter();
        try {
            on.setFetchSize(rows);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getFetchSize() throws SQLException {
        S on = enter();
        try {
            return on.getFetchSize();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getResultSetConcurrency() throws SQLException {
        S on = enter();
        try {
            return on.getResultSetConcurrency();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getResultSetType() throws SQLException {
        S on = enter();
        try {
            return on.getResultSetType();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void addBatch(String sql) throws SQLException {
        S on = enter();
        try {
            on.addBatch(sql);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void clearBatch() throws SQLException {
        S on = enter();
        try {
            on.clearBatch();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int[] executeBatch() throws SQLException {
        S on = begin();
        try {
            return on.executeBatch();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            end();
        }
    }

    @Override
    public boolean getMoreResults(int current) throws SQLException {
        S on = enter();
        try {
            return on.getMoreResults(current);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public ResultSet getGeneratedKeys() throws SQLException {
        S on = enter();
        try {
            return results(on.getGeneratedKeys());
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int executeUpdate(String sql, int autoGeneratedKeys) throws SQLException {
        S on = begin();
        try {
            return on.executeUpdate(sql, autoGeneratedKeys);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            end();
        }
    }

    @Override
    public int executeUpdate(String sql, int[] columnIndexes) throws SQLException {
        S on = begin();
        try {
            return on.executeUpdate(sql, columnIndexes);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            end();
        }
    }

    @Override
    public int executeUpdate(String sql, String[] columnNames) throws SQLException {
        S on = begin();
        try {
            return on.executeUpdate(sql, columnNames);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            end();
        }
    }

    @Override
    public boolean execute(String sql, int autoGeneratedKeys) throws SQLException {
        S on = begin();
        try {
            return on.execute(sql, autoGeneratedKeys);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            end();
        }
    }

    @Override
    public boolean execute(String sql, int[] columnIndexes) throws SQLException {
        S on = begin();
        try {
            return on.execute(sql, columnIndexes);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            end();
        }
    }

    @Override
    public boolean execute(String sql, String[] columnNames) throws SQLException {
        S on = begin();
        try {
            return on.execute(sql, columnNames);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            end();
        }
    }

    @Override
    public int getResultSetHoldability() throws SQLException {
        S on = enter();
        try {
            return on.getResultSetHoldability();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setPoolable(boolean poolable) throws SQLException {
        S on = enter();
        try {
            on.setPoolable(poolable);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean isPoolable() throws SQLException {
        S on = enter();
        try {
            return on.isPoolable();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean isCloseOnCompletion() throws SQLException {
        S on = enter();
        try {
            return on.isCloseOnCompletion();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public long getLargeUpdateCount() throws SQLException {
        S on = enter();
        try {
            return on.getLargeUpdateCount();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setLargeMaxRows(long max) throws SQLException {
        S on = enter();
        try {
            on.setLargeMaxRows(max);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public long getLargeMaxRows() throws SQLException {
        S on = enter();
        try {
            return on.getLargeMaxRows();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public long[] executeLargeBatch() throws SQLException {
        S on = begin();
        try {
            return on.executeLargeBatch();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            end();
        }
    }

    @Override
    public long executeLargeUpdate(String sql) throws SQLException {
        S on = begin();
        try {
            return on.executeLargeUpdate(sql);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            end();
        }
    }

    @Override
    public long executeLargeUpdate(String sql, int autoGeneratedKeys) throws SQLException {
        S on = begin();
        try {
            return on.executeLargeUpdate(sql, autoGeneratedKeys);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            end();
        }
    }

    @Override
    public long executeLargeUpdate(String sql, int[] columnIndexes) throws SQLException {
        S on = begin();
        try {
            return on.executeLargeUpdate(sql, columnIndexes);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            end();
        }
    }

    @Override
    public long executeLargeUpdate(String sql, String[] columnNames) throws SQLException {
        S on = begin();
        try {
            return on.executeLargeUpdate(sql, columnNames);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            end();
        }
    }

    @Override
    public String enquoteLiteral(String val) throws SQLException {
        S on = enter();
        try {
            return on.enquoteLiteral(val);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String enquoteIdentifier(String identifier, boolean alwaysQuote) throws SQLException {
        S on = enter();
        try {
            return on.enquoteIdentifier(identifier, alwaysQuote);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean isSimpleIdentifier(String identifier) throws SQLException {
        S on = enter();
        try {
            return on.isSimpleIdentifier(identifier);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String enquoteNCharLiteral(String val) throws SQLException {
        S on = enter();
        try {
            return on.enquoteNCharLiteral(val);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }
}
