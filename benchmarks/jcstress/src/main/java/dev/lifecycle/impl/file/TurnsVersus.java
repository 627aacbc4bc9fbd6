package dev.lifecycle.impl.file;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A read begins or ends while another thread cancels it: that one has the channel for itself then, and no read follows. */
public class TurnsVersus {

    private TurnsVersus() {}

    /** What is read and closed, with plain fields: the turns order all that is done to it. */
    private static class Channel {
        final Turns turns = new Turns();
        private boolean isReading;
        private boolean isClosed;
        private int reads; // begun, by the reader
        final AtomicInteger faults = new AtomicInteger();

        void read() {
            if (!turns.beginRead()) {
                return;
            }
            isReading = true;
            if (isClosed) {
                faults.addAndGet(1); // read after it was closed
            }
            reads++;
            isReading = false;
            turns.endRead();
        }

        void cancel() {
            if (!turns.cancel()) {
                faults.addAndGet(1_000); // its read was short: whoever cancels has waited for it
            } else if (isReading) {
                faults.addAndGet(10); // closed within a read
            }
            isClosed = true;
        }

        void look(II_Result r) {
            if (turns.beginRead() || !turns.isCancelled()) {
                faults.addAndGet(100); // it goes on
            }
            r.r1 = faults.get();
            r.r2 = reads;
        }
    }

    /**
     * Two reads, and one who cancels.
     *
     * <p>Broken if a read that ends took the cancellation back; if a read that begins looked at it before it said so; or if who cancels did not wait for the read to end.
     */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "0, 1", "0, 2"},
            expect = ACCEPTABLE,
            desc = "cancelled before, between or after the reads")
    @Outcome(expect = FORBIDDEN, desc = "read and closed at once, or read after that")
    @State
    public static class Read extends Channel {
        @Actor
        public void reader() {
            read();
            read();
        }

        @Actor
        public void canceller() {
            cancel();
        }

        @Arbiter
        public void arbiter(II_Result r) {
            look(r);
        }
    }

    /**
     * A read whose handler cancels it then, and another one who cancels: each may close, and none before the read has ended.
     *
     * <p>Broken if the second one took the first for the one who waits.
     */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "0, 1"},
            expect = ACCEPTABLE,
            desc = "cancelled before or after the read")
    @Outcome(expect = FORBIDDEN, desc = "read and closed at once, or read after that")
    @State
    public static class Both extends Channel {
        @Actor
        public void reader() {
            read();
            cancel();
        }

        @Actor
        public void canceller() {
            cancel();
        }

        @Arbiter
        public void arbiter(II_Result r) {
            look(r);
        }
    }
}
