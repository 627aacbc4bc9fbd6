package dev.lifecycle.impl.pool.jdbc;

import java.sql.ParameterMetaData;
import java.sql.SQLException;
import org.jspecify.annotations.NullUnmarked;

/** Passes each call on to a description of parameters of the driver, from within {@link #enter} and {@link #leave}, and each exception through {@link #failed}. */
@NullUnmarked // JDBC says nothing about nulls
abstract class ForwardingParameters implements ParameterMetaData {

    /** Returns the driver's; {@link #leave} follows. */
    abstract ParameterMetaData enter() throws SQLException;

    abstract void leave();

    /** Hears of an exception of the driver, and returns it. */
    abstract SQLException failed(SQLException e);

    @Override
    public int getParameterCount() throws SQLException {
        ParameterMetaData on = enter();
        try {
            return on.getParameterCount();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int isNullable(int param) throws SQLException {
        ParameterMetaData on = enter();
        try {
            return on.isNullable(param);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean isSigned(int param) throws SQLException {
        ParameterMetaData on = enter();
        try {
            return on.isSigned(param);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getPrecision(int param) throws SQLException {
        ParameterMetaData on = enter();
        try {
            return on.getPrecision(param);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getScale(int param) throws SQLException {
        ParameterMetaData on = enter();
        try {
            return on.getScale(param);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getParameterType(int param) throws SQLException {
        ParameterMetaData on = enter();
        try {
            return on.getParameterType(param);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getParameterTypeName(int param) throws SQLException {
        ParameterMetaData on = enter();
        try {
            return on.getParameterTypeName(param);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getParameterClassName(int param) throws SQLException {
        ParameterMetaData on = enter();
        try {
            return on.getParameterClassName(param);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getParameterMode(int param) throws SQLException {
        ParameterMetaData on = enter();
        try {
            return on.getParameterMode(param);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }
}
