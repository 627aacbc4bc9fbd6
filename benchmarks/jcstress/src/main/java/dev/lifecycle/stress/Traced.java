package dev.lifecycle.stress;

import java.util.concurrent.atomic.AtomicInteger;

/** A resource that counts how often it was closed, and tells whether its closer saw what was written before it was owned. */
final class Traced implements AutoCloseable {
    private static final int WRITTEN = 42;

    private final AtomicInteger closes = new AtomicInteger();
    private int plain; // published by the scope or not at all

    /** Writes, with no ordering of its own, what the closer must see; to be called by the thread that owns this then. */
    Traced write() {
        plain = WRITTEN;
        return this;
    }

    @Override
    public void close() {
        closes.addAndGet(plain == WRITTEN ? 1 : 100);
    }

    /** How often it was closed; 100 or more if a closer missed what was written before. */
    int closes() {
        return closes.get();
    }

    static Traced written() {
        return new Traced().write();
    }
}
