package dev.lifecycle.impl.pool;

import org.jspecify.annotations.Nullable;

/** What the stock knows of a slot. */
abstract class SlotRecord<R> {
    // guarded by the lock of the desk; `resource` also read by who owns the slot
    @Nullable
    R resource;

    long number; // of the resource
    long bornAt;
    long ageLimit; // nanoseconds; Long.MAX_VALUE for any age
    long bornCount; // the count of the word when the resource came
    long useLimit; // how many uses; Long.MAX_VALUE for any number
    int attempts; // to make a resource here: the count of the word goes up for each
    boolean counted; // among the live ones; false for a successor that is being made, and for one that is to go
    boolean extra; // made when the core was complete
    boolean recycle; // its end, or its making, is part of a recycling

    @Nullable
    Due due; // it is to be replaced, and is waiting for that

    boolean replacing; // its successor is being made

    @Nullable
    Slot<R> predecessor; // of one that is being made

    long predecessorNumber;
    boolean queued; // among those that need a clerk

    @Nullable
    Slot<R> nextWork;

    volatile @Nullable Thread user; // who works with it, where a recycler knows that
    volatile @Nullable Thread resetter; // whose thread runs reset, or validates

    /** Why it is to be replaced. */
    enum Due {
        AGE,
        USES,
        REQUEST
    }
}
