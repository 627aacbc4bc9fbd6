package dev.lifecycle.impl.pool.jdbc;

import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;
import org.jspecify.annotations.NullUnmarked;

/** Passes on what prepared statements add, as {@link ForwardingStatement} does. */
@NullUnmarked // JDBC says nothing about nulls
abstract class ForwardingPreparedStatement<S extends PreparedStatement> extends HeldStatement<S>
        implements PreparedStatement {

    ForwardingPreparedStatement(HeldConnection connection, S raw) {
        super(connection, raw);
    }

    abstract ResultSetMetaData columns(ResultSetMetaData raw);

    abstract ParameterMetaData parameters(ParameterMetaData raw);

    @Override
    public ResultSet executeQuery() throws SQLException {
        S on = begin();
        try {
            return results(on.executeQuery());
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            end();
        }
    }

    @Override
    public int executeUpdate() throws SQLException {
        S on = begin();
        try {
            return on.executeUpdate();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            end();
        }
    }

    @Override
    public void setNull(int parameterIndex, int sqlType) throws SQLException {
        S on = open();
        try {
            on.setNull(parameterIndex, sqlType);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void setBoolean(int parameterIndex, boolean x) throws SQLException {
        S on = open();
        try {
            on.setBoolean(parameterIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void setByte(int parameterIndex, byte x) throws SQLException {
        S on = open();
        try {
            on.setByte(parameterIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void setShort(int parameterIndex, short x) throws SQLException {
        S on = open();
        try {
            on.setShort(parameterIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void setInt(int parameterIndex, int x) throws SQLException {
        S on = open();
        try {
            on.setInt(parameterIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void setLong(int parameterIndex, long x) throws SQLException {
        S on = open();
        try {
            on.setLong(parameterIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void setFloat(int parameterIndex, float x) throws SQLException {
        S on = open();
        try {
            on.setFloat(parameterIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void setDouble(int parameterIndex, double x) throws SQLException {
        S on = open();
        try {
            on.setDouble(parameterIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void setBigDecimal(int parameterIndex, BigDecimal x) throws SQLException {
        S on = open();
        try {
            on.setBigDecimal(parameterIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void setString(int parameterIndex, String x) throws SQLException {
        S on = open();
        try {
            on.setString(parameterIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void setBytes(int parameterIndex, byte[] x) throws SQLException {
        S on = open();
        try {
            on.setBytes(parameterIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void setDate(int parameterIndex, Date x) throws SQLException {
        S on = open();
        try {
            on.setDate(parameterIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void setTime(int parameterIndex, Time x) throws SQLException {
        S on = open();
        try {
            on.setTime(parameterIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void setTimestamp(int parameterIndex, Timestamp x) throws SQLException {
        S on = open();
        try {
            on.setTimestamp(parameterIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void setAsciiStream(int parameterIndex, InputStream x, int length) throws SQLException {
        S on = enter();
        try {
            on.setAsciiStream(parameterIndex, x, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Deprecated
    @Override
    public void setUnicodeStream(int parameterIndex, InputStream x, int length) throws SQLException {
        S on = enter();
        try {
            on.setUnicodeStream(parameterIndex, x, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setBinaryStream(int parameterIndex, InputStream x, int length) throws SQLException {
        S on = enter();
        try {
            on.setBinaryStream(parameterIndex, x, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void clearParameters() throws SQLException {
        S on = enter();
        try {
            on.clearParameters();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setObject(int parameterIndex, Object x, int targetSqlType) throws SQLException {
        S on = enter();
        try {
            on.setObject(parameterIndex, x, targetSqlType);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setObject(int parameterIndex, Object x) throws SQLException {
        S on = enter();
        try {
            on.setObject(parameterIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean execute() throws SQLException {
        S on = begin();
        try {
            return on.execute();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            end();
        }
    }

    @Override
    public void addBatch() throws SQLException {
        S on = enter();
        try {
            on.addBatch();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setCharacterStream(int parameterIndex, Reader reader, int length) throws SQLException {
        S on = enter();
        try {
            on.setCharacterStream(parameterIndex, reader, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setRef(int parameterIndex, Ref x) throws SQLException {
        S on = enter();
        try {
            on.setRef(parameterIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setBlob(int parameterIndex, Blob x) throws SQLException {
        S on = enter();
        try {
            on.setBlob(parameterIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setClob(int parameterIndex, Clob x) throws SQLException {
        S on = enter();
        try {
            on.setClob(parameterIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setArray(int parameterIndex, Array x) throws SQLException {
        S on = enter();
        try {
            on.setArray(parameterIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public ResultSetMetaData getMetaData() throws SQLException {
        S on = enter();
        try {
            return columns(on.getMetaData());
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setDate(int parameterIndex, Date x, Calendar cal) throws SQLException {
        S on = open();
        try {
            on.setDate(parameterIndex, x, cal);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void setTime(int parameterIndex, Time x, Calendar cal) throws SQLException {
        S on = open();
        try {
            on.setTime(parameterIndex, x, cal);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void setTimestamp(int parameterIndex, Timestamp x, Calendar cal) throws SQLException {
        S on = open();
        try {
            on.setTimestamp(parameterIndex, x, cal);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void setNull(int parameterIndex, int sqlType, String typeName) throws SQLException {
        S on = enter();
        try {
            on.setNull(parameterIndex, sqlType, typeName);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setURL(int parameterIndex, URL x) throws SQLException {
        S on = enter();
        try {
            on.setURL(parameterIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public ParameterMetaData getParameterMetaData() throws SQLException {
        S on = enter();
        try {
            return parameters(on.getParameterMetaData());
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setRowId(int parameterIndex, RowId x) throws SQLException {
        S on = enter();
        try {
            on.setRowId(parameterIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setNString(int parameterIndex, String value) throws SQLException {
        S on = open();
        try {
            on.setNString(parameterIndex, value);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void setNCharacterStream(int parameterIndex, Reader value, long length) throws SQLException {
        S on = enter();
        try {
            on.setNCharacterStream(parameterIndex, value, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setNClob(int parameterIndex, NClob value) throws SQLException {
        S on = enter();
        try {
            on.setNClob(parameterIndex, value);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setClob(int parameterIndex, Reader reader, long length) throws SQLException {
        S on = enter();
        try {
            on.setClob(parameterIndex, reader, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setBlob(int parameterIndex, InputStream inputStream, long length) throws SQLException {
        S on = enter();
        try {
            on.setBlob(parameterIndex, inputStream, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setNClob(int parameterIndex, Reader reader, long length) throws SQLException {
        S on = enter();
        try {
            on.setNClob(parameterIndex, reader, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setSQLXML(int parameterIndex, SQLXML xmlObject) throws SQLException {
        S on = enter();
        try {
            on.setSQLXML(parameterIndex, xmlObject);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setObject(int parameterIndex, Object x, int targetSqlType, int scaleOrLength) throws SQLException {
        S on = enter();
        try {
            on.setObject(parameterIndex, x, targetSqlType, scaleOrLength);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setAsciiStream(int parameterIndex, InputStream x, long length) throws SQLException {
        S on = enter();
        try {
            on.setAsciiStream(parameterIndex, x, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setBinaryStream(int parameterIndex, InputStream x, long length) throws SQLException {
        S on = enter();
        try {
            on.setBinaryStream(parameterIndex, x, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setCharacterStream(int parameterIndex, Reader reader, long length) throws SQLException {
        S on = enter();
        try {
            on.setCharacterStream(parameterIndex, reader, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setAsciiStream(int parameterIndex, InputStream x) throws SQLException {
        S on = enter();
        try {
            on.setAsciiStream(parameterIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setBinaryStream(int parameterIndex, InputStream x) throws SQLException {
        S on = enter();
        try {
            on.setBinaryStream(parameterIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setCharacterStream(int parameterIndex, Reader reader) throws SQLException {
        S on = enter();
        try {
            on.setCharacterStream(parameterIndex, reader);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setNCharacterStream(int parameterIndex, Reader value) throws SQLException {
        S on = enter();
        try {
            on.setNCharacterStream(parameterIndex, value);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setClob(int parameterIndex, Reader reader) throws SQLException {
        S on = enter();
        try {
            on.setClob(parameterIndex, reader);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setBlob(int parameterIndex, InputStream inputStream) throws SQLException {
        S on = enter();
        try {
            on.setBlob(parameterIndex, inputStream);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setNClob(int parameterIndex, Reader reader) throws SQLException {
        S on = enter();
        try {
            on.setNClob(parameterIndex, reader);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setObject(int parameterIndex, Object x, SQLType targetSqlType, int scaleOrLength) throws SQLException {
        S on = enter();
        try {
            on.setObject(parameterIndex, x, targetSqlType, scaleOrLength);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setObject(int parameterIndex, Object x, SQLType targetSqlType) throws SQLException {
        S on = enter();
        try {
            on.setObject(parameterIndex, x, targetSqlType);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public long executeLargeUpdate() throws SQLException {
        S on = begin();
        try {
            return on.executeLargeUpdate();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            end();
        }
    }
}
