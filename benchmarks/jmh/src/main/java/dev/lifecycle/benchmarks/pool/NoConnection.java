package dev.lifecycle.benchmarks.pool;

import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.NClob;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLXML;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Struct;
import java.util.Map;
import java.util.Properties;

/** What a connection can do that a pool does not ask of it on the way: refused. */
abstract class NoConnection implements Connection {
    @Override
    public Statement createStatement() throws SQLException {
        throw refused();
    }

    @Override
    public Statement createStatement(int type, int concurrency) throws SQLException {
        throw refused();
    }

    @Override
    public Statement createStatement(int type, int concurrency, int holdability) throws SQLException {
        throw refused();
    }

    @Override
    public PreparedStatement prepareStatement(String sql) throws SQLException {
        throw refused();
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int type, int concurrency) throws SQLException {
        throw refused();
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int type, int concurrency, int holdability)
            throws SQLException {
        throw refused();
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int generatedKeys) throws SQLException {
        throw refused();
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int[] generatedKeys) throws SQLException {
        throw refused();
    }

    @Override
    public PreparedStatement prepareStatement(String sql, String[] generatedKeys) throws SQLException {
        throw refused();
    }

    @Override
    public CallableStatement prepareCall(String sql) throws SQLException {
        throw refused();
    }

    @Override
    public CallableStatement prepareCall(String sql, int type, int concurrency) throws SQLException {
        throw refused();
    }

    @Override
    public CallableStatement prepareCall(String sql, int type, int concurrency, int holdability) throws SQLException {
        throw refused();
    }

    @Override
    public String nativeSQL(String sql) throws SQLException {
        throw refused();
    }

    @Override
    public DatabaseMetaData getMetaData() throws SQLException {
        throw refused();
    }

    @Override
    public Map<String, Class<?>> getTypeMap() throws SQLException {
        throw refused();
    }

    @Override
    public void setTypeMap(Map<String, Class<?>> map) throws SQLException {
        throw refused();
    }

    @Override
    public void setHoldability(int holdability) throws SQLException {
        throw refused();
    }

    @Override
    public Savepoint setSavepoint() throws SQLException {
        throw refused();
    }

    @Override
    public Savepoint setSavepoint(String name) throws SQLException {
        throw refused();
    }

    @Override
    public void rollback(Savepoint savepoint) throws SQLException {
        throw refused();
    }

    @Override
    public void releaseSavepoint(Savepoint savepoint) throws SQLException {
        throw refused();
    }

    @Override
    public Clob createClob() throws SQLException {
        throw refused();
    }

    @Override
    public Blob createBlob() throws SQLException {
        throw refused();
    }

    @Override
    public NClob createNClob() throws SQLException {
        throw refused();
    }

    @Override
    public SQLXML createSQLXML() throws SQLException {
        throw refused();
    }

    @Override
    public String getClientInfo(String name) throws SQLException {
        throw refused();
    }

    @Override
    public Properties getClientInfo() throws SQLException {
        throw refused();
    }

    @Override
    public Array createArrayOf(String type, Object[] elements) throws SQLException {
        throw refused();
    }

    @Override
    public Struct createStruct(String type, Object[] attributes) throws SQLException {
        throw refused();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw refused();
    }

    @Override
    public void setClientInfo(String name, String value) {}

    @Override
    public void setClientInfo(Properties properties) {}

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }

    private static SQLException refused() {
        return new SQLFeatureNotSupportedException("a stub has no database");
    }
}
