package dev.lifecycle.memory;

/** A piece of work that was let in by {@link MemoryGuard#admit}, until it is closed: by any thread, once; later calls do nothing. */
public interface WorkPermit extends AutoCloseable {
    @Override
    void close();
}
