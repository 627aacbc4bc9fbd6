package dev.lifecycle.impl.pool.jdbc;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/** A connection of the driver, from its creation to its end, with what it was like at first. It is what the pool holds, and passes on all that it is asked. */
final class Member extends ForwardingConnection {
    private static final Object NOTHING = new Object(); // stands for null among the originals

    final Connection raw;
    final ConnectionErrors errors;

    /** What it was at first, and is between two borrowers. */
    final boolean autoCommit;

    /** Whether it is broken: only to be closed. Written before the lease is closed, and read by the end of the connection, which follows. */
    boolean lost;

    /** By {@link Setting}; null while not known. Each is set once: read from the driver before it is first changed, by whoever changes it. */
    private final AtomicReferenceArray<@Nullable Object> originals = new AtomicReferenceArray<>(Setting.ALL.size());

    Member(Connection raw, ConnectionErrors errors, boolean autoCommit) {
        this.raw = raw;
        this.errors = errors;
        this.autoCommit = autoCommit;
        know(Setting.AUTO_COMMIT, autoCommit);
    }

    void know(Setting setting, @Nullable Object value) {
        // volatile: of two who read the driver at once, one may have changed it before the other read; the first one
        // counts
        originals.compareAndSet(setting.index, null, value == null ? NOTHING : value);
    }

    /** Returns what a setting was at first; asks the driver if it was never changed. */
    @Nullable
    Object original(Setting setting) throws SQLException {
        Object known = originals.get(setting.index);
        if (known == null) {
            know(setting, setting.read(raw));
            known = originals.get(setting.index);
        }
        return known == NOTHING ? null : known;
    }

    @Override
    Connection enter() {
        return raw;
    }

    @Override
    Connection look() {
        return raw;
    }

    @Override
    void leave() {}

    @Override
    SQLException failed(SQLException e) {
        return e;
    }

    @Override
    Statement statement(Statement statement) {
        return statement;
    }

    @Override
    PreparedStatement prepared(PreparedStatement statement) {
        return statement;
    }

    @Override
    CallableStatement callable(CallableStatement statement) {
        return statement;
    }

    @Override
    DatabaseMetaData metaData(DatabaseMetaData metaData) {
        return metaData;
    }

    @Override
    @NullUnmarked // the value may be null
    public void setClientInfo(String name, String value) throws SQLClientInfoException {
        raw.setClientInfo(name, value);
    }

    @Override
    public void setClientInfo(Properties properties) throws SQLClientInfoException {
        raw.setClientInfo(properties);
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return type.isInstance(this) ? type.cast(this) : Unwrap.from(raw, type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return type.isInstance(this) || Unwrap.possible(raw, type);
    }

    @Override
    public String toString() {
        return raw.toString();
    }
}
