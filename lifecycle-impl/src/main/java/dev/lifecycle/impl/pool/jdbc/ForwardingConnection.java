package dev.lifecycle.impl.pool.jdbc;

import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.NClob;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.SQLXML;
import java.sql.Savepoint;
import java.sql.ShardingKey;
import java.sql.Statement;
import java.sql.Struct;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executor;
import org.jspecify.annotations.NullUnmarked;

/**
 * Passes each call on to a connection of the driver, from within {@link #enter} and {@link #leave}, and each exception through {@link #failed}. What is not only
 * passed on is done by subclasses.
 */
@NullUnmarked // JDBC says nothing about nulls
abstract class ForwardingConnection implements Connection {

    /** Returns the driver's, for a call that may begin a transaction; {@link #leave} follows. */
    abstract Connection enter() throws SQLException;

    /** Returns the driver's, for a call that begins no transaction; {@link #leave} follows. */
    abstract Connection look() throws SQLException;

    abstract void leave();

    /** Hears of an exception of the driver, and returns it. */
    abstract SQLException failed(SQLException e);

    abstract Statement statement(Statement raw);

    abstract PreparedStatement prepared(PreparedStatement raw);

    abstract CallableStatement callable(CallableStatement raw);

    abstract DatabaseMetaData metaData(DatabaseMetaData raw);

    /** Returns an object of the driver's own that leads to the connection. */
    abstract <T> T lent(T raw);

