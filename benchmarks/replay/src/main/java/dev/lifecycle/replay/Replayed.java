package dev.lifecycle.replay;

/** A cache that a trace is replayed through. Used by one thread. */
interface Replayed extends AutoCloseable {

    /**
     * Gets the key; if it is absent, puts it.
     *
     * @param key spread over all 64 bits already
     * @param weight 1 in a counted cell, bytes in a weighted one; the same at each access of a key
     * @return whether it was there
     */
    boolean access(long key, int weight);

    /** What is held now, in the unit of the bound: entries, or bytes. */
    long held();

    @Override
    void close();
}
