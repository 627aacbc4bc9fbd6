package dev.lifecycle.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeClosedException;
import dev.lifecycle.weak.Listeners;
import dev.lifecycle.weak.ListenersClosedException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLI_Result;

/** Subscriptions while what they hang on closes: nothing stays subscribed, and nothing is called. */
public class SubscribeVersusClose {
    private SubscribeVersusClose() {}

    /**
     * The listeners close.
     *
     * <p>Broken if an addition could replace the roster that says that they are closed.
     */
    @JCStressTest
    @Outcome(
            id = {"true, closed, 0", "false, closed, 0", "refused, closed, 0"},
            expect = ACCEPTABLE,
            desc = "gone")
    @Outcome(expect = FORBIDDEN, desc = "one stays, or an event was taken")
    @State
    public static class OfListeners {
        private final Listeners<int[]> listeners =
                Listeners.<int[]>builder("stress").open();

        @Actor
        public void subscribe(LLI_Result r) {
            try {
                r.r1 = String.valueOf(listeners.on(to -> to[0]++).isOpen());
            } catch (ListenersClosedException refused) {
                r.r1 = "refused";
            }
        }

        @Actor
        public void close() {
            listeners.close();
        }

        @Arbiter
        public void after(LLI_Result r) {
            try {
                listeners.emit(new int[1]);
                r.r2 = "open";
            } catch (ListenersClosedException closed) {
                r.r2 = "closed";
            }
            r.r3 = listeners.size();
        }
    }

    /**
     * The scope closes.
     *
     * <p>Broken if a subscription that its scope has ended before it was added were added.
     */
    @JCStressTest
    @Outcome(
            id = {"true, 0, 0", "false, 0, 0", "refused, 0, 0"},
            expect = ACCEPTABLE,
            desc = "gone")
    @Outcome(expect = FORBIDDEN, desc = "one stays")
    @State
    public static class OfScope {
        private final Listeners<int[]> listeners =
                Listeners.<int[]>builder("stress").open();
        private final Scope scope = Scope.open();

        @Actor
        public void subscribe(LLI_Result r) {
            try {
                r.r1 = String.valueOf(listeners.on(scope, to -> to[0]++).isOpen());
            } catch (ScopeClosedException refused) {
                r.r1 = "refused";
            }
        }

        @Actor
        public void close() {
            scope.close();
        }

        @Arbiter
        public void after(LLI_Result r) {
            int[] to = {0};
            listeners.emit(to);
            r.r2 = String.valueOf(to[0]);
            r.r3 = listeners.size();
            listeners.close();
        }
    }
}