    @Override
    public Statement createStatement() throws SQLException {
        Connection on = enter();
        try {
            return statement(on.createStatement());
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public PreparedStatement prepareStatement(String sql) throws SQLException {
        Connection on = enter();
        try {
            return prepared(on.prepareStatement(sql));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public CallableStatement prepareCall(String sql) throws SQLException {
        Connection on = enter();
        try {
            return callable(on.prepareCall(sql));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String nativeSQL(String sql) throws SQLException {
        Connection on = look();
        try {
            return on.nativeSQL(sql);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setAutoCommit(boolean autoCommit) throws SQLException {
        Connection on = enter();
        try {
            on.setAutoCommit(autoCommit);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean getAutoCommit() throws SQLException {
        Connection on = look();
        try {
            return on.getAutoCommit();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void commit() throws SQLException {
        Connection on = look();
        try {
            on.commit();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void rollback() throws SQLException {
        Connection on = look();
        try {
            on.rollback();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void close() throws SQLException {
        Connection on = look();
        try {
            on.close();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean isClosed() throws SQLException {
        Connection on = look();
        try {
            return on.isClosed();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public DatabaseMetaData getMetaData() throws SQLException {
        Connection on = enter();
        try {
            return metaData(on.getMetaData());
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setReadOnly(boolean readOnly) throws SQLException {
        Connection on = enter();
        try {
            on.setReadOnly(readOnly);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean isReadOnly() throws SQLException {
        Connection on = look();
        try {
            return on.isReadOnly();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setCatalog(String catalog) throws SQLException {
        Connection on = enter();
        try {
            on.setCatalog(catalog);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getCatalog() throws SQLException {
        Connection on = enter();
        try {
            return on.getCatalog();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setTransactionIsolation(int level) throws SQLException {
        Connection on = enter();
        try {
            on.setTransactionIsolation(level);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getTransactionIsolation() throws SQLException {
        Connection on = enter();
        try {
            return on.getTransactionIsolation();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public SQLWarning getWarnings() throws SQLException {
        Connection on = look();
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
        Connection on = look();
        try {
            on.clearWarnings();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Statement createStatement(int resultSetType, int resultSetConcurrency) throws SQLException {
        Connection on = enter();
        try {
            return statement(on.createStatement(resultSetType, resultSetConcurrency));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int resultSetType, int resultSetConcurrency)
            throws SQLException {
        Connection on = enter();
        try {
            return prepared(on.prepareStatement(sql, resultSetType, resultSetConcurrency));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public CallableStatement prepareCall(String sql, int resultSetType, int resultSetConcurrency) throws SQLException {
        Connection on = enter();
        try {
            return callable(on.prepareCall(sql, resultSetType, resultSetConcurrency));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Map<String, Class<?>> getTypeMap() throws SQLException {
        Connection on = look();
        try {
            return on.getTypeMap();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setTypeMap(Map<String, Class<?>> map) throws SQLException {
        Connection on = enter();
        try {
            on.setTypeMap(map);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setHoldability(int holdability) throws SQLException {
        Connection on = enter();
        try {
            on.setHoldability(holdability);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getHoldability() throws SQLException {
        Connection on = look();
        try {
            return on.getHoldability();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Savepoint setSavepoint() throws SQLException {
        Connection on = enter();
        try {
            return on.setSavepoint();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Savepoint setSavepoint(String name) throws SQLException {
        Connection on = enter();
        try {
            return on.setSavepoint(name);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void rollback(Savepoint savepoint) throws SQLException {
        Connection on = enter();
        try {
            on.rollback(savepoint);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void releaseSavepoint(Savepoint savepoint) throws SQLException {
        Connection on = enter();
        try {
            on.releaseSavepoint(savepoint);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Statement createStatement(int resultSetType, int resultSetConcurrency, int resultSetHoldability)
            throws SQLException {
        Connection on = enter();
        try {
            return statement(on.createStatement(resultSetType, resultSetConcurrency, resultSetHoldability));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public PreparedStatement prepareStatement(
            String sql, int resultSetType, int resultSetConcurrency, int resultSetHoldability) throws SQLException {
        Connection on = enter();
        try {
            return prepared(on.prepareStatement(sql, resultSetType, resultSetConcurrency, resultSetHoldability));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public CallableStatement prepareCall(
            String sql, int resultSetType, int resultSetConcurrency, int resultSetHoldability) throws SQLException {
        Connection on = enter();
        try {
            return callable(on.prepareCall(sql, resultSetType, resultSetConcurrency, resultSetHoldability));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int autoGeneratedKeys) throws SQLException {
        Connection on = enter();
        try {
            return prepared(on.prepareStatement(sql, autoGeneratedKeys));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int[] columnIndexes) throws SQLException {
        Connection on = enter();
        try {
            return prepared(on.prepareStatement(sql, columnIndexes));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public PreparedStatement prepareStatement(String sql, String[] columnNames) throws SQLException {
        Connection on = enter();
        try {
            return prepared(on.prepareStatement(sql, columnNames));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Clob createClob() throws SQLException {
        Connection on = enter();
        try {
            return lent(on.createClob());
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Blob createBlob() throws SQLException {
        Connection on = enter();
        try {
            return lent(on.createBlob());
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public NClob createNClob() throws SQLException {
        Connection on = enter();
        try {
            return lent(on.createNClob());
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public SQLXML createSQLXML() throws SQLException {
        Connection on = enter();
        try {
            return lent(on.createSQLXML());
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean isValid(int timeout) throws SQLException {
        Connection on = look();
        try {
            return on.isValid(timeout);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getClientInfo(String name) throws SQLException {
        Connection on = look();
        try {
            return on.getClientInfo(name);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Properties getClientInfo() throws SQLException {
        Connection on = look();
        try {
            return on.getClientInfo();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Array createArrayOf(String typeName, Object[] elements) throws SQLException {
        Connection on = enter();
        try {
            return lent(on.createArrayOf(typeName, elements));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Struct createStruct(String typeName, Object[] attributes) throws SQLException {
        Connection on = enter();
        try {
            return lent(on.createStruct(typeName, attributes));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setSchema(String schema) throws SQLException {
        Connection on = enter();
        try {
            on.setSchema(schema);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getSchema() throws SQLException {
        Connection on = enter();
        try {
            return on.getSchema();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void abort(Executor executor) throws SQLException {
        Connection on = enter();
        try {
            on.abort(executor);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setNetworkTimeout(Executor executor, int milliseconds) throws SQLException {
        Connection on = enter();
        try {
            on.setNetworkTimeout(executor, milliseconds);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getNetworkTimeout() throws SQLException {
        Connection on = look();
        try {
            return on.getNetworkTimeout();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void beginRequest() throws SQLException {
        Connection on = look();
        try {
            on.beginRequest();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void endRequest() throws SQLException {
        Connection on = look();
        try {
            on.endRequest();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean setShardingKeyIfValid(ShardingKey shardingKey, ShardingKey superShardingKey, int timeout)
            throws SQLException {
        Connection on = enter();
        try {
            return on.setShardingKeyIfValid(shardingKey, superShardingKey, timeout);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean setShardingKeyIfValid(ShardingKey shardingKey, int timeout) throws SQLException {
        Connection on = enter();
        try {
            return on.setShardingKeyIfValid(shardingKey, timeout);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setShardingKey(ShardingKey shardingKey, ShardingKey superShardingKey) throws SQLException {
        Connection on = enter();
        try {
            on.setShardingKey(shardingKey, superShardingKey);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setShardingKey(ShardingKey shardingKey) throws SQLException {
        Connection on = enter();
        try {
            on.setShardingKey(shardingKey);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }
}
