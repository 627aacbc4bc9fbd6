package dev.lifecycle.impl.file;

import dev.lifecycle.spi.FileProcessorConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Workspaces: those that nobody uses now, and those that a pass uses. */
final class Buffers {
    private final FileProcessorConfig config;
    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Workspace first; // with the lock, as all below
    private int idle;
    private long idleBytes;
    private boolean closed;
    private boolean scarce;
    private @Nullable Workspace firstInUse;
    private int inUse;

    /** @param most how many are kept */
    Buffers(FileProcessorConfig config, int most) {
        this.config = config;
        this.most = most;
    }

    /** Until it is given back, {@code pass} is among {@link #passes}. */
    Workspace take(Pass pass) {
        lock.lock();
        try {
            Workspace taken = first;
            if (taken == null) {
                taken = new Workspace(config);
            } else {
                first = taken.next;
                idle--;
                idleBytes -= taken.bytes();
            }
            taken.pass = pass;
            taken.next = firstInUse;
            if (firstInUse != null) {
                firstInUse.before = taken;
            }
            firstInUse = taken;
            inUse++;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private void unlink(Workspace space) {
        Workspace before = space.before;
        Workspace next = space.next;
        if (before == null) {
            firstInUse = next;
        } else {
            before.next = next;
        }
        if (next != null) {
            next.before = before;
        }
        space.before = null;
        space.next = null;
        space.pass = null;
        inUse--;
    }

    void give(Workspace space) {
        lock.lock();
        try {
            unlink(space);
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

    /** The passes that use one now. */
    List<Pass> passes() {
        lock.lock();
        try {
            List<Pass> all = new ArrayList<>(inUse);
            for (Workspace each = firstInUse; each != null; each = each.next) {
                all.add(Objects.requireNonNull(each.pass, "pass"));
            }
            return all;
        } finally {
            lock.unlock();
        }
    }

    int inUse() {
        lock.lock();
        try {
            return inUse;
        } finally {
            lock.unlock();
        }
    }

    /** What holds whenever nobody has the lock; for tests. */
    boolean invariantsHold() {
        lock.lock();
        try {
            int used = 0;
            for (Workspace each = firstInUse; each != null; each = each.next) {
                Workspace next = each.next;
                if (each.pass == null || next != null && next.before != each) {
                    return false;
                }
                used++;
            }
            int unused = 0;
            long sum = 0;
            for (Workspace each = first; each != null; each = each.next) {
                if (each.pass != null || each.before != null) {
                    return false;
                }
                unused++;
                sum += each.bytes();
            }
            return used == inUse && unused == idle && sum == idleBytes && idle <= most;
        } finally {
            lock.unlock();
        }
    }
}
