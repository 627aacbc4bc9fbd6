package dev.lifecycle.impl.scope;

import dev.lifecycle.scope.ScopedCall;
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
            inline(seen & COUNT, resource);
            wordRelease(seen + 1);
            return resource;
        }
        return ownSlow(resource);
    }

    @Override
    public void close() {
        int seen = wordVolatile();
        if (seen <= INLINE && casWord(seen, seen | CLOSING)) {
            thread = Thread.currentThread();
            closeInline(seen);
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
            scope.close(dev.lifecycle.scope.Exit.of(failure), failure);
            throw failure;
        }
        scope.close(CloseRun.SUCCESS, null);
        return result;
    }
}
