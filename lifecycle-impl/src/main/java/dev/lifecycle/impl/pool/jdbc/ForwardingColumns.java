package dev.lifecycle.impl.pool.jdbc;

import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import org.jspecify.annotations.NullUnmarked;

/** Passes each call on to a description of columns of the driver, from within {@link #enter} and {@link #leave}, and each exception through {@link #failed}. */
@NullUnmarked // JDBC says nothing about nulls
abstract class ForwardingColumns implements ResultSetMetaData {

    /** Returns the driver's; {@link #leave} follows. */
    abstract ResultSetMetaData enter() throws SQLException;

    abstract void leave();

    /** Hears of an exception of the driver, and returns it. */
    abstract SQLException failed(SQLException e);

    @Override
    public int getColumnCount() throws SQLException {
        ResultSetMetaData on = enter();
        try {
            return on.getColumnCount();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean isAutoIncrement(int column) throws SQLException {
        ResultSetMetaData on = enter();
        try {
            return on.isAutoIncrement(column);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean isCaseSensitive(int column) throws SQLException {
        ResultSetMetaData on = enter();
        try {
            return on.isCaseSensitive(column);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean isSearchable(int column) throws SQLException {
        ResultSetMetaData on = enter();
        try {
            return on.isSearchable(column);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean isCurrency(int column) throws SQLException {
        ResultSetMetaData on = enter();
        try {
            return on.isCurrency(column);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int isNullable(int column) throws SQLException {
        ResultSetMetaData on = enter();
        try {
            return on.isNullable(column);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean isSigned(int column) throws SQLException {
        ResultSetMetaData on = enter();
        try {
            return on.isSigned(column);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getColumnDisplaySize(int column) throws SQLException {
        ResultSetMetaData on = enter();
        try {
            return on.getColumnDisplaySize(column);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getColumnLabel(int column) throws SQLException {
        ResultSetMetaData on = enter();
        try {
            return on.getColumnLabel(column);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getColumnName(int column) throws SQLException {
        ResultSetMetaData on = enter();
        try {
            return on.getColumnName(column);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getSchemaName(int column) throws SQLException {
        ResultSetMetaData on = enter();
        try {
            return on.getSchemaName(column);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getPrecision(int column) throws SQLException {
        ResultSetMetaData on = enter();
        try {
            return on.getPrecision(column);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getScale(int column) throws SQLException {
        ResultSetMetaData on = enter();
        try {
            return on.getScale(column);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getTableName(int column) throws SQLException {
        ResultSetMetaData on = enter();
        try {
            return on.getTableName(column);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getCatalogName(int column) throws SQLException {
        ResultSetMetaData on = enter();
        try {
            return on.getCatalogName(column);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getColumnType(int column) throws SQLException {
        ResultSetMetaData on = enter();
        try {
            return on.getColumnType(column);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getColumnTypeName(int column) throws SQLException {
        ResultSetMetaData on = enter();
        try {
            return on.getColumnTypeName(column);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean isReadOnly(int column) throws SQLException {
        ResultSetMetaData on = enter();
        try {
            return on.isReadOnly(column);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean isWritable(int column) throws SQLException {
        ResultSetMetaData on = enter();
        try {
            return on.isWritable(column);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean isDefinitelyWritable(int column) throws SQLException {
        ResultSetMetaData on = enter();
        try {
            return on.isDefinitelyWritable(column);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getColumnClassName(int column) throws SQLException {
        ResultSetMetaData on = enter();
        try {
            return on.getColumnClassName(column);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }
}
