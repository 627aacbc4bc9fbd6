package dev.lifecycle.impl.file;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.file.LineReader;
import dev.lifecycle.file.Reason;
import dev.lifecycle.scope.Scope;
import java.io.IOException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** Lines are asked for while their scope, their processor, or both close: what the reader had comes back once, and it knows how it ended. */
public class NextVersusClose {

    private NextVersusClose() {}

    /** A reader before its first line. */
    private static class Stress {
        final Stage.Meeting both = new Stage.Meeting();
        final Processor processor = Stage.processor();
        final Scope scope = Scope.open();
        final Stage.Watched stream = new Stage.Watched(2);
        private final LineReader reader;
        private int odd;

        Stress() {
            try {
                reader = processor.lines(stream.source(), scope);
            } catch (IOException never) {
                throw new AssertionError(never);
            }
        }

        void read() {
            both.meet(100);
            try {
                while (reader.next()) {
                    Thread.onSpinWait();
                }
            } catch (IllegalStateException closed) {
                return;
            } catch (IOException e) {
                odd = 1; // it does not fail
            }
        }

        void look(III_Result r) {
            processor.close(); // or idle buffers would be held
            boolean isKnown = reader.result().ok() || reader.result().reason() == Reason.SCOPE_CLOSED;
            r.r1 = stream.faults() + odd + (isKnown ? 0 : 1_000);
            r.r2 = stream.closes();
            r.r3 = (int) Stage.held(processor);
        }
    }

    /**
     * Its scope closes.
     *
     * <p>Broken if who closes it gave up because another thread is in {@code next}, and that one looked at it before it let go of the lock.
     */
    @JCStressTest
    @Outcome(id = "0, 1, 0", expect = ACCEPTABLE, desc = "closed once; nothing is held")
    @Outcome(expect = FORBIDDEN, desc = "read after that, closed twice or not at all, or something is held")
    @State
    public static class OfScope extends Stress {
        @Actor
        public void reader() {
            read();
        }

        @Actor
        public void closer() {
            both.meet(300);
            scope.close();
        }

        @Arbiter
        public void arbiter(III_Result r) {
            look(r);
        }
    }

    /**
     * Its processor closes, which cancels its pass and leaves the rest to the reader, or to its scope.
     *
     * <p>Broken if the reader gave nothing back where it finds itself cancelled.
     */
    @JCStressTest
    @Outcome(id = "0, 1, 0", expect = ACCEPTABLE, desc = "closed once; nothing is held")
    @Outcome(expect = FORBIDDEN, desc = "read after that, closed twice or not at all, or something is held")
    @State
    public static class OfProcessor extends Stress {
        @Actor
        public void reader() {
            read();
        }

        @Actor
        public void closer() {
            both.meet(300);
            processor.close();
        }

        @Arbiter
        public void arbiter(III_Result r) {
            look(r);
        }
    }
}
