package dev.lifecycle.impl.pool.jdbc;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a borrower has opened on a connection and not closed, the newest first. What is closed is out at once, in constant time. */
final class OpenList {
    /*
     * A doubly linked list through its elements. Guarded by its monitor, in which nobody blocks or calls out; user code cannot get at it.
     */
    private @Nullable Tracked newest;

    synchronized void add(Tracked opened) {
        opened.older = newest;
        if (newest != null) {
            newest.newer = opened;
        }
        newest = opened;
        opened.listed = true;
    }

    /** Takes one out; false if it was out already: exactly one caller may close it. */
    synchronized boolean remove(Tracked closed) {
        if (!closed.listed) {
            return false;
        }
        Tracked older = closed.older;
        Tracked newer = closed.newer;
        if (older != null) {
            older.newer = newer;
        }
        if (newer != null) {
            newer.older = older;
        } else {
            newest = older;
        }
        closed.older = null; // what the user keeps must not keep its neighbours
        closed.newer = null;
        closed.listed = false;
        return true;
    }

    /** Takes the newest one out. */
    synchronized @Nullable Tracked poll() {
        Tracked found = newest;
        if (found != null) {
            remove(found);
        }
        return found;
    }

    synchronized List<Tracked> snapshot() {
        List<Tracked> all = new ArrayList<>();
        for (Tracked each = newest; each != null; each = each.older) {
            all.add(each);
        }
        return all;
    }
}
