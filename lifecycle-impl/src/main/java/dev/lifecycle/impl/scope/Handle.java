package dev.lifecycle.impl.scope;

import dev.lifecycle.scope.CloseException;
import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.scope.Exit;
import dev.lifecycle.scope.Failure;
import dev.lifecycle.scope.Label;
import dev.lifecycle.scope.Owned;
import dev.lifecycle.scope.Release;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.UseAfterCloseException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One resource in one slot, with the way out of it. Thirty-two bytes. */
final class Handle<R> extends Linked implements Owned<R> {
    /*
     * Only the one caller for whom unlink() succeeded, or the thread that closes the scope, sets `value` to a Gone and
     * releases the resource: once, whoever races.
     */

    /** The resource, or a {@link Gone}. Volatile: a get() after a close() that has returned must not see the resource. */
    private volatile Object value;

    /**
     * Null (close it), a {@link Label} (close it), a {@link Named}, or a {@link Weighed} around one of these; once it is
     * closed, the class of the resource that had no label.
     */
    private @Nullable Object how;

    /** With its own way of release. */
    record Named<R>(Release<? super R> release, Label label) {}

    /** With a part of a budget. */
    private record Weighed(@Nullable Object how, long weight) {}

    /** What became of a resource; {@code at} has the stack where that is recorded. */
    private record Gone(String how, @Nullable Throwable at) {
        static final Gone CLOSED = new Gone("closed", null);
        static final Gone RELEASED = new Gone("released to its new owner", null);
        static final Gone MOVED = new Gone("moved to another scope", null);

        /** With the present stack, where that is recorded; else this one, which costs nothing. */
        Gone here() {
            Throwable stack = Tracking.closingStack();
            return stack == null ? this : new Gone(how, stack);
        }
    }

    Handle(R value, @Nullable Object how) {
        this.value = value;
        this.how = how;
    }

    Handle<R> copy() {
        return new Handle<>(get(), plainHow());
    }

    private @Nullable Object plainHow() {
        return how instanceof Weighed weighed ? weighed.how : how;
    }

    @Override
    @SuppressWarnings("unchecked") // what is not Gone was given as an R
    public R get() {
        Object seen = value;
        if (seen instanceof Gone gone) {
            throw new UseAfterCloseException(
                    "the resource was " + gone.how + " before; this handle is used up", gone.at);
        }
        return (R) seen;
    }

    /** The resource, or this handle if it is used up. */
    Object peek() {
        Object seen = value;
        return seen instanceof Gone ? this : seen;
    }

    UseAfterCloseException gone() {
        return value instanceof Gone gone
                ? new UseAfterCloseException(
                        "the resource was " + gone.how + " before; this handle is used up", gone.at)
                : new UseAfterCloseException("the scope is closing and releases the resource", null);
    }

    /** Uses the handle up, by the one who took it out of its slot; returns the resource. */
    private R used(Gone fate) {
        R resource = get();
        value = fate.here();
        return resource;
    }

    void moved() {
        used(Gone.MOVED);
    }

    /** Takes the place of {@code old} in the same scope: also what it weighs there, whatever it would weigh now. */
    void replace(Handle<?> old) {
        how = old.how;
    }

    @Override
    public R release() {
        if (!BaseScope.unlink(this)) {
            throw gone();
        }
        return used(Gone.RELEASED);
    }

    @Override
    public Owned<R> moveTo(Scope target) {
        return Transfer.one(this, Refusal.ours(target, "target"));
    }

    @Override
    public void close() {
        if (!BaseScope.unlink(this)) {
            return;
        }
        try {
            release(CloseRun.UNMARKED);
        } catch (RuntimeException | Error unchecked) {
            throw unchecked;
        } catch (Exception checked) {
            String name = Labels.of(this);
            throw new CloseException(
                    name + " failed to close: " + Labels.of(checked),
                    checked,
                    new CloseReport(
                            CloseRun.UNMARKED,
                            0,
                            1,
                            List.of(new Failure(name, null, checked)),
                            List.of(),
                            Duration.ZERO));
        }
    }

    @Override
    @SuppressWarnings("unchecked") // a Named was made with a release for R
    void release(Exit exit) throws Exception {
        container = null;
        R resource = used(Gone.CLOSED);
        if (plainHow() == null) {
            how = resource.getClass(); // for the report, should it fail
        }
        if (plainHow() instanceof Named<?> named) {
            ((Named<R>) named).release.release(resource);
        } else {
            ((AutoCloseable) resource).close();
        }
    }

    @Override
    Class<?> type() {
        Object seen = value;
        return !(seen instanceof Gone) ? seen.getClass() : how instanceof Class<?> type ? type : Handle.class;
    }

    @Override
    @Nullable
    Label label() {
        Object plain = plainHow();
        return plain instanceof Named<?> named ? named.label : plain instanceof Label label ? label : null;
    }

    @Override
    void weight(long weight) {
        if (weight > 0) {
            how = new Weighed(how, weight);
        }
    }

    @Override
    void unbudget(Budget budget) {
        budget.resources--;
        if (how instanceof Weighed weighed) {
            budget.weight -= weighed.weight;
        }
    }
}
