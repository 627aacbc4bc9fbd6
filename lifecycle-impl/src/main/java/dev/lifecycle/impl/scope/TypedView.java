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
import org.jspecify.annotations.Nullable;

/** A scope whose close throws one checked exception as it is. */
record TypedView<X extends Exception>(Scope scope, Class<X> type) implements TypedScope<X> {

    @Override
    public void close() throws X {
        try {
            scope.close();
        } catch (CloseException e) {
            throw e.as(type);
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
