package dev.lifecycle.impl.file;

import dev.lifecycle.file.StaleChunkException;

/** Something a handler may look at until it returns. */
abstract class View {
    private boolean live; // plain: a view belongs to one thread

    final void live(boolean now) {
        live = now;
    }

    final void check() {
        if (!live) {
            throw new StaleChunkException(stale());
        }
    }

    abstract String stale();
}
