package dev.lifecycle.impl.pool.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/** Puts a connection back to what it was before a borrower had it, by what is known that was done. */
final class Restore {
    private Restore() {}

    /** What it throws says that the connection could not be put in order. */
    static void apply(Member member, long flags) throws SQLException {
        Connection raw = member.raw;
        if ((flags & GatedConnection.STRANGE) != 0) {
            throw new SQLException("something was set on the connection that cannot be set back");
        }
        boolean unwrapped = (flags & GatedConnection.UNWRAPPED) != 0;
        if (unwrapped && raw.isClosed()) {
            throw new SQLException("the connection was closed by its driver, or by somebody who unwrapped it", "08003");
        }
        boolean worked = unwrapped || (flags & GatedConnection.WORKED) != 0;
        boolean autoCommit = worked
                ? raw.getAutoCommit() // it may have been set by SQL
                : ((flags & Setting.AUTO_COMMIT.flag) == 0) == member.autoCommit;
        if (!autoCommit && worked) {
            raw.rollback();
        }
        if (!autoCommit && member.autoCommit) {
            raw.setAutoCommit(true); // before the others: with most drivers they are statements
            autoCommit = true;
        }
        if ((flags & Setting.FLAGS & ~Setting.AUTO_COMMIT.flag) != 0) {
            for (Setting setting : Setting.ALL) {
                if (setting != Setting.AUTO_COMMIT && (flags & setting.flag) != 0) {
                    setting.write(raw, member.original(setting));
                }
            }
            if (!autoCommit) {
                raw.commit(); // what was set is part of a transaction with some
            }
        }
        if (autoCommit && !member.autoCommit) {
            raw.setAutoCommit(false);
        }
        if ((flags & GatedConnection.TOUCHED) != 0) {
            raw.clearWarnings();
        }
    }
}
