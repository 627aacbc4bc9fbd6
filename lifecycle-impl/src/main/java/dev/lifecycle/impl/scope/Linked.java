package dev.lifecycle.impl.scope;

import org.jspecify.annotations.Nullable;

/** An entry that can be taken out of its scope before the scope closes: it knows its slot. */
abstract class Linked extends Entry {

    /**
     * The scope whose storage holds this entry; null once it was taken out. Written with that scope's lock held; read
     * without it, then checked again with it ({@link BaseScope#unlink}).
     */
    volatile @Nullable BaseScope container;

    /** The chunk of the slot, or null for an inline slot. Guarded by the container's lock. */
    @Nullable
    Object @Nullable [] chunk;

    /** The index of the slot. Guarded by the container's lock. */
    int index;

    /** Called with the container's lock held, when this was put in: what it weighs in a budget. */
    void weight(long weight) {}

    /** Called with the container's lock held, after this was taken out: gives back what it took of a budget. */
    void unbudget(Budget budget) {
        budget.resources--;
    }
}
