package dev.lifecycle.impl.scope;

import java.lang.invoke.VarHandle;

/** The scope of one thread. */
public final class ConfinedScope extends BaseScope {

    /** Opens it for the calling thread. */
    public ConfinedScope() {
        threadRelease(Thread.currentThread());
        VarHandle.storeStoreFence(); // a stranger that finds the scope by a race finds its owner, too
    }

    @Override
    boolean isShared() {
        return false;
    }

    @Override
    boolean usable() {
        Thread owner = thread;
        return owner == null
                || owner == Thread.currentThread()
                || (wordVolatile() & (CLOSING | CLOSED)) != 0 // nothing changes any more, whoever asks
                || Waits.isHelperOf(owner);
    }

    @Override
    BaseScope sibling() {
        ConfinedScope fresh = new ConfinedScope();
        fresh.threadRelease(thread); // null once this was freed; the owner, too, when its helper asks
        return fresh;
    }

    @Override
    public <R extends AutoCloseable> R own(R resource) {
        int seen = word; // plain: only the owner writes it, and only the owner goes on
        if ((seen & ~(COLD | SUCCEEDED)) < INLINE
                && thread == Thread.currentThread()
                && resource != null
                && !(resource instanceof Entry)) {
            inline(seen & COUNT, resource);
            word = seen + 1;
            return resource;
        }
        return ownSlow(resource);
    }

    @Override
    public void close() {
        int seen = word;
        if (seen <= INLINE && thread == Thread.currentThread()) {
            word = seen | CLOSING;
            try {
                closeInline(seen);
            } catch (Throwable failure) {
                if ((word & CLOSING) != 0) { // as in SharedScope
                    word = s3 != null ? 4 : s2 != null ? 3 : s1 != null ? 2 : s0 != null ? 1 : 0;
                }
                throw failure;
            }
        } else {
            close(null, null);
        }
    }
}
