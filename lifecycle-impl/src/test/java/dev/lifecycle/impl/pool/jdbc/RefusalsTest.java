package dev.lifecycle.impl.pool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.lifecycle.LifecycleException;
import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.pool.PoolStats;
import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a caller is told who gets no connection. */
class RefusalsTest {
    private static final PoolStats NONE =
            new PoolStats("db", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** What the driver said is of another attempt, and a connection of somebody else may come back. */
    @Test
    void thatThereWasNoneInTimeMayPassWhateverTheDriverSaid() {
        SQLException driver = new SQLInvalidAuthorizationSpecException("wrong password", "28000", 17);
        LifecycleException cause = new AcquireTimeoutException("none in time", driver, NONE, List.of(), false);
        SQLException refusal = Refusals.of(cause);
        assertInstanceOf(SQLTransientConnectionException.class, refusal);
        assertEquals("08001", refusal.getSQLState());
        assertEquals("none in time", refusal.getMessage());
        assertSame(cause, refusal.getCause());
        assertSame(driver, refusal.getNextException());
    }
}
