package dev.lifecycle.benchmarks.pool;

import java.sql.ResultSet;
import java.sql.SQLWarning;
import java.util.concurrent.Executor;

/** A connection to nowhere: keeps what is set, and answers at once. */
final class StubConnection extends NoConnection {
    private boolean autoCommit = true;
    private boolean readOnly;
    private String catalog = "stub";
    private String schema = "public";
    private int isolation = TRANSACTION_READ_COMMITTED;
    private int networkTimeout;
    private boolean closed;

    @Override
    public boolean getAutoCommit() {
        return autoCommit;
    }

    @Override
    public void setAutoCommit(boolean next) {
        autoCommit = next;
    }

    @Override
    public boolean isReadOnly() {
        return readOnly;
    }

    @Override
    public void setReadOnly(boolean next) {
        readOnly = next;
    }

    @Override
    public String getCatalog() {
        return catalog;
    }

    @Override
    public void setCatalog(String next) {
        catalog = next;
    }

    @Override
    public String getSchema() {
        return schema;
    }

    @Override
    public void setSchema(String next) {
        schema = next;
    }

    @Override
    public int getTransactionIsolation() {
        return isolation;
    }

    @Override
    public void setTransactionIsolation(int next) {
        isolation = next;
    }

    @Override
    public int getNetworkTimeout() {
        return networkTimeout;
    }

    @Override
    public void setNetworkTimeout(Executor executor, int millis) {
        networkTimeout = millis;
    }

    @Override
    public int getHoldability() {
        return ResultSet.CLOSE_CURSORS_AT_COMMIT;
    }

    @Override
    public SQLWarning getWarnings() {
        return null;
    }

    @Override
    public void clearWarnings() {}

    @Override
    public void commit() {}

    @Override
    public void rollback() {}

    @Override
    public boolean isValid(int seconds) {
        return !closed;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public void abort(Executor executor) {
        closed = true;
    }
}
