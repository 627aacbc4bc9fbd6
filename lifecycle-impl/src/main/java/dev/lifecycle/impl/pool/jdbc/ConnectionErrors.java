package dev.lifecycle.impl.pool.jdbc;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Knows by which exceptions a connection is lost. */
final class ConnectionErrors {
    private static final int MAX_CHAIN = 32;

    /*
     * 01002 disconnect error. PostgreSQL: 25P03 and 57P05 idle for too long, 57P01 administrator shutdown, 57P02 crash shutdown, 57P03 cannot connect now.
     * Sybase and jConnect: JZ0C0, JZ0C1 connection is closed. Not 57014: a cancelled query leaves the connection as it was.
     */
    private static final Set<String> STATES =
            Set.of("01002", "25P03", "57P01", "57P02", "57P03", "57P05", "JZ0C0", "JZ0C1");

    private static final String CONNECTION_CLASS = "08";

    private final Set<String> more;

    ConnectionErrors(Set<String> more) {
        this.more = more;
    }

    /** Whether the connection that threw it is lost. */
    boolean isFatal(SQLException thrown) {
        SQLException next = thrown;
        for (int i = 0; next != null && i < MAX_CHAIN; i++) { // drivers have made cycles
            if (isFatalItself(next)) {
                return true;
            }
            next = next.getNextException();
        }
        return false;
    }

    private boolean isFatalItself(SQLException e) {
        if (e instanceof SQLTimeoutException) {
            return false;
        }
        return e instanceof SQLRecoverableException
                || e instanceof SQLNonTransientConnectionException
                || isFatal(e.getSQLState());
    }

    private boolean isFatal(@Nullable String state) {
        return state != null
                && (state.startsWith(CONNECTION_CLASS)
                        || STATES.contains(state)
                        || more.contains(state)
                        || state.length() > 2 && more.contains(state.substring(0, 2)));
    }
}
