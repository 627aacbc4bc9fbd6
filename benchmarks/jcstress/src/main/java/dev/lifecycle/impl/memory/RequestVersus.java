package dev.lifecycle.impl.memory;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.spi.RequestTrackerConfig;
import dev.lifecycle.time.TimeSource;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJI_Result;
import org.openjdk.jcstress.infra.results.JJJ_Result;

/** A request is closed by a thread while the one that began it goes on. */
public class RequestVersus {
    private static final int FRAMES = 8; // of a thread

    private RequestVersus() {}

    /** A book without its thread, and a clock that stands where an actor has put it. */
    private static final class Desk implements TimeSource {
        final AtomicInteger wrong = new AtomicInteger();
        final RequestBook book;
        volatile long now;
        private volatile OpenRequest handed;

        Desk() {
            book = new RequestBook(
                    new RequestTrackerConfig(
                            "stress",
                            RequestTrackerConfig.Output.SINK,
                            record -> {
                                long nanos = record.nanos();
                                if (record.id().equals("1") && nanos != 500 && nanos != 2000 && nanos != 5000) {
                                    wrong.incrementAndGet();
                                }
                            },
                            1 << 20,
                            1,
                            1,
                            this),
                    this,
                    new LiveSet(Set.of(), 1),
                    () -> 0,
                    this);
        }

        OpenRequest handOver() {
            OpenRequest first = book.begin("route", "1");
            now = 1500;
            handed = first;
            return first;
        }

        void close() {
            for (int patience = 1 << 14; patience > 0; patience--) {
                OpenRequest first = handed;
                if (first != null) {
                    first.close();
                    return;
                }
                Thread.onSpinWait();
            }
        }

        @Override
        public long nanos() {
            return now;
        }

        @Override
        public void parkNanos(Object blocker, long nanos) {
            LockSupport.parkNanos(blocker, nanos);
        }
    }

    /**
     * Both close it; the next one of the thread has its frame.
     *
     * <p>Broken if a close looked whether it is open and ended it in two steps, if a late close ended what has the frame by then, or if who ends it read how things stood as it began afterwards:
     * that may be the next one's.
     */
    @JCStressTest
    @Outcome(id = "2, 0, 0", expect = ACCEPTABLE, desc = "both are ended, once, each with its own figures")
    @Outcome(expect = FORBIDDEN, desc = "ended twice, or never, or with figures of the next")
    @State
    public static class Close {
        private final Desk desk = new Desk();

        @Actor
        public void begin() {
            desk.now = 1000;
            desk.handOver().close();
            desk.now = 3000;
            OpenRequest next = desk.book.begin("route", "2");
            desk.now = 6000;
            next.close();
        }

        @Actor
        public void close() {
            desk.close();
        }

        @Arbiter
        public void look(JJI_Result r) {
            r.r1 = desk.book.routes().finished();
            r.r2 = desk.book.inFlight();
            r.r3 = desk.wrong.get();
        }
    }

    /**
     * Its thread begins so many more that it gives it up.
     *
     * <p>Broken if who gives it up looked whether it is open and ended it in two steps: it would be counted as finished and as given up, and one request too few as in flight.
     */
    @JCStressTest
    @Outcome(id = "9, 0, 0", expect = ACCEPTABLE, desc = "closed")
    @Outcome(id = "8, 1, 0", expect = ACCEPTABLE, desc = "given up")
    @Outcome(expect = FORBIDDEN, desc = "both, or none")
    @State
    public static class GiveUp {
        private final Desk desk = new Desk();

        @Actor
        public void begin() {
            desk.now = 1000;
            desk.handOver();
            OpenRequest[] more = new OpenRequest[FRAMES];
            for (int i = 0; i < FRAMES; i++) {
                more[i] = desk.book.begin("route", "2");
            }
            for (int i = FRAMES - 1; i >= 0; i--) {
                more[i].close();
            }
        }

        @Actor
        public void close() {
            desk.close();
        }

        @Arbiter
        public void look(JJJ_Result r) {
            r.r1 = desk.book.routes().finished();
            r.r2 = desk.book.givenUp();
            r.r3 = desk.book.inFlight();
        }
    }
}
