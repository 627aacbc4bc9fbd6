package dev.lifecycle.impl.scope;

import dev.lifecycle.scope.Exit;
import dev.lifecycle.scope.ScopedCall;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** The thread-safe scope. */
public final class SharedScope extends BaseScope {

    @Override
    boolean isShared() {
        return true;
    }

    @Override
    boolean usable() {
        return true;
    }

    @Override
    BaseScope sibling() {
        return new SharedScope();
    }

    @Override
    public <R extends AutoCloseable> R own(R resource) {
        int seen = wordVolatile();
        if ((seen & ~(COLD | SUCCEEDED)) < INLINE
                && resource != null
                && !(resource instanceof Entry)
                && casWord(seen, seen | LOCK)) {
            int next = seen;
            try {
                inline(seen & COUNT, resource);
                next = seen + 1;
                VarHandle.releaseFence();
            } finally { // plain after a fence: no stack may be left for a call
                word = next;
            }
            return resource;
        }
        return ownSlow(resource);
    }

    @Override
    public void close() {
        int seen = wordVolatile();
        if (seen <= INLINE && casWord(seen, seen | CLOSING)) {
            try {
                threadRelease(Thread.currentThread());
                closeInline(seen);
            } catch (Throwable failure) {
                if ((word & CLOSING)
                        != 0) { // the stack ended in a frame of ours: what was not taken out is owned still
                    try {
                        threadRelease(null);
                        VarHandle.releaseFence();
                    } finally { // plain, since no stack may be left for a call
                        word = s3 != null ? 4 : s2 != null ? 3 : s1 != null ? 2 : s0 != null ? 1 : 0;
                    }
                }
                throw failure;
            }
        } else {
            close(null, null);
        }
    }

    /** See {@link dev.lifecycle.scope.Scope#call}. */
    public static <T extends @Nullable Object, X extends Throwable> T call(ScopedCall<? extends T, X> body) throws X {
        SharedScope scope = new SharedScope();
        T result;
        try {
            result = body.call(scope);
        } catch (Throwable failure) {
            try {
                scope.close(Exit.of(failure), failure);
            } catch (
                    VirtualMachineError full) { // nothing has begun: nobody else will close it, and four need no memory
                if (scope.isOpen()) {
                    scope.close();
                }
            }
            throw failure;
        }
        scope.close(CloseRun.SUCCESS, null);
        return result;
    }
}
