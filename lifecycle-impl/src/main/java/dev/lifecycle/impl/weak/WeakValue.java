package dev.lifecycle.impl.weak;

import dev.lifecycle.impl.tree.Reaper;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/** An item that refers weakly to the value: because the map was told to, or because the key is a host that holds it. */
final class WeakValue extends WeakReference<Object> implements Reaper.Reapable {
    private final IdentityMap<?, ?> map;

    /** By which the host of the value knows it; null if there is none. */
    final @Nullable Pin pin;

    private volatile @Nullable WeakNode node; // whose item it is

    WeakValue(Object value, IdentityMap<?, ?> map, @Nullable Pin pin) {
        super(value, Reaper.queue());
        this.map = map;
        this.pin = pin;
    }

    /** Says whose item it is going to be. */
    WeakValue of(WeakNode node) {
        this.node = node;
        return this;
    }

    @Override
    public void reap() {
        WeakNode known = node;
        if (known != null) {
            map.valueCollected(known, this);
        }
    }
}
