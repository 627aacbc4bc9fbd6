package dev.lifecycle.impl.memory;

import dev.lifecycle.Kind;
import dev.lifecycle.Managed;
import dev.lifecycle.Shrinkable;
import java.util.Map;

/** How dear it is to make again what a component would give: the cheapest is asked first. */
enum Order {
    /** Buffers, and resources that nobody uses. */
    IDLE,
    /** Of strangers: nothing is known of it. */
    UNKNOWN,
    /** What was computed or fetched. */
    CACHED,
    /** Nothing: it lets less work in, and is asked whatever the others gave. */
    WORK;

    private static final Map<Kind, Order> ALL = Map.of(
            Kind.FILE_PROCESSOR, IDLE,
            Kind.RECYCLER, IDLE,
            Kind.RESOURCE_POOL, IDLE,
            Kind.BOUNDED_CACHE, CACHED,
            Kind.SESSION_REGISTRY, CACHED,
            Kind.LIMITER, WORK,
            Kind.TASK_MANAGER, WORK,
            Kind.TREE_PROCESSOR, WORK);

    static Order of(Shrinkable shrinkable) {
        try {
            return shrinkable instanceof Managed managed ? ALL.getOrDefault(managed.kind(), UNKNOWN) : UNKNOWN;
        } catch (RuntimeException ofUser) {
            return UNKNOWN;
        }
    }
}
