package dev.lifecycle.impl.weak;

import java.lang.ref.WeakReference;

/**
 * Stands for a value that a host carries for a map.
 *
 * @param table of that map; once it is gone, nobody asks for the value any more
 */
record Pin(WeakReference<WeakTable> table) {
    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
