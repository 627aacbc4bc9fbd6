package dev.lifecycle.scope;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Managed;
import dev.lifecycle.Names;
import dev.lifecycle.ProviderMissingException;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Owns resources and releases all of them, newest first, exactly once, when it closes: a node of the ownership tree.
 *
 * <p>Made for try-with-resources, and for what that statement cannot do: a number of resources known only at run time,
 * resources that come and go, owners that outlive a method, hand-over to another owner or thread.
 *
 * <h2>Failures</h2>
 * Every closer runs, whatever the ones before it threw, errors of the JVM included. The first failure is primary and the
 * later ones are suppressed in it, as in nested try-with-resources statements, with three differences: an error of the
 * JVM ({@link VirtualMachineError}) is never suppressed in a lesser failure; no more than
 * {@value CloseReport#MAX_SUPPRESSED} are attached, the {@link CloseReport} has them all; a closer that throws the primary
 * failure's own instance again does not replace it. A checked primary failure arrives as {@link CloseException}.
 *
 * <h2>Threads</h2>
 * Thread-safe unless {@linkplain #confined confined}: putting a resource in happens-before its release. One thread closes;
 * another one that calls {@code close} meanwhile waits for it and returns normally, unless that would be waiting for
 * itself (a closer that closes its own scope, or one of the scopes above it), which returns at once. Closers run on the closing
 * thread, outside every lock.
 *
 * <h2>Cost</h2>
 * Each operation takes constant time apart from user code; the exceptions say so. Closing uses no recursion: neither the
 * number of resources nor the depth of nesting is limited by the stack. An anonymous scope (no name) reads no clock,
 * is not registered anywhere, and can disappear altogether in compiled code.
 */
public interface Scope extends ScopeOps, Managed {

    /**
     * Opens a thread-safe, anonymous scope: not in the tree of {@link Lifecycle#roots}, not leak-tracked, almost free.
     *
     * @return an open scope
     * @throws ProviderMissingException if no implementation is bound
     */
    static Scope open() {
        return Lifecycle.provider().openScope();
    }

    /**
     * Opens a thread-safe root of the ownership tree. If it is dropped without being closed, the leak detector reports
     * it.
     *
     * @param name see {@link Names#check}
     * @return an open scope
     * @throws IllegalArgumentException if {@code name} cannot be printed on one line
     * @throws ProviderMissingException if no implementation is bound
     */
    static Scope open(String name) {
        return Lifecycle.provider().openScope(name);
    }

    /**
     * Opens an anonymous scope for the calling thread alone, the cheapest kind. Any use by another thread throws {@link
     * WrongScopeThreadException}; {@code isOpen}, {@code state} and {@code snapshot} are allowed everywhere.
     *
     * @return an open scope
     * @throws ProviderMissingException if no implementation is bound
     */
    static Scope confined() {
        return Lifecycle.provider().openConfined();
    }

    /**
     * Starts the description of an anonymous scope.
     *
     * @return a builder with the defaults
     */
    static ScopeBuilder builder() {
        return new ScopeBuilder(null);
    }

    /**
     * Starts the description of a named scope.
     *
     * @param name see {@link Names#check}
     * @return a builder with the defaults
     * @throws IllegalArgumentException if {@code name} cannot be printed on one line
     */
    static ScopeBuilder builder(String name) {
        return new ScopeBuilder(Names.check(name, "name"));
    }

    /**
     * Runs {@code body} with a scope of its own and closes it, telling exit actions exactly how the body ended.
     *
     * @param body the work
     * @param <T> its result
     * @param <X> what it may throw
     * @return the result of {@code body}
     * @throws X what {@code body} throws; failures to close are suppressed in it
     * @throws CloseException if {@code body} returned and a resource failed to close with a checked exception
     * @throws ProviderMissingException if no implementation is bound
     */
    static <T extends @Nullable Object, X extends Throwable> T call(ScopedCall<? extends T, X> body) throws X {
        return Lifecycle.provider().call(body);
    }

    /**
     * Runs {@code body} like {@link #call}, without a result.
     *
     * @param body the work
     * @param <X> what it may throw
     * @throws X what {@code body} throws; failures to close are suppressed in it
     * @throws CloseException if {@code body} returned and a resource failed to close with a checked exception
     * @throws ProviderMissingException if no implementation is bound
     */
    @SuppressWarnings("NullAway") // it does not see that T is Void or null here
    static <X extends Throwable> void run(ScopedRun<X> body) throws X {
        Objects.requireNonNull(body, "body");
        Scope.<@Nullable Void, X>call(scope -> {
            body.run(scope);
            return null;
        });
    }

    /**
     * Releases everything, newest first. Idempotent; a second caller waits for the first. Only the first caller gets the
     * failures.
     *
     * @throws CloseException if the first failure is a checked exception; unchecked ones and errors pass as they are
     */
    @Override
    void close();

    /**
     * Closes this scope and everything below it on a thread of {@code executor}: for work that ends in an asynchronous
     * completion. New resources are refused from now on. Failures are in the report, and in the log.
     *
     * @param executor runs the closers; if it rejects the task they run on the calling thread, and if another thread has to
     *     wait for this scope before it has begun, on that one
     * @return completes after the last closer, always normally, with the report; only the first call that closes the scope
     *     gets one, for the others it is empty
     */
    CompletionStage<CloseReport> closeAsync(Executor executor);

    /**
     * Returns a view of this scope whose {@code close} throws {@code type} as it is.
     *
     * @param type a checked exception
     * @param <X> the same
     * @return the view; the scope is this one
     */
    <X extends Exception> TypedScope<X> throwing(Class<X> type);

    /**
     * Opens an anonymous child: a scope that closes in its place among the resources of this one, unless it is closed
     * before. A closed child leaves nothing behind in its parent.
     *
     * @return an open scope
     * @throws ScopeClosedException if this scope is closed
     * @throws ScopeFullException if the budget of children is spent
     */
    Scope child();

    /**
     * Opens a named child, see {@link #child()}.
     *
     * @param name see {@link Names#check}; children of one kind best share one name, reports count by it
     * @return an open scope
     * @throws IllegalArgumentException if {@code name} cannot be printed on one line
     * @throws ScopeClosedException if this scope is closed
     * @throws ScopeFullException if the budget of children is spent
     */
    Scope child(String name);

    /**
     * Hands everything to {@code target} in one step: it becomes one entry there, the newest, whose resources are released
     * newest first. This scope is then closed and empty; handles on its resources stay valid. Constant time; if this scope
     * has had children, a step for each scope above the target, and if it is confined and the target is not, a step for each
     * entry: its children then belong to no thread any more.
     *
     * <p>A name, deadline, budget and policies of this scope are not taken along: those of {@code target} hold.
     *
     * @param target an open scope, neither this one nor a scope below it
     * @throws IllegalArgumentException if {@code target} is this scope or below it
     * @throws ScopeClosedException if either is closed; nothing has moved then
     * @throws ScopeFullException if a budget of {@code target} is spent; nothing has moved then
     */
    void moveTo(Scope target);

    /**
     * Takes everything out of this scope, which stays open and empty, into a new open scope without a parent. Constant
     * time, and a step for each handle and child.
     *
     * @return an anonymous scope of the same kind that owns everything
     * @throws ScopeClosedException if this scope is closed
     */
    Scope detachAll();
}
