package dev.lifecycle.impl.scope;

import dev.lifecycle.scope.Exit;

/** A scope that was moved: it stands in its target as this one entry, and its slots stay where they are. */
final class Moved extends Linked {
    final BaseScope scope;

    Moved(BaseScope scope) {
        this.scope = scope;
    }

    @Override
    void release(Exit exit) {
        throw new AssertionError("a moved scope is closed by its target's run, not as an entry");
    }

    @Override
    Class<?> type() {
        return scope.getClass();
    }
}
