package dev.lifecycle.impl.weak;

import dev.lifecycle.scope.Label;
import dev.lifecycle.time.TimeSource;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription knows of its listeners: weakly, so that neither a scope nor a kept subscription keeps listeners that were
 * dropped. Also what scopes call the subscription.
 */
final class Link<E> extends WeakReference<Hub<E>> implements Label {
    private final String name;
    final TimeSource clock;

    /** What is being delivered; null where that is not tracked. Does not refer to the hub: it is asked when that is gone. */
    final @Nullable Flights flights;

    Link(Hub<E> hub, String name, TimeSource clock, @Nullable Flights flights) {
        super(hub);
        this.name = name;
        this.clock = clock;
        this.flights = flights;
    }

    String name() {
        return name;
    }

    @Override
    public String text() {
        return "listener of " + name;
    }
}
