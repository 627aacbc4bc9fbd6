package dev.lifecycle.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.scope.Scope;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * A thread local that is bound while another thread closes the scope: either the binding is refused and the thread local as it
 * was, or it is bound, and the close says that it cannot restore it.
 *
 * <p>Broken if the binding did not look again after it has set the value: it would stay, and nobody would say so.
 */
@JCStressTest
@Outcome(id = "refused, null, closed", expect = ACCEPTABLE, desc = "too late, nothing stays")
@Outcome(id = "bound, request, failed", expect = ACCEPTABLE, desc = "bound first, the close says so")
@Outcome(
        id = {"bound, request, gone", "refused, null, gone"},
        expect = ACCEPTABLE,
        desc = "a trial of the harness: the thread that bound it has ended")
@Outcome(id = "bound, request, closed", expect = FORBIDDEN, desc = "a value stays, and nobody knows")
@Outcome(expect = FORBIDDEN, desc = "what is said is not what is there")
@State
public class BindVersusClose {
    private final Scope scope = Scope.open();
    private final ThreadLocal<String> local = new ThreadLocal<>();

    private Thread binder;

    @Actor
    public void bind(LLL_Result r) {
        binder = Thread.currentThread();
        r.r1 = Attempt.of("bound", () -> scope.bind(local, "request"));
        r.r2 = String.valueOf(local.get());
        local.remove();
    }

    @Actor
    public void close(LLL_Result r) {
        try {
            scope.close();
            Thread by = binder;
            r.r3 = by == null || by.isAlive() ? "closed" : "gone";
        } catch (RuntimeException failure) {
            r.r3 = "failed";
        }
    }
}
