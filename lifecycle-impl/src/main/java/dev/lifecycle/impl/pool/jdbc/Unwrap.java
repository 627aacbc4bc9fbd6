package dev.lifecycle.impl.pool.jdbc;

import java.sql.SQLException;
import java.sql.Wrapper;

/** The rule of {@link Wrapper}: the object itself, or what it wraps, or what that wraps. */
final class Unwrap {
    private Unwrap() {}

    static <T> T from(Wrapper raw, Class<T> type) throws SQLException {
        return type.isInstance(raw) ? type.cast(raw) : raw.unwrap(type);
    }

    static boolean possible(Wrapper raw, Class<?> type) throws SQLException {
        return type.isInstance(raw) || raw.isWrapperFor(type);
    }
}
