package dev.lifecycle.impl.pool.jdbc;

import dev.lifecycle.LifecycleException;
import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.pool.NestedAcquireException;
import dev.lifecycle.pool.PoolClosedException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLNonTransientException;
import java.sql.SQLTransientConnectionException;

/** Says in the words of JDBC why there is no connection. */
final class Refusals {
    private static final String NO_CONNECTION = "08001";

    private Refusals() {}

    static SQLException interrupted(String pool, InterruptedException cause) {
        return new SQLException(
                "interrupted while waiting for a connection of " + pool + "; the flag of the thread is set",
                NO_CONNECTION,
                cause);
    }

    static SQLException of(LifecycleException cause) {
        if (cause instanceof PoolClosedException || cause instanceof NestedAcquireException) {
            return new SQLNonTransientConnectionException(cause.getMessage(), NO_CONNECTION, cause);
        }
        if (!(cause.getCause() instanceof SQLException driver)) {
            return new SQLTransientConnectionException(cause.getMessage(), NO_CONNECTION, cause);
        }
        if (cause instanceof AcquireTimeoutException) {
            // whatever the driver said about a new one: one that is in use may come back
            SQLException refusal = new SQLTransientConnectionException(cause.getMessage(), NO_CONNECTION, cause);
            refusal.setNextException(driver);
            return refusal;
        }
        String text = cause.getMessage() + ": " + driver.getMessage();
        String state = driver.getSQLState() == null ? NO_CONNECTION : driver.getSQLState();
        SQLException refusal = driver instanceof SQLNonTransientException
                ? new SQLNonTransientConnectionException(text, state, driver.getErrorCode(), cause)
                : new SQLTransientConnectionException(text, state, driver.getErrorCode(), cause);
        refusal.setNextException(driver);
        return refusal;
    }
}
