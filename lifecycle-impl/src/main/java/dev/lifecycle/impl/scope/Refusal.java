package dev.lifecycle.impl.scope;

import dev.lifecycle.LifecycleException;
import dev.lifecycle.scope.LateAdd;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeClosedException;
import dev.lifecycle.scope.ScopeFullException;
import dev.lifecycle.scope.WrongScopeThreadException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What happens to something a scope does not take: it is released, or left to the caller, and an exception says why. */
final class Refusal {

    /** Reasons that are not a spent budget; compared by identity. */
    static final String CLOSED = "closed";

    static final String WRONG_THREAD = "wrong thread";

    private Refusal() {}

    /** Releases {@code slot} if that is the policy, and makes the exception to throw. */
    static LifecycleException of(BaseScope scope, Object slot, String reason) {
        Settings settings = scope.settings();
        boolean release = settings == null || settings.config.lateAdd() == LateAdd.CLOSE;
        Throwable failure = release ? release(slot) : null;
        String fate = slot instanceof Node
                ? "no child was opened"
                : !release
                        ? "the resource stays with the caller"
                        : failure == null ? "the resource was released" : "releasing the resource failed";
        return refused(scope, reason, fate, failure);
    }

    static LifecycleException refused(BaseScope scope, String reason, String fate, @Nullable Throwable failure) {
        LifecycleException e = reason == CLOSED
                ? closed(scope, fate, failure)
                : reason == WRONG_THREAD
                        ? wrongThread(scope)
                        : new ScopeFullException("scope " + path(scope) + " is full: " + reason + "; " + fate
                                + ". Raise the limit, or look for what is never closed");
        if (failure != null && reason != CLOSED) {
            e.addSuppressed(failure);
        }
        return e;
    }

    private static @Nullable Throwable release(Object slot) {
        if (slot instanceof Node) {
            return null; // a child that was never open
        }
        try {
            if (slot instanceof Entry entry) {
                entry.release(CloseRun.UNMARKED);
            } else {
                ((AutoCloseable) slot).close();
            }
            return null;
        } catch (Throwable failure) {
            return failure;
        }
    }

    static ScopeClosedException closed(BaseScope scope, String fate, @Nullable Throwable failure) {
        Node cold = scope.node;
        Object outcome = cold == null ? null : cold.outcome;
        StringBuilder text = new StringBuilder("scope ").append(path(scope));
        if (outcome instanceof Moved moved) {
            BaseScope target = moved.container;
            text.append(" was moved to ").append(target == null ? "another scope" : path(target));
        } else if ((scope.wordVolatile() & BaseScope.CLOSED) == 0) {
            Thread closer = scope.thread;
            text.append(" is closing").append(closer == null ? "" : ", by thread " + closer.getName());
        } else {
            text.append(" is closed");
            if (cold != null && cold.moment != 0) {
                text.append(" since ").append(Duration.ofNanos(cold.clock().nanos() - cold.moment));
            }
            if (outcome instanceof String thread) {
                text.append(", by thread ").append(thread);
            }
        }
        ScopeClosedException e = new ScopeClosedException(
                text.append("; ").append(fate).toString(), outcome instanceof Throwable stack ? stack : null);
        if (failure != null) {
            e.addSuppressed(failure);
        }
        return e;
    }

    static WrongScopeThreadException wrongThread(BaseScope scope) {
        Thread owner = scope.thread;
        return new WrongScopeThreadException("scope " + path(scope) + " is confined to thread "
                + (owner == null ? "?" : owner.getName()) + " and was used by "
                + Thread.currentThread().getName() + ". Open it with Scope.open() to use it from several threads");
    }

    static String path(BaseScope scope) {
        return scope.node == null ? Node.ANONYMOUS : scope.node.path();
    }

    /** Returns {@code scope} as one of this implementation, also behind a view. */
    static BaseScope ours(Scope scope, String what) {
        Objects.requireNonNull(scope, what);
        if (scope instanceof BaseScope ours) {
            return ours;
        }
        throw new IllegalArgumentException(
                what + " is a " + scope.getClass().getName() + "; it must be a scope opened by this library");
    }
}
