package dev.lifecycle.impl.pool.jdbc;

import java.sql.CallableStatement;
import org.jspecify.annotations.NullUnmarked;

/** A callable statement as its borrower has it. */
@NullUnmarked // JDBC says nothing about nulls
final class HeldCallableStatement extends ForwardingCallableStatement {

    HeldCallableStatement(HeldConnection connection, CallableStatement raw) {
        super(connection, raw);
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
}
