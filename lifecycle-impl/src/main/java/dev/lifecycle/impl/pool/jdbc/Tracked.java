package dev.lifecycle.impl.pool.jdbc;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What a connection closes before it goes back: a link of its {@link OpenList}, which guards the fields. */
abstract class Tracked {
    @Nullable
    Tracked older;

    @Nullable
    Tracked newer;

    boolean listed;

    /** Closes what is the driver's. */
    abstract void closeRaw() throws SQLException;

    /** Has the driver stop what it executes, if it does. */
    void cancelRaw() throws SQLException {}
}
