package dev.lifecycle.scope;

import org.jspecify.annotations.Nullable;

/**
 * What can be put into a scope. Everything put in is released once, newest first, when the scope closes.
 *
 * <p>If the scope is closed, a budget is spent, or the scope is confined to another thread, each method that takes a resource
 * releases that resource (see {@link LateAdd}) and throws {@link ScopeClosedException}, {@link ScopeFullException} or {@link
 * WrongScopeThreadException}: a resource handed to a scope is never lost. Resources are told apart by identity; their {@code equals}, {@code hashCode} and {@code toString} are
 * never called. Each method takes constant time, apart from the user code it runs.
 */
public interface ScopeOps {

    /**
     * Owns {@code resource}: closes it when the scope closes. Costs one array slot.
     *
     * @param resource an open resource
     * @param <R> its type
     * @return {@code resource}
     */
    <R extends AutoCloseable> R own(R resource);

    /**
     * Owns a value with its own way of release.
     *
     * @param value anything
     * @param release called once with {@code value}; must not capture the scope's owner if that is to be collected
     * @param <R> its type
     * @return {@code value}
     */
    <R> R own(R value, Release<? super R> release);

    /**
     * Opens a resource and owns it. Does not call {@code acquire} if the scope is closed; if it closes while
     * {@code acquire} runs, the fresh resource is released.
     *
     * @param acquire opens the resource; runs outside every lock
     * @param <R> its type
     * @param <X> what opening may throw
     * @return the resource
     * @throws X what {@code acquire} throws
     */
    <R extends AutoCloseable, X extends Exception> R acquire(Acquire<R, X> acquire) throws X;

    /**
     * Owns {@code resource} and returns a handle, for early close and hand-over.
     *
     * @param resource an open resource
     * @param label what reports call it
     * @param <R> its type
     * @return the handle
     */
    <R extends AutoCloseable> Owned<R> hold(R resource, Label label);

    /**
     * Owns {@code resource} under the name of its class and returns a handle, for early close and hand-over.
     *
     * @param resource an open resource
     * @param <R> its type
     * @return the handle
     */
    <R extends AutoCloseable> Owned<R> hold(R resource);

    /**
     * Owns a value with its own way of release and returns a handle.
     *
     * @param value anything
     * @param release called once with {@code value}
     * @param label what reports call it
     * @param <R> its type
     * @return the handle
     */
    <R> Owned<R> hold(R value, Release<? super R> release, Label label);

    /**
     * Owns {@code resource} and lends it out: the scope does not close it while a lease is open.
     *
     * @param resource an open resource
     * @param <R> its type
     * @return what lends it
     */
    <R extends AutoCloseable> Guarded<R> share(R resource);

    /**
     * Runs {@code action} when the scope closes. On a closed scope {@link LateAdd} applies to the action.
     *
     * @param action what to do
     */
    void defer(CloseAction action);

    /**
     * Runs {@code action} with the {@link Exit} when the scope closes.
     *
     * @param action what to do
     */
    void onExit(ExitAction action);

    /**
     * Sets a thread local of the calling thread for as long as the scope is open: when it closes, the thread local has what it
     * had before, and no value that nobody will remove. Nothing is set if the scope refuses.
     *
     * <p>Only the thread that bound it can restore it. If another one closes the scope, that close fails with an {@link
     * IllegalStateException} that names both, unless the first one has ended. What others set meanwhile is overwritten.
     *
     * @param local any thread local
     * @param value its value until then
     * @param <T> the type of the value
     */
    <T extends @Nullable Object> void bind(ThreadLocal<T> local, T value);

    /**
     * Marks the work of the scope as done: {@code return scope.succeed(result);}. The last mark counts.
     *
     * @param result anything, also null
     * @param <T> its type
     * @return {@code result}
     */
    <T extends @Nullable Object> T succeed(T result);

    /**
     * Marks the work of the scope as failed, or as cancelled if {@code cause} is an interruption or cancellation.
     *
     * @param cause what went wrong
     */
    void fail(Throwable cause);

    /**
     * Tells whether the scope still accepts resources.
     *
     * @return whether {@code close} and {@code moveTo} have yet to begin; the close of a scope above this one begins here
     *     when its turn comes, and what is put in before that is released with the rest
     */
    boolean isOpen();
}
