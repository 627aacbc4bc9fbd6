package dev.lifecycle.impl.pool.jdbc;

import dev.lifecycle.Lease;
import java.io.InputStream;
import java.io.Reader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Statement;
import java.sql.Struct;
import java.util.concurrent.Executor;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/** A connection as its borrower has it: a lease, and what is open on it. */
@NullUnmarked // JDBC says nothing about nulls
final class HeldConnection extends RestorableConnection {
    private static final VarHandle OPEN;

    static {
        try {
            OPEN = MethodHandles.lookup().findVarHandle(HeldConnection.class, "open", OpenList.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Null once it is given back: a closed connection that somebody keeps must not look like one that is in use, to those who look for lost ones. */
    private Lease<Connection> lease;

    private volatile @Nullable OpenList open; // set once, when the first thing is opened

    HeldConnection(Lease<Connection> lease, Member member) {
        super(member);
        this.lease = lease;
    }

    // ---- going in and out

    @Override
    void leave() {
        if (exit()) {
            giveBack();
        }
    }

    @Override
    SQLException failed(SQLException e) {
        if (member.errors.isFatal(e) && join(0)) { // a call that is not counted may come too late
            try {
                unfit(e);
            } finally {
                leave();
            }
        }
        return e;
    }

    /** From inside. */
    private void unfit(SQLException cause) {
        if (mark(UNFIT)) {
            member.lost = true;
            lease.invalidate(cause);
        }
    }

    // ---- closing

    @Override
    public void close() {
        switch (shut()) {
            case EMPTY -> giveBack();
            case OTHERS -> {
                try {
                    cancel();
                } finally {
                    leave();
                }
            }
            case CLOSED_ALREADY -> {}
        }
    }

    private void cancel() {
        OpenList opened = open;
        if (opened != null) {
            for (Tracked each : opened.snapshot()) {
                try {
                    each.cancelRaw();
                } catch (SQLException | RuntimeException cannot) {
                    // then its call takes as long as it takes
                }
            }
        }
    }

    /** By the one who was told that it is the last. */
    private void giveBack() {
        Lease<Connection> last = lease;
        lease = null;
        try {
            long flags = flags();
            OpenList opened = open;
            if ((flags != 0 || opened != null) && (flags & UNFIT) == 0) {
                if (opened != null) {
                    for (Tracked each = opened.poll(); each != null; each = opened.poll()) {
                        each.closeRaw();
                    }
                }
                Restore.apply(member, flags);
            }
        } catch (Throwable e) { // whatever it was, the next one must not get this connection
            last.invalidate(e);
        } finally {
            handOver(last);
        }
    }

    private void handOver(Lease<Connection> last) {
        try {
            if (!handOver()) {
                member.aborted = true;
                last.invalidate(aborted());
            }
        } finally {
            last.close();
        }
    }

    private static SQLException aborted() {
        return new SQLException("the connection was aborted", "08003");
    }

    @Override
    public boolean isClosed() throws SQLException {
        if (!tryEnter(0)) {
            return true;
        }
        try {
            boolean closed = member.raw.isClosed();
            if (closed) {
                unfit(new SQLException(
                        "the connection was closed by its driver, or by somebody who unwrapped it", "08003"));
            }
            return closed;
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean isValid(int timeout) throws SQLException {
        if (!tryEnter(WORKED | TOUCHED)) {
            return false;
        }
        try {
            boolean valid = member.raw.isValid(timeout);
            if (!valid) {
                unfit(new SQLException("isValid said that the connection is not", "08006"));
            }
            return valid;
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void abort(Executor executor) throws SQLException {
        if (executor == null) {
            throw new SQLException("executor is null");
        }
        if (join(CLOSED | UNFIT)) {
            try {
                member.aborted = true;
                lease.invalidate(aborted());
                member.raw.abort(executor);
            } finally {
                leave();
            }
        } else if (spoil()) { // the driver may hang while it is put in order
            member.raw.abort(executor);
        }
    }

    // ---- what is open

    private <T extends Tracked> T track(T opened) {
        OpenList list = open;
        if (list == null) {
            OpenList fresh = new OpenList();
            OpenList other = (OpenList) OPEN.compareAndExchange(this, null, fresh); // volatile: publishes it
            list = other == null ? fresh : other;
        }
        list.add(opened);
        return opened;
    }

    /** Takes out what is about to be closed, or was; false if that has been done. */
    boolean forget(Tracked closed) {
        OpenList list = open;
        return list != null && list.remove(closed);
    }

    @Override
    HeldStatement<?> statement(Statement raw) {
        if (raw instanceof CallableStatement callable) {
            return callable(callable);
        }
        return raw instanceof PreparedStatement prepared ? prepared(prepared) : track(new HeldStatement<>(this, raw));
    }

    @Override
    HeldPreparedStatement<?> prepared(PreparedStatement raw) {
        return track(new HeldPreparedStatement<>(this, raw));
    }

    @Override
    HeldCallableStatement callable(CallableStatement raw) {
        return track(new HeldCallableStatement(this, raw));
    }

    @Override
    DatabaseMetaData metaData(DatabaseMetaData raw) {
        return new HeldMetaData(this, raw);
    }

    /** For a result set that no statement of the borrower closes. */
    ResultSet results(ResultSet raw) {
        return raw == null ? null : track(new HeldResultSet(this, null, raw));
    }

    /** A value may be a result set, where the database has cursors. */
    Object object(Object value) {
        return value instanceof ResultSet results ? results(results) : isOfDriver(value) ? lent(value) : value;
    }

    <T> T object(T value, Class<T> type) {
        return value instanceof ResultSet results && type.isAssignableFrom(HeldResultSet.class)
                ? type.cast(results(results))
                : isOfDriver(value) ? lent(value) : value;
    }

    /** Whether a value is not only data: its methods may work with the connection. */
    private static boolean isOfDriver(Object value) {
        return value instanceof Blob
                || value instanceof Clob
                || value instanceof Array
                || value instanceof Ref
                || value instanceof SQLXML
                || value instanceof Struct
                || value instanceof InputStream
                || value instanceof Reader;
    }

    /** From inside. Whenever it is used, even after a commit, it may begin a transaction that is not seen, and an array may lead to the driver's connection. */
    @Override
    <T> T lent(T raw) {
        if (raw != null) {
            mark(UNWRAPPED);
        }
        return raw;
    }

    // ---- the driver's own

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        Connection on = enter(UNWRAPPED | WORKED | TOUCHED);
        try {
            return Unwrap.from(on, type);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        if (type.isInstance(this)) {
            return true;
        }
        Connection on = look();
        try {
            return Unwrap.possible(on, type);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String toString() {
        if (!tryEnter(0)) {
            return "closed connection";
        }
        try {
            return "borrowed " + member.raw;
        } finally {
            leave();
        }
    }
}
