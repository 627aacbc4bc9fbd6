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
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLWarning;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;

/**
 * Passes each call on to a result set of the driver, from within {@link #enter} and {@link #leave} where it may lead to the database, and each exception through
 * {@link #failed}. What is not only passed on is done by subclasses.
 */
@NullUnmarked // JDBC says nothing about nulls
abstract class ForwardingResultSet extends Tracked implements ResultSet {

    /** Returns the driver's; {@link #leave} follows. */
    abstract ResultSet enter() throws SQLException;

    abstract void leave();

    /** Returns the driver's, for a call that stays within this process and its row. */
    abstract ResultSet open() throws SQLException;

    /** Hears of an exception of the driver, and returns it. */
    abstract SQLException failed(SQLException e);

    abstract ResultSetMetaData columns(ResultSetMetaData raw);

    /** Returns a value that may lead back to the connection. */
    abstract Object object(Object raw);

    abstract <T> T object(T raw, Class<T> type);

    /** Returns an object of the driver's own that leads to the connection, and past the borrower's. */
    abstract <T> T lent(T raw);

    @Override
    public boolean next() throws SQLException {
        ResultSet on = enter();
        try {
            return on.next();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean wasNull() throws SQLException {
        ResultSet on = open();
        try {
            return on.wasNull();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public String getString(int columnIndex) throws SQLException {
        ResultSet on = open();
        try {
            return on.getString(columnIndex);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public boolean getBoolean(int columnIndex) throws SQLException {
        ResultSet on = open();
        try {
            return on.getBoolean(columnIndex);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public byte getByte(int columnIndex) throws SQLException {
        ResultSet on = open();
        try {
            return on.getByte(columnIndex);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public short getShort(int columnIndex) throws SQLException {
        ResultSet on = open();
        try {
            return on.getShort(columnIndex);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public int getInt(int columnIndex) throws SQLException {
        ResultSet on = open();
        try {
            return on.getInt(columnIndex);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public long getLong(int columnIndex) throws SQLException {
        ResultSet on = open();
        try {
            return on.getLong(columnIndex);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public float getFloat(int columnIndex) throws SQLException {
        ResultSet on = open();
        try {
            return on.getFloat(columnIndex);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public double getDouble(int columnIndex) throws SQLException {
        ResultSet on = open();
        try {
            return on.getDouble(columnIndex);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Deprecated
    @Override
    public BigDecimal getBigDecimal(int columnIndex, int scale) throws SQLException {
        ResultSet on = open();
        try {
            return on.getBigDecimal(columnIndex, scale);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public byte[] getBytes(int columnIndex) throws SQLException {
        ResultSet on = open();
        try {
            return on.getBytes(columnIndex);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public Date getDate(int columnIndex) throws SQLException {
        ResultSet on = open();
        try {
            return on.getDate(columnIndex);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public Time getTime(int columnIndex) throws SQLException {
        ResultSet on = open();
        try {
            return on.getTime(columnIndex);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public Timestamp getTimestamp(int columnIndex) throws SQLException {
        ResultSet on = open();
        try {
            return on.getTimestamp(columnIndex);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public InputStream getAsciiStream(int columnIndex) throws SQLException {
        ResultSet on = enter();
        try {
            return lent(on.getAsciiStream(columnIndex));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Deprecated
    @Override
    public InputStream getUnicodeStream(int columnIndex) throws SQLException {
        ResultSet on = enter();
        try {
            return lent(on.getUnicodeStream(columnIndex));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public InputStream getBinaryStream(int columnIndex) throws SQLException {
        ResultSet on = enter();
        try {
            return lent(on.getBinaryStream(columnIndex));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getString(String columnLabel) throws SQLException {
        ResultSet on = open();
        try {
            return on.getString(columnLabel);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public boolean getBoolean(String columnLabel) throws SQLException {
        ResultSet on = open();
        try {
            return on.getBoolean(columnLabel);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public byte getByte(String columnLabel) throws SQLException {
        ResultSet on = open();
        try {
            return on.getByte(columnLabel);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public short getShort(String columnLabel) throws SQLException {
        ResultSet on = open();
        try {
            return on.getShort(columnLabel);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public int getInt(String columnLabel) throws SQLException {
        ResultSet on = open();
        try {
            return on.getInt(columnLabel);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public long getLong(String columnLabel) throws SQLException {
        ResultSet on = open();
        try {
            return on.getLong(columnLabel);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public float getFloat(String columnLabel) throws SQLException {
        ResultSet on = open();
        try {
            return on.getFloat(columnLabel);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public double getDouble(String columnLabel) throws SQLException {
        ResultSet on = open();
        try {
            return on.getDouble(columnLabel);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Deprecated
    @Override
    public BigDecimal getBigDecimal(String columnLabel, int scale) throws SQLException {
        ResultSet on = open();
        try {
            return on.getBigDecimal(columnLabel, scale);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public byte[] getBytes(String columnLabel) throws SQLException {
        ResultSet on = open();
        try {
            return on.getBytes(columnLabel);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public Date getDate(String columnLabel) throws SQLException {
        ResultSet on = open();
        try {
            return on.getDate(columnLabel);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public Time getTime(String columnLabel) throws SQLException {
        ResultSet on = open();
        try {
            return on.getTime(columnLabel);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public Timestamp getTimestamp(String columnLabel) throws SQLException {
        ResultSet on = open();
        try {
            return on.getTimestamp(columnLabel);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public InputStream getAsciiStream(String columnLabel) throws SQLException {
        ResultSet on = enter();
        try {
            return lent(on.getAsciiStream(columnLabel));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Deprecated
    @Override
    public InputStream getUnicodeStream(String columnLabel) throws SQLException {
        ResultSet on = enter();
        try {
            return lent(on.getUnicodeStream(columnLabel));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public InputStream getBinaryStream(String columnLabel) throws SQLException {
        ResultSet on = enter();
        try {
            return lent(on.getBinaryStream(columnLabel));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public SQLWarning getWarnings() throws SQLException {
        ResultSet on = enter();
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
        ResultSet on = enter();
        try {
            on.clearWarnings();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getCursorName() throws SQLException {
        ResultSet on = enter();
        try {
            return on.getCursorName();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public ResultSetMetaData getMetaData() throws SQLException {
        ResultSet on = enter();
        try {
            return columns(on.getMetaData());
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Object getObject(int columnIndex) throws SQLException {
        ResultSet on = enter();
        try {
            return object(on.getObject(columnIndex));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Object getObject(String columnLabel) throws SQLException {
        ResultSet on = enter();
        try {
            return object(on.getObject(columnLabel));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int findColumn(String columnLabel) throws SQLException {
        ResultSet on = open();
        try {
            return on.findColumn(columnLabel);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public Reader getCharacterStream(int columnIndex) throws SQLException {
        ResultSet on = enter();
        try {
            return lent(on.getCharacterStream(columnIndex));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Reader getCharacterStream(String columnLabel) throws SQLException {
        ResultSet on = enter();
        try {
            return lent(on.getCharacterStream(columnLabel));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public BigDecimal getBigDecimal(int columnIndex) throws SQLException {
        ResultSet on = open();
        try {
            return on.getBigDecimal(columnIndex);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public BigDecimal getBigDecimal(String columnLabel) throws SQLException {
        ResultSet on = open();
        try {
            return on.getBigDecimal(columnLabel);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public boolean isBeforeFirst() throws SQLException {
        ResultSet on = enter();
        try {
            return on.isBeforeFirst();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean isAfterLast() throws SQLException {
        ResultSet on = enter();
        try {
            return on.isAfterLast();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean isFirst() throws SQLException {
        ResultSet on = enter();
        try {
            return on.isFirst();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean isLast() throws SQLException {
        ResultSet on = enter();
        try {
            return on.isLast();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void beforeFirst() throws SQLException {
        ResultSet on = enter();
        try {
            on.beforeFirst();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void afterLast() throws SQLException {
        ResultSet on = enter();
        try {
            on.afterLast();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean first() throws SQLException {
        ResultSet on = enter();
        try {
            return on.first();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean last() throws SQLException {
        ResultSet on = enter();
        try {
            return on.last();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getRow() throws SQLException {
        ResultSet on = enter();
        try {
            return on.getRow();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean absolute(int row) throws SQLException {
        ResultSet on = enter();
        try {
            return on.absolute(row);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean relative(int rows) throws SQLException {
        ResultSet on = enter();
        try {
            return on.relative(rows);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean previous() throws SQLException {
        ResultSet on = enter();
        try {
            return on.previous();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setFetchDirection(int direction) throws SQLException {
        ResultSet on = enter();
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
        ResultSet on = enter();
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
        ResultSet on = enter();
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
        ResultSet on = enter();
        try {
            return on.getFetchSize();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getType() throws SQLException {
        ResultSet on = enter();
        try {
            return on.getType();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getConcurrency() throws SQLException {
        ResultSet on = enter();
        try {
            return on.getConcurrency();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean rowUpdated() throws SQLException {
        ResultSet on = enter();
        try {
            return on.rowUpdated();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean rowInserted() throws SQLException {
        ResultSet on = enter();
        try {
            return on.rowInserted();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean rowDeleted() throws SQLException {
        ResultSet on = enter();
        try {
            return on.rowDeleted();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateNull(int columnIndex) throws SQLException {
        ResultSet on = open();
        try {
            on.updateNull(columnIndex);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void updateBoolean(int columnIndex, boolean x) throws SQLException {
        ResultSet on = open();
        try {
            on.updateBoolean(columnIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void updateByte(int columnIndex, byte x) throws SQLException {
        ResultSet on = open();
        try {
            on.updateByte(columnIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void updateShort(int columnIndex, short x) throws SQLException {
        ResultSet on = open();
        try {
            on.updateShort(columnIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void updateInt(int columnIndex, int x) throws SQLException {
        ResultSet on = open();
        try {
            on.updateInt(columnIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void updateLong(int columnIndex, long x) throws SQLException {
        ResultSet on = open();
        try {
            on.updateLong(columnIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void updateFloat(int columnIndex, float x) throws SQLException {
        ResultSet on = open();
        try {
            on.updateFloat(columnIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void updateDouble(int columnIndex, double x) throws SQLException {
        ResultSet on = open();
        try {
            on.updateDouble(columnIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void updateBigDecimal(int columnIndex, BigDecimal x) throws SQLException {
        ResultSet on = open();
        try {
            on.updateBigDecimal(columnIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void updateString(int columnIndex, String x) throws SQLException {
        ResultSet on = open();
        try {
            on.updateString(columnIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void updateBytes(int columnIndex, byte[] x) throws SQLException {
        ResultSet on = open();
        try {
            on.updateBytes(columnIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void updateDate(int columnIndex, Date x) throws SQLException {
        ResultSet on = open();
        try {
            on.updateDate(columnIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void updateTime(int columnIndex, Time x) throws SQLException {
        ResultSet on = open();
        try {
            on.updateTime(columnIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void updateTimestamp(int columnIndex, Timestamp x) throws SQLException {
        ResultSet on = open();
        try {
            on.updateTimestamp(columnIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void updateAsciiStream(int columnIndex, InputStream x, int length) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateAsciiStream(columnIndex, x, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateBinaryStream(int columnIndex, InputStream x, int length) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateBinaryStream(columnIndex, x, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateCharacterStream(int columnIndex, Reader x, int length) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateCharacterStream(columnIndex, x, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateObject(int columnIndex, Object x, int scaleOrLength) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateObject(columnIndex, x, scaleOrLength);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateObject(int columnIndex, Object x) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateObject(columnIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateNull(String columnLabel) throws SQLException {
        ResultSet on = open();
        try {
            on.updateNull(columnLabel);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void updateBoolean(String columnLabel, boolean x) throws SQLException {
        ResultSet on = open();
        try {
            on.updateBoolean(columnLabel, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void updateByte(String columnLabel, byte x) throws SQLException {
        ResultSet on = open();
        try {
            on.updateByte(columnLabel, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void updateShort(String columnLabel, short x) throws SQLException {
        ResultSet on = open();
        try {
            on.updateShort(columnLabel, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void updateInt(String columnLabel, int x) throws SQLException {
        ResultSet on = open();
        try {
            on.updateInt(columnLabel, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void updateLong(String columnLabel, long x) throws SQLException {
        ResultSet on = open();
        try {
            on.updateLong(columnLabel, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void updateFloat(String columnLabel, float x) throws SQLException {
        ResultSet on = open();
        try {
            on.updateFloat(columnLabel, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void updateDouble(String columnLabel, double x) throws SQLException {
        ResultSet on = open();
        try {
            on.updateDouble(columnLabel, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void updateBigDecimal(String columnLabel, BigDecimal x) throws SQLException {
        ResultSet on = open();
        try {
            on.updateBigDecimal(columnLabel, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void updateString(String columnLabel, String x) throws SQLException {
        ResultSet on = open();
        try {
            on.updateString(columnLabel, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void updateBytes(String columnLabel, byte[] x) throws SQLException {
        ResultSet on = open();
        try {
            on.updateBytes(columnLabel, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void updateDate(String columnLabel, Date x) throws SQLException {
        ResultSet on = open();
        try {
            on.updateDate(columnLabel, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void updateTime(String columnLabel, Time x) throws SQLException {
        ResultSet on = open();
        try {
            on.updateTime(columnLabel, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void updateTimestamp(String columnLabel, Timestamp x) throws SQLException {
        ResultSet on = open();
        try {
            on.updateTimestamp(columnLabel, x);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void updateAsciiStream(String columnLabel, InputStream x, int length) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateAsciiStream(columnLabel, x, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateBinaryStream(String columnLabel, InputStream x, int length) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateBinaryStream(columnLabel, x, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateCharacterStream(String columnLabel, Reader reader, int length) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateCharacterStream(columnLabel, reader, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateObject(String columnLabel, Object x, int scaleOrLength) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateObject(columnLabel, x, scaleOrLength);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateObject(String columnLabel, Object x) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateObject(columnLabel, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void insertRow() throws SQLException {
        ResultSet on = enter();
        try {
            on.insertRow();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateRow() throws SQLException {
        ResultSet on = enter();
        try {
            on.updateRow();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void deleteRow() throws SQLException {
        ResultSet on = enter();
        try {
            on.deleteRow();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void refreshRow() throws SQLException {
        ResultSet on = enter();
        try {
            on.refreshRow();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void cancelRowUpdates() throws SQLException {
        ResultSet on = enter();
        try {
            on.cancelRowUpdates();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void moveToInsertRow() throws SQLException {
        ResultSet on = enter();
        try {
            on.moveToInsertRow();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void moveToCurrentRow() throws SQLException {
        ResultSet on = enter();
        try {
            on.moveToCurrentRow();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Object getObject(int columnIndex, Map<String, Class<?>> map) throws SQLException {
        ResultSet on = enter();
        try {
            return object(on.getObject(columnIndex, map));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Ref getRef(int columnIndex) throws SQLException {
        ResultSet on = enter();
        try {
            return lent(on.getRef(columnIndex));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Blob getBlob(int columnIndex) throws SQLException {
        ResultSet on = enter();
        try {
            return lent(on.getBlob(columnIndex));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Clob getClob(int columnIndex) throws SQLException {
        ResultSet on = enter();
        try {
            return lent(on.getClob(columnIndex));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Array getArray(int columnIndex) throws SQLException {
        ResultSet on = enter();
        try {
            return lent(on.getArray(columnIndex));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Object getObject(String columnLabel, Map<String, Class<?>> map) throws SQLException {
        ResultSet on = enter();
        try {
            return object(on.getObject(columnLabel, map));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Ref getRef(String columnLabel) throws SQLException {
        ResultSet on = enter();
        try {
            return lent(on.getRef(columnLabel));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Blob getBlob(String columnLabel) throws SQLException {
        ResultSet on = enter();
        try {
            return lent(on.getBlob(columnLabel));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Clob getClob(String columnLabel) throws SQLException {
        ResultSet on = enter();
        try {
            return lent(on.getClob(columnLabel));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Array getArray(String columnLabel) throws SQLException {
        ResultSet on = enter();
        try {
            return lent(on.getArray(columnLabel));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Date getDate(int columnIndex, Calendar cal) throws SQLException {
        ResultSet on = open();
        try {
            return on.getDate(columnIndex, cal);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public Date getDate(String columnLabel, Calendar cal) throws SQLException {
        ResultSet on = open();
        try {
            return on.getDate(columnLabel, cal);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public Time getTime(int columnIndex, Calendar cal) throws SQLException {
        ResultSet on = open();
        try {
            return on.getTime(columnIndex, cal);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public Time getTime(String columnLabel, Calendar cal) throws SQLException {
        ResultSet on = open();
        try {
            return on.getTime(columnLabel, cal);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public Timestamp getTimestamp(int columnIndex, Calendar cal) throws SQLException {
        ResultSet on = open();
        try {
            return on.getTimestamp(columnIndex, cal);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public Timestamp getTimestamp(String columnLabel, Calendar cal) throws SQLException {
        ResultSet on = open();
        try {
            return on.getTimestamp(columnLabel, cal);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public URL getURL(int columnIndex) throws SQLException {
        ResultSet on = enter();
        try {
            return on.getURL(columnIndex);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public URL getURL(String columnLabel) throws SQLException {
        ResultSet on = enter();
        try {
            return on.getURL(columnLabel);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateRef(int columnIndex, Ref x) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateRef(columnIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateRef(String columnLabel, Ref x) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateRef(columnLabel, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateBlob(int columnIndex, Blob x) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateBlob(columnIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateBlob(String columnLabel, Blob x) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateBlob(columnLabel, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateClob(int columnIndex, Clob x) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateClob(columnIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateClob(String columnLabel, Clob x) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateClob(columnLabel, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateArray(int columnIndex, Array x) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateArray(columnIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateArray(String columnLabel, Array x) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateArray(columnLabel, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public RowId getRowId(int columnIndex) throws SQLException {
        ResultSet on = enter();
        try {
            return on.getRowId(columnIndex);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public RowId getRowId(String columnLabel) throws SQLException {
        ResultSet on = enter();
        try {
            return on.getRowId(columnLabel);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateRowId(int columnIndex, RowId x) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateRowId(columnIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateRowId(String columnLabel, RowId x) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateRowId(columnLabel, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getHoldability() throws SQLException {
        ResultSet on = enter();
        try {
            return on.getHoldability();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateNString(int columnIndex, String nString) throws SQLException {
        ResultSet on = open();
        try {
            on.updateNString(columnIndex, nString);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void updateNString(String columnLabel, String nString) throws SQLException {
        ResultSet on = open();
        try {
            on.updateNString(columnLabel, nString);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void updateNClob(int columnIndex, NClob nClob) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateNClob(columnIndex, nClob);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateNClob(String columnLabel, NClob nClob) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateNClob(columnLabel, nClob);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public NClob getNClob(int columnIndex) throws SQLException {
        ResultSet on = enter();
        try {
            return lent(on.getNClob(columnIndex));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public NClob getNClob(String columnLabel) throws SQLException {
        ResultSet on = enter();
        try {
            return lent(on.getNClob(columnLabel));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public SQLXML getSQLXML(int columnIndex) throws SQLException {
        ResultSet on = enter();
        try {
            return lent(on.getSQLXML(columnIndex));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public SQLXML getSQLXML(String columnLabel) throws SQLException {
        ResultSet on = enter();
        try {
            return lent(on.getSQLXML(columnLabel));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateSQLXML(int columnIndex, SQLXML xmlObject) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateSQLXML(columnIndex, xmlObject);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateSQLXML(String columnLabel, SQLXML xmlObject) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateSQLXML(columnLabel, xmlObject);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getNString(int columnIndex) throws SQLException {
        ResultSet on = open();
        try {
            return on.getNString(columnIndex);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public String getNString(String columnLabel) throws SQLException {
        ResultSet on = open();
        try {
            return on.getNString(columnLabel);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public Reader getNCharacterStream(int columnIndex) throws SQLException {
        ResultSet on = enter();
        try {
            return lent(on.getNCharacterStream(columnIndex));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public Reader getNCharacterStream(String columnLabel) throws SQLException {
        ResultSet on = enter();
        try {
            return lent(on.getNCharacterStream(columnLabel));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateNCharacterStream(int columnIndex, Reader x, long length) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateNCharacterStream(columnIndex, x, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateNCharacterStream(String columnLabel, Reader reader, long length) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateNCharacterStream(columnLabel, reader, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateAsciiStream(int columnIndex, InputStream x, long length) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateAsciiStream(columnIndex, x, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateBinaryStream(int columnIndex, InputStream x, long length) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateBinaryStream(columnIndex, x, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateCharacterStream(int columnIndex, Reader x, long length) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateCharacterStream(columnIndex, x, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateAsciiStream(String columnLabel, InputStream x, long length) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateAsciiStream(columnLabel, x, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateBinaryStream(String columnLabel, InputStream x, long length) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateBinaryStream(columnLabel, x, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateCharacterStream(String columnLabel, Reader reader, long length) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateCharacterStream(columnLabel, reader, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateBlob(int columnIndex, InputStream inputStream, long length) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateBlob(columnIndex, inputStream, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateBlob(String columnLabel, InputStream inputStream, long length) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateBlob(columnLabel, inputStream, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateClob(int columnIndex, Reader reader, long length) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateClob(columnIndex, reader, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateClob(String columnLabel, Reader reader, long length) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateClob(columnLabel, reader, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateNClob(int columnIndex, Reader reader, long length) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateNClob(columnIndex, reader, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateNClob(String columnLabel, Reader reader, long length) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateNClob(columnLabel, reader, length);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateNCharacterStream(int columnIndex, Reader x) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateNCharacterStream(columnIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateNCharacterStream(String columnLabel, Reader reader) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateNCharacterStream(columnLabel, reader);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateAsciiStream(int columnIndex, InputStream x) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateAsciiStream(columnIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateBinaryStream(int columnIndex, InputStream x) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateBinaryStream(columnIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateCharacterStream(int columnIndex, Reader x) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateCharacterStream(columnIndex, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateAsciiStream(String columnLabel, InputStream x) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateAsciiStream(columnLabel, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateBinaryStream(String columnLabel, InputStream x) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateBinaryStream(columnLabel, x);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateCharacterStream(String columnLabel, Reader reader) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateCharacterStream(columnLabel, reader);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateBlob(int columnIndex, InputStream inputStream) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateBlob(columnIndex, inputStream);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateBlob(String columnLabel, InputStream inputStream) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateBlob(columnLabel, inputStream);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateClob(int columnIndex, Reader reader) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateClob(columnIndex, reader);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateClob(String columnLabel, Reader reader) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateClob(columnLabel, reader);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateNClob(int columnIndex, Reader reader) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateNClob(columnIndex, reader);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateNClob(String columnLabel, Reader reader) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateNClob(columnLabel, reader);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public <T> T getObject(int columnIndex, Class<T> type) throws SQLException {
        ResultSet on = enter();
        try {
            return object(on.getObject(columnIndex, type), type);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public <T> T getObject(String columnLabel, Class<T> type) throws SQLException {
        ResultSet on = enter();
        try {
            return object(on.getObject(columnLabel, type), type);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateObject(int columnIndex, Object x, SQLType targetSqlType, int scaleOrLength) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateObject(columnIndex, x, targetSqlType, scaleOrLength);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateObject(String columnLabel, Object x, SQLType targetSqlType, int scaleOrLength)
            throws SQLException {
        ResultSet on = enter();
        try {
            on.updateObject(columnLabel, x, targetSqlType, scaleOrLength);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateObject(int columnIndex, Object x, SQLType targetSqlType) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateObject(columnIndex, x, targetSqlType);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void updateObject(String columnLabel, Object x, SQLType targetSqlType) throws SQLException {
        ResultSet on = enter();
        try {
            on.updateObject(columnLabel, x, targetSqlType);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }
}
