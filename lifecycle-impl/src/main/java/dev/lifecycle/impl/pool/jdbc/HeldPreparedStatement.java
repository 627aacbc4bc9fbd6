package dev.lifecycle.impl.pool.jdbc;

import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSetMetaData;
import org.jspecify.annotations.NullUnmarked;

/** A prepared statement as its borrower has it. */
@NullUnmarked // JDBC says nothing about nulls
class HeldPreparedStatement<S extends PreparedStatement> extends ForwardingPreparedStatement<S> {

    HeldPreparedStatement(HeldConnection connection, S raw) {
        super(connection, raw);
    }

    @Override
    ResultSetMetaData columns(ResultSetMetaData columns) {
        return columns == null ? null : new HeldColumns(connection, columns);
    }

    @Override
    ParameterMetaData parameters(ParameterMetaData parameters) {
        return parameters == null ? null : new HeldParameters(connection, parameters);
    }
}
