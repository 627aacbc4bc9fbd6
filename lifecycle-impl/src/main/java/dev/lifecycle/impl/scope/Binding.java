package dev.lifecycle.impl.scope;

import dev.lifecycle.scope.Exit;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** A thread local that has a value of a scope, and what it had before. */
final class Binding<T> extends Entry {
    /*
     * state: NEW --bind--> BOUND --release--> ENDED, or NEW --release--> ENDED. The value is set in state NEW, by the thread that
     * binds; so if that meets ENDED, the scope has closed meanwhile, and this thread takes the value back itself. Only that
     * thread can, in any case.
     */
    private static final int NEW = 0;
    private static final int BOUND = 1;
    private static final int ENDED = 2;
    private static final VarHandle STATE = Handles.of(MethodHandles.lookup(), "state", int.class);

    private final Thread thread = Thread.currentThread();
    private final ThreadLocal<T> local;
    private final @Nullable T former;

    @SuppressWarnings("unused") // but by STATE
    private volatile int state;

    /** Notes what {@code local} has. */
    Binding(ThreadLocal<T> local) {
        this.local = local;
        this.former = local.get();
    }

    /** Sets the value; false if the scope has closed meanwhile: then it is as it was. */
    boolean bind(@Nullable T value) {
        boolean bound = false;
        try {
            local.set(value);
            bound = STATE.compareAndSet(this, NEW, BOUND);
        } finally {
            if (!bound) {
                restore();
            }
        }
        return bound;
    }

    @Override
    void release(Exit exit) {
        if ((int) STATE.getAndSet(this, ENDED) != BOUND) {
            return;
        }
        Thread here = Thread.currentThread();
        if (here == thread) {
            restore();
        } else if (thread.isAlive()) { // or there is nothing left to restore
            throw new IllegalStateException("a " + type().getName() + " of thread " + thread.getName()
                    + " keeps the value that a scope bound to it: thread " + here.getName()
                    + " closed the scope, and only the other one can restore it. Close the scope there, or bind in a scope"
                    + " that stays on its thread");
        }
    }

    private void restore() {
        if (former == null) {
            local.remove();
            if (local.get() == null) {
                local.remove(); // it had none, or null, which is the same to it
                return;
            }
        }
        local.set(former);
    }

    @Override
    Class<?> type() {
        return local.getClass();
    }
}
