package dev.lifecycle.impl.file;

import dev.lifecycle.spi.FileProcessorConfig;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Workspaces that nobody uses now. */
final class Buffers {
    private final FileProcessorConfig config;
    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Workspace first; // with the lock, as all below
    private int idle;
    private long idleBytes;
    private boolean closed;
    private boolean scarce;
    private final LongAdder inUse = new LongAdder();

    /** @param most how many are kept */
    Buffers(FileProcessorConfig config, int most) {
        this.config = config;
        this.most = most;
    }

    Workspace take() {
        Workspace taken;
        lock.lock();
        try {
            taken = first;
            if (taken != null) {
                first = taken.next;
                taken.next = null;
                idle--;
                idleBytes -= taken.bytes();
            }
        } finally {
            lock.unlock();
        }
        inUse.increment();
        return taken == null ? new Workspace(config) : taken;
    }

    void give(Workspace space) {
        inUse.decrement();
        lock.lock();
        try {
            if (!closed && idle < (scarce ? 1 : most)) {
                space.next = first;
                first = space;
                idle++;
                idleBytes += space.bytes();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Drops those that are idle, and keeps one from now on; returns their bytes. */
    long shrink() {
        lock.lock();
        try {
            scarce = true;
            return drop();
        } finally {
            lock.unlock();
        }
    }

    /** Keeps as many as ever. */
    void restore() {
        lock.lock();
        try {
            scarce = false;
        } finally {
            lock.unlock();
        }
    }

    /** Drops those that are idle, and keeps none from now on. */
    void close() {
        lock.lock();
        try {
            closed = true;
            drop();
        } finally {
            lock.unlock();
        }
    }

    private long drop() {
        long dropped = idleBytes;
        first = null;
        idle = 0;
        idleBytes = 0;
        return dropped;
    }

    long idleBytes() {
        lock.lock();
        try {
            return idleBytes;
        } finally {
            lock.unlock();
        }
    }

    long inUse() {
        return inUse.sum();
    }
}
