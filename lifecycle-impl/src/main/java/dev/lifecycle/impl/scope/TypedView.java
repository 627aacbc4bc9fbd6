package dev.lifecycle.impl.scope;

import dev.lifecycle.scope.Acquire;
import dev.lifecycle.scope.CloseAction;
import dev.lifecycle.scope.CloseException;
import dev.lifecycle.scope.ExitAction;
import dev.lifecycle.scope.Guarded;
import dev.lifecycle.scope.Label;
import dev.lifecycle.scope.Owned;
import dev.lifecycle.scope.Release;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.TypedScope;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A scope whose close throws one checked exception as it is. */
record TypedView<X extends Exception>(Scope scope, Class<X> type) implements TypedScope<X> {

    @Override
    public void close() throws X {
        try {
            scope.close();
        } catch (CloseException e) {
            throw typed(e);
        }
    }

    /** Throws the first failure as it is, if it is of the type. */
    private CloseException typed(CloseException e) throws X {
        Throwable first = Objects.requireNonNull(e.getCause());
        int before = first.getSuppressed().length;
        try {
            return e.as(type);
        } finally {
            if (type.isInstance(first)) {
                if (first instanceof InterruptedException) {
                    Thread.interrupted(); // the exception says it now
                }
                if (first.getSuppressed().length == before && e.getSuppressed().length > 0) {
                    Tracking.LOG.warn("the " + first.getClass().getName()
                            + " that is thrown carries no other failures to close; these followed it: "
                            + Stream.of(e.getSuppressed()).map(Labels::of).collect(Collectors.joining(", ")));
                }
            }
        }
    }

    @Override
    public <R extends AutoCloseable> R own(R resource) {
        return scope.own(resource);
    }

    @Override
    public <R> R own(R value, Release<? super R> release) {
        return scope.own(value, release);
    }

    @Override
    public <R extends AutoCloseable, Y extends Exception> R acquire(Acquire<R, Y> acquire) throws Y {
        return scope.acquire(acquire);
    }

    @Override
    public <R extends AutoCloseable> Owned<R> hold(R resource, Label label) {
        return scope.hold(resource, label);
    }

    @Override
    public <R extends AutoCloseable> Owned<R> hold(R resource) {
        return scope.hold(resource);
    }

    @Override
    public <R> Owned<R> hold(R value, Release<? super R> release, Label label) {
        return scope.hold(value, release, label);
    }

    @Override
    public <R extends AutoCloseable> Guarded<R> share(R resource) {
        return scope.share(resource);
    }

    @Override
    public <T extends @Nullable Object> void bind(ThreadLocal<T> local, T value) {
        scope.bind(local, value);
    }

    @Override
    public void defer(CloseAction action) {
        scope.defer(action);
    }

    @Override
    public void onExit(ExitAction action) {
        scope.onExit(action);
    }

    @Override
    public <T extends @Nullable Object> T succeed(T result) {
        return scope.succeed(result);
    }

    @Override
    public void fail(Throwable cause) {
        scope.fail(cause);
    }

    @Override
    public boolean isOpen() {
        return scope.isOpen();
    }
}
