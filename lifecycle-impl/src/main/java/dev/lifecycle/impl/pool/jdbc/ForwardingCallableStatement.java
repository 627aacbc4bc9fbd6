package dev.lifecycle.impl.pool.jdbc;

import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.Ref;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;

/** Passes on what callable statements add, as {@link ForwardingStatement} does. */
@NullUnmarked // JDBC says nothing about nulls
abstract class ForwardingCallableStatement extends HeldPreparedStatement<CallableStatement>
        implements CallableStatement {

    ForwardingCallableStatement(HeldConnection connection, CallableStatement raw) {
        super(connection, raw);
    }

    /** Returns a value that may lead back to the connection. */
    abstract Object object(Object raw);

    abstract <T> T object(T raw, Class<T> type);

    /** Returns an object of the driver's own that leads to the connection, and past the borrower's. */
    abstract <T> T lent(T raw);

    @Override
    public void registerOutParameter(int parameterIndex, int sqlType) throws SQLException {
        CallableStatement on = enter();
        try {
            on.registerOutParameter(parameterIndex, sqlType);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void registerOutParameter(int parameterIndex, int sqlType, int scale) throws SQLException {
        CallableStatement on = enter();
        try {
            on.registerOutParameter(parameterIndex, sqlType, scale);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean wasNull() throws SQLException {
        CallableStatement on = enter();
        try {
            return on.wasNull();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getString(int parameterIndex) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getString(parameterIndex);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean getBoolean(int parameterIndex) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getBoolean(parameterIndex);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public byte getByte(int parameterIndex) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getByte(parameterIndex);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public short getShort(int parameterIndex) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getShort(parameterIndex);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getInt(int parameterIndex) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getInt(parameterIndex);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public long getLong(int parameterIndex) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getLong(parameterIndex);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public float getFloat(int parameterIndex) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getFloat(parameterIndex);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public double getDouble(int parameterIndex) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getDouble(parameterIndex);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Deprecated
    @Override
    public BigDecimal getBigDecimal(int parameterIndex, int scale) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getBigDecimal(parameterIndex, scale);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public byte[] getBytes(int parameterIndex) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getBytes(parameterIndex);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Date getDate(int parameterIndex) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getDate(parameterIndex);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Time getTime(int parameterIndex) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getTime(parameterIndex);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Timestamp getTimestamp(int parameterIndex) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getTimestamp(parameterIndex);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Object getObject(int parameterIndex) throws SQLException {
        CallableStatement on = enter();
        try {
            return object(on.getObject(parameterIndex));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public BigDecimal getBigDecimal(int parameterIndex) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getBigDecimal(parameterIndex);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Object getObject(int parameterIndex, Map<String, Class<?>> map) throws SQLException {
        CallableStatement on = enter();
        try {
            return object(on.getObject(parameterIndex, map));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Ref getRef(int parameterIndex) throws SQLException {
        CallableStatement on = enter();
        try {
            return lent(on.getRef(parameterIndex));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Blob getBlob(int parameterIndex) throws SQLException {
        CallableStatement on = enter();
        try {
            return lent(on.getBlob(parameterIndex));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Clob getClob(int parameterIndex) throws SQLException {
        CallableStatement on = enter();
        try {
            return lent(on.getClob(parameterIndex));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Array getArray(int parameterIndex) throws SQLException {
        CallableStatement on = enter();
        try {
            return lent(on.getArray(parameterIndex));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Date getDate(int parameterIndex, Calendar cal) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getDate(parameterIndex, cal);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Time getTime(int parameterIndex, Calendar cal) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getTime(parameterIndex, cal);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Timestamp getTimestamp(int parameterIndex, Calendar cal) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getTimestamp(parameterIndex, cal);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void registerOutParameter(int parameterIndex, int sqlType, String typeName) throws SQLException {
        CallableStatement on = enter();
        try {
            on.registerOutParameter(parameterIndex, sqlType, typeName);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void registerOutParameter(String parameterName, int sqlType) throws SQLException {
        CallableStatement on = enter();
        try {
            on.registerOutParameter(parameterName, sqlType);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void registerOutParameter(String parameterName, int sqlType, int scale) throws SQLException {
        CallableStatement on = enter();
        try {
            on.registerOutParameter(parameterName, sqlType, scale);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void registerOutParameter(String parameterName, int sqlType, String typeName) throws SQLException {
        CallableStatement on = enter();
        try {
            on.registerOutParameter(parameterName, sqlType, typeName);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public URL getURL(int parameterIndex) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getURL(parameterIndex);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setURL(String parameterName, URL val) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setURL(parameterName, val);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setNull(String parameterName, int sqlType) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setNull(parameterName, sqlType);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setBoolean(String parameterName, boolean x) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setBoolean(parameterName, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setByte(String parameterName, byte x) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setByte(parameterName, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setShort(String parameterName, short x) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setShort(parameterName, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setInt(String parameterName, int x) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setInt(parameterName, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setLong(String parameterName, long x) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setLong(parameterName, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setFloat(String parameterName, float x) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setFloat(parameterName, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setDouble(String parameterName, double x) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setDouble(parameterName, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setBigDecimal(String parameterName, BigDecimal x) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setBigDecimal(parameterName, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setString(String parameterName, String x) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setString(parameterName, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setBytes(String parameterName, byte[] x) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setBytes(parameterName, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setDate(String parameterName, Date x) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setDate(parameterName, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setTime(String parameterName, Time x) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setTime(parameterName, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setTimestamp(String parameterName, Timestamp x) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setTimestamp(parameterName, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setAsciiStream(String parameterName, InputStream x, int length) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setAsciiStream(parameterName, x, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setBinaryStream(String parameterName, InputStream x, int length) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setBinaryStream(parameterName, x, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setObject(String parameterName, Object x, int targetSqlType, int scale) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setObject(parameterName, x, targetSqlType, scale);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setObject(String parameterName, Object x, int targetSqlType) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setObject(parameterName, x, targetSqlType);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setObject(String parameterName, Object x) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setObject(parameterName, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setCharacterStream(String parameterName, Reader reader, int length) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setCharacterStream(parameterName, reader, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setDate(String parameterName, Date x, Calendar cal) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setDate(parameterName, x, cal);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setTime(String parameterName, Time x, Calendar cal) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setTime(parameterName, x, cal);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setTimestamp(String parameterName, Timestamp x, Calendar cal) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setTimestamp(parameterName, x, cal);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setNull(String parameterName, int sqlType, String typeName) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setNull(parameterName, sqlType, typeName);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getString(String parameterName) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getString(parameterName);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean getBoolean(String parameterName) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getBoolean(parameterName);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public byte getByte(String parameterName) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getByte(parameterName);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public short getShort(String parameterName) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getShort(parameterName);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getInt(String parameterName) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getInt(parameterName);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public long getLong(String parameterName) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getLong(parameterName);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public float getFloat(String parameterName) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getFloat(parameterName);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public double getDouble(String parameterName) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getDouble(parameterName);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public byte[] getBytes(String parameterName) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getBytes(parameterName);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Date getDate(String parameterName) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getDate(parameterName);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Time getTime(String parameterName) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getTime(parameterName);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Timestamp getTimestamp(String parameterName) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getTimestamp(parameterName);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Object getObject(String parameterName) throws SQLException {
        CallableStatement on = enter();
        try {
            return object(on.getObject(parameterName));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public BigDecimal getBigDecimal(String parameterName) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getBigDecimal(parameterName);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Object getObject(String parameterName, Map<String, Class<?>> map) throws SQLException {
        CallableStatement on = enter();
        try {
            return object(on.getObject(parameterName, map));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Ref getRef(String parameterName) throws SQLException {
        CallableStatement on = enter();
        try {
            return lent(on.getRef(parameterName));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Blob getBlob(String parameterName) throws SQLException {
        CallableStatement on = enter();
        try {
            return lent(on.getBlob(parameterName));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Clob getClob(String parameterName) throws SQLException {
        CallableStatement on = enter();
        try {
            return lent(on.getClob(parameterName));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Array getArray(String parameterName) throws SQLException {
        CallableStatement on = enter();
        try {
            return lent(on.getArray(parameterName));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Date getDate(String parameterName, Calendar cal) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getDate(parameterName, cal);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Time getTime(String parameterName, Calendar cal) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getTime(parameterName, cal);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Timestamp getTimestamp(String parameterName, Calendar cal) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getTimestamp(parameterName, cal);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public URL getURL(String parameterName) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getURL(parameterName);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public RowId getRowId(int parameterIndex) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getRowId(parameterIndex);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public RowId getRowId(String parameterName) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getRowId(parameterName);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setRowId(String parameterName, RowId x) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setRowId(parameterName, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setNString(String parameterName, String value) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setNString(parameterName, value);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setNCharacterStream(String parameterName, Reader value, long length) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setNCharacterStream(parameterName, value, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setNClob(String parameterName, NClob value) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setNClob(parameterName, value);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setClob(String parameterName, Reader reader, long length) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setClob(parameterName, reader, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setBlob(String parameterName, InputStream inputStream, long length) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setBlob(parameterName, inputStream, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setNClob(String parameterName, Reader reader, long length) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setNClob(parameterName, reader, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public NClob getNClob(int parameterIndex) throws SQLException {
        CallableStatement on = enter();
        try {
            return lent(on.getNClob(parameterIndex));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public NClob getNClob(String parameterName) throws SQLException {
        CallableStatement on = enter();
        try {
            return lent(on.getNClob(parameterName));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setSQLXML(String parameterName, SQLXML xmlObject) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setSQLXML(parameterName, xmlObject);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public SQLXML getSQLXML(int parameterIndex) throws SQLException {
        CallableStatement on = enter();
        try {
            return lent(on.getSQLXML(parameterIndex));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public SQLXML getSQLXML(String parameterName) throws SQLException {
        CallableStatement on = enter();
        try {
            return lent(on.getSQLXML(parameterName));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getNString(int parameterIndex) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getNString(parameterIndex);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getNString(String parameterName) throws SQLException {
        CallableStatement on = enter();
        try {
            return on.getNString(parameterName);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Reader getNCharacterStream(int parameterIndex) throws SQLException {
        CallableStatement on = enter();
        try {
            return lent(on.getNCharacterStream(parameterIndex));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Reader getNCharacterStream(String parameterName) throws SQLException {
        CallableStatement on = enter();
        try {
            return lent(on.getNCharacterStream(parameterName));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Reader getCharacterStream(int parameterIndex) throws SQLException {
        CallableStatement on = enter();
        try {
            return lent(on.getCharacterStream(parameterIndex));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Reader getCharacterStream(String parameterName) throws SQLException {
        CallableStatement on = enter();
        try {
            return lent(on.getCharacterStream(parameterName));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setBlob(String parameterName, Blob x) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setBlob(parameterName, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setClob(String parameterName, Clob x) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setClob(parameterName, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setAsciiStream(String parameterName, InputStream x, long length) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setAsciiStream(parameterName, x, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setBinaryStream(String parameterName, InputStream x, long length) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setBinaryStream(parameterName, x, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setCharacterStream(String parameterName, Reader reader, long length) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setCharacterStream(parameterName, reader, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setAsciiStream(String parameterName, InputStream x) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setAsciiStream(parameterName, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setBinaryStream(String parameterName, InputStream x) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setBinaryStream(parameterName, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setCharacterStream(String parameterName, Reader reader) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setCharacterStream(parameterName, reader);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setNCharacterStream(String parameterName, Reader value) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setNCharacterStream(parameterName, value);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setClob(String parameterName, Reader reader) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setClob(parameterName, reader);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setBlob(String parameterName, InputStream inputStream) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setBlob(parameterName, inputStream);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setNClob(String parameterName, Reader reader) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setNClob(parameterName, reader);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public <T> T getObject(int parameterIndex, Class<T> type) throws SQLException {
        CallableStatement on = enter();
        try {
            return object(on.getObject(parameterIndex, type), type);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public <T> T getObject(String parameterName, Class<T> type) throws SQLException {
        CallableStatement on = enter();
        try {
            return object(on.getObject(parameterName, type), type);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setObject(String parameterName, Object x, SQLType targetSqlType, int scaleOrLength)
            throws SQLException {
        CallableStatement on = enter();
        try {
            on.setObject(parameterName, x, targetSqlType, scaleOrLength);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setObject(String parameterName, Object x, SQLType targetSqlType) throws SQLException {
        CallableStatement on = enter();
        try {
            on.setObject(parameterName, x, targetSqlType);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void registerOutParameter(int parameterIndex, SQLType sqlType) throws SQLException {
        CallableStatement on = enter();
        try {
            on.registerOutParameter(parameterIndex, sqlType);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void registerOutParameter(int parameterIndex, SQLType sqlType, int scale) throws SQLException {
        CallableStatement on = enter();
        try {
            on.registerOutParameter(parameterIndex, sqlType, scale);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void registerOutParameter(int parameterIndex, SQLType sqlType, String typeName) throws SQLException {
        CallableStatement on = enter();
        try {
            on.registerOutParameter(parameterIndex, sqlType, typeName);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void registerOutParameter(String parameterName, SQLType sqlType) throws SQLException {
        CallableStatement on = enter();
        try {
            on.registerOutParameter(parameterName, sqlType);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void registerOutParameter(String parameterName, SQLType sqlType, int scale) throws SQLException {
        CallableStatement on = enter();
        try {
            on.registerOutParameter(parameterName, sqlType, scale);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void registerOutParameter(String parameterName, SQLType sqlType, String typeName) throws SQLException {
        CallableStatement on = enter();
        try {
            on.registerOutParameter(parameterName, sqlType, typeName);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }
}
