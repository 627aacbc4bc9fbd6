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
    private static final Object UNTOLD = new Object(); // stands for what the driver does not tell

    final Connection raw;
    final ConnectionErrors errors;

    /** What it was at first, and is between two borrowers. */
    final boolean autoCommit;

    /** Whether it is probably broken. Written before the lease is closed, and read by the end of the connection, which follows. */
    boolean lost;

    /** Whether it was aborted: only to be closed. Volatile: by whatever thread. */
    volatile boolean aborted;

    /** By {@link Setting}; null while not asked for. Each is set once: before it is first changed. */
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

    private void knowsNot(Setting setting) {
        originals.compareAndSet(setting.index, null, UNTOLD); // volatile: as above
    }

    /** Whether a setting can be set back: what it was at first must be known before it is set. Asks the driver the first time. */
    boolean knows(Setting setting) throws SQLException {
        if (originals.get(setting.index) == null) {
            try {
                know(setting, setting.read(raw));
            } catch (AbstractMethodError e) { // the driver is older than the method
                knowsNot(setting);
            } catch (SQLException e) {
                if (errors.isFatal(e)) {
                    throw e;
                }
                knowsNot(setting); // drivers say in several ways that they cannot
            }
        }
        return originals.get(setting.index) != UNTOLD;
    }

    /** Returns what a setting was at first; it is {@linkplain #knows known}. */
    @Nullable
    Object original(Setting setting) {
        Object known = originals.get(setting.index);
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
    <T> T lent(T own) {
        return own;
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
