package dev.lifecycle.impl.pool;

import org.jspecify.annotations.Nullable;

/** What is known of a slot besides its word. A class of its own, so that the hot fields of neighbours are in different cache lines. */
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

    // of the rounds: on the timer thread
    long seenWord;
    long seenSince; // when the word was first seen
    long usedAt; // when it was last seen in use
    long checkedAt; // when it was last validated; also written by a clerk that owns the slot

    @Nullable
    Held held; // what was reported

    long retiringStamp; // of the lease that was seen RETIRING
    long retiringSince;

    /** Who has it, where that was noted; belongs to the lease with its stamp. Racy: written by that one. */
    volatile @Nullable Note note;

    /** Why it is to be replaced. */
    enum Due {
        AGE,
        USES,
        REQUEST
    }
}
