package dev.lifecycle.impl.weak;

import dev.lifecycle.impl.tree.Reaper;

/** Keeps the reaper at work while a hub has weak listeners and is not dropped itself, which it does not prevent. */
final class WeakOwners extends Reaper.Client {
    private final Link<?> link;

    /** How many there are. Written under the lock of the hub; volatile as the reaper's proof needs it. */
    volatile int count;

    WeakOwners(Link<?> link) {
        this.link = link;
    }

    @Override
    protected boolean isLive() {
        return count > 0 && !link.refersTo(null); // not get(), which would keep the hub while a collector is at work
    }

    /** Called after the count became positive, without the lock of the hub. */
    void begin() {
        watch();
    }
}
