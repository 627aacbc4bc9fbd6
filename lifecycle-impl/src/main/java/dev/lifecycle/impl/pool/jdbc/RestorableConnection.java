package dev.lifecycle.impl.pool.jdbc;

import java.sql.ClientInfoStatus;
import java.sql.Connection;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.ShardingKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executor;
import org.jspecify.annotations.NullUnmarked;

/** Notes what is done to a connection, by flags of its gate, so that {@link Restore} knows what to put in order. */
@NullUnmarked // JDBC says nothing about nulls
abstract class RestorableConnection extends GatedConnection {
    final Member member;

    RestorableConnection(Member member) {
        this.member = member;
    }

    @Override
    Connection enter() throws SQLException {
        return enter(WORKED | TOUCHED);
    }

    @Override
    Connection look() throws SQLException {
        return enter(TOUCHED);
    }

    Connection enter(long flags) throws SQLException {
        if (!tryEnter(flags)) {
            throw closed();
        }
        return member.raw;
    }

    static SQLException closed() {
        return new SQLNonTransientConnectionException(
                "this connection is closed, and with it all that came from it", "08003");
    }

    // ---- transactions

    @Override
    public void commit() throws SQLException {
        end(Connection::commit);
    }

    @Override
    public void rollback() throws SQLException {
        end(Connection::rollback);
    }

    /** Before the call, since who comes in during it may begin the next transaction. */
    private void end(Change change) throws SQLException {
        Connection on = look();
        boolean done = false;
        try {
            clearIfAlone(WORKED);
            change.on(on);
            done = true;
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            if (!done) {
                mark(WORKED);
            }
            leave();
        }
    }

    // ---- settings

    /** A call of the driver that changes something. */
    private interface Change {
        void on(Connection raw) throws SQLException;
    }

    private void set(Setting setting, Object value) throws SQLException {
        set(setting, raw -> setting.write(raw, value));
    }

    /**
     * A value that is set back to the original is no less to be set back: in some databases it is part of a transaction, and undone with it, which brings
     * the value before back.
     */
    private void set(Setting setting, Change change) throws SQLException {
        Connection on = enter();
        long left = setting.flag;
        try {
            if (!member.knows(setting)) {
                left = STRANGE;
            }
            change.on(on);
        } catch (SQLFeatureNotSupportedException e) {
            left = 0; // nothing was changed
            throw failed(e);
        } catch (AbstractMethodError e) {
            left = 0; // as above: the driver is older than the method
            throw e;
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            mark(left);
            leave();
        }
    }

    /** Asks the driver only where SQL, or an unwrapped connection, may have changed it: many ask at each borrow. */
    @Override
    public boolean getAutoCommit() throws SQLException {
        if (isShut()) {
            throw closed();
        }
        long flags = flags();
        return (flags & (WORKED | UNWRAPPED)) == 0 ? autoCommit(flags) : super.getAutoCommit();
    }

    private boolean autoCommit(long flags) {
        return ((flags & Setting.AUTO_COMMIT.flag) == 0) == member.autoCommit;
    }

    @Override
    public void setAutoCommit(boolean autoCommit) throws SQLException {
        Connection on = look();
        boolean done = false;
        try {
            if (autoCommit) {
                clearIfAlone(WORKED); // whatever it was before: no transaction is open after this
            }
            if (autoCommit != member.autoCommit) {
                mark(Setting.AUTO_COMMIT.flag);
            } else if (!clearIfAlone(Setting.AUTO_COMMIT.flag)) {
                mark(UNWRAPPED); // with others at it, the driver is asked when it is given back
            }
            on.setAutoCommit(autoCommit);
            done = true;
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            if (!done) {
                mark(WORKED | UNWRAPPED); // as above
            }
            leave();
        }
    }

    @Override
    public void setReadOnly(boolean readOnly) throws SQLException {
        set(Setting.READ_ONLY, readOnly);
    }

    @Override
    public void setTransactionIsolation(int level) throws SQLException {
        set(Setting.ISOLATION, level);
    }

    @Override
    public void setCatalog(String catalog) throws SQLException {
        set(Setting.CATALOG, catalog);
    }

    @Override
    public void setSchema(String schema) throws SQLException {
        set(Setting.SCHEMA, schema);
    }

    @Override
    public void setHoldability(int holdability) throws SQLException {
        set(Setting.HOLDABILITY, holdability);
    }

    @Override
    public void setNetworkTimeout(Executor executor, int milliseconds) throws SQLException {
        set(Setting.NETWORK_TIMEOUT, raw -> raw.setNetworkTimeout(executor, milliseconds));
    }

    /** A statement is about to be given a time limit, from inside. */
    void limitsQueries() throws SQLException {
        if (member.knows(Setting.QUERY_TIMEOUT)) {
            mark(Setting.QUERY_TIMEOUT.flag);
        }
    }

    @Override
    public void setTypeMap(Map<String, Class<?>> map) throws SQLException {
        set(Setting.TYPE_MAP, raw -> raw.setTypeMap(map));
    }

    /** The driver may return its own map, which the borrower may change. */
    @Override
    public Map<String, Class<?>> getTypeMap() throws SQLException {
        Connection on = look();
        try {
            Map<String, Class<?>> map = on.getTypeMap();
            if (map != null && member.knows(Setting.TYPE_MAP)) {
                mark(Setting.TYPE_MAP.flag);
            }
            return map;
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void setClientInfo(String name, String value) throws SQLClientInfoException {
        clientInfo(Map.of(name, ClientInfoStatus.REASON_UNKNOWN), raw -> raw.setClientInfo(name, value));
    }

    @Override
    public void setClientInfo(Properties properties) throws SQLClientInfoException {
        Map<String, ClientInfoStatus> all = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> all.put(name, ClientInfoStatus.REASON_UNKNOWN));
        clientInfo(all, raw -> raw.setClientInfo(properties));
    }

    private void clientInfo(Map<String, ClientInfoStatus> names, Change change) throws SQLClientInfoException {
        try {
            set(Setting.CLIENT_INFO, change);
        } catch (SQLClientInfoException e) {
            throw e;
        } catch (SQLException e) {
            throw new SQLClientInfoException(e.getMessage(), e.getSQLState(), e.getErrorCode(), names, e);
        }
    }

    @Override
    public boolean setShardingKeyIfValid(ShardingKey key, ShardingKey superKey, int timeout) throws SQLException {
        becomesStrange();
        return super.setShardingKeyIfValid(key, superKey, timeout);
    }

    @Override
    public boolean setShardingKeyIfValid(ShardingKey key, int timeout) throws SQLException {
        becomesStrange();
        return super.setShardingKeyIfValid(key, timeout);
    }

    @Override
    public void setShardingKey(ShardingKey key, ShardingKey superKey) throws SQLException {
        becomesStrange();
        super.setShardingKey(key, superKey);
    }

    @Override
    public void setShardingKey(ShardingKey key) throws SQLException {
        becomesStrange();
        super.setShardingKey(key);
    }

    /** There is no way to ask what the key was. */
    private void becomesStrange() throws SQLException {
        enter(STRANGE);
        leave();
    }
}
