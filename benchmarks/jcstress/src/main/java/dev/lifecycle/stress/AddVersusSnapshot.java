package dev.lifecycle.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.collect.BoundedBuffer;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * A snapshot that no lock protects, beside writers that overwrite what it copies.
 *
 * <p>Broken if a slot were written before the intent to: the snapshot would keep a new element in the place of an old one.
 */
public final class AddVersusSnapshot {

    private AddVersusSnapshot() {}

    private static BoundedBuffer<Integer> full() {
        BoundedBuffer<Integer> buffer =
                BoundedBuffer.<Integer>builder("stress").capacity(3).open();
        for (int i = 1; i <= 3; i++) {
            buffer.add(i);
        }
        return buffer;
    }

    /** What is seen is a run without gaps: the end of one content that is the beginning of another. */
    @JCStressTest
    @Outcome(
            id = {"\\[1, 2, 3\\]", "\\[2, 3, 4\\]", "\\[3, 4, 5\\]"},
            expect = ACCEPTABLE,
            desc = "before, between or after")
    @Outcome(
            id = {"\\[2, 3\\]", "\\[3\\]", "\\[3, 4\\]"},
            expect = ACCEPTABLE,
            desc = "what was there all through the call")
    @Outcome(expect = FORBIDDEN, desc = "torn")
    @State
    public static class OneWriter {
        private final BoundedBuffer<Integer> buffer = full();

        @Actor
        public void add() {
            buffer.add(4);
            buffer.add(5);
        }

        @Actor
        public void copy(L_Result r) {
            r.r1 = buffer.snapshot();
        }

        @Arbiter
        public void close() {
            buffer.close();
        }
    }

    /** The same beside a drain, which replaces the array: nothing that is drained is seen with what came later. */
    @JCStressTest
    @Outcome(
            id = {"\\[1, 2, 3\\]", "\\[\\]", "\\[4\\]", "\\[2, 3, 4\\]", "\\[2, 3\\]"},
            expect = ACCEPTABLE,
            desc = "one moment, or what was there all through the call")
    @Outcome(expect = FORBIDDEN, desc = "of several moments")
    @State
    public static class Drain {
        private final BoundedBuffer<Integer> buffer = full();

        @Actor
        public void add() {
            buffer.add(4);
        }

        @Actor
        public void drain() {
            buffer.drain(each -> {});
        }

        @Actor
        public void copy(L_Result r) {
            r.r1 = buffer.snapshot();
        }

        @Arbiter
        public void close() {
            buffer.close();
        }
    }

    /** An element is kept, displaced, or refused: never lost beside a close. */
    @JCStressTest
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "each of the four is accounted for")
    @Outcome(expect = FORBIDDEN, desc = "lost, or told twice")
    @State
    public static class Close {
        private int heard;
        private volatile boolean refused;
        private final BoundedBuffer<Integer> buffer = BoundedBuffer.<Integer>builder("stress")
                .capacity(3)
                .onDisplaced(each -> tell())
                .open();

        public Close() {
            for (int i = 1; i <= 3; i++) {
                buffer.add(i);
            }
        }

        private synchronized void tell() {
            heard++;
        }

        @Actor
        public void add() {
            try {
                buffer.add(4);
            } catch (IllegalStateException closed) {
                refused = true;
            }
        }

        @Actor
        public void close() {
            buffer.close();
        }

        @Arbiter
        public synchronized void count(ZZ_Result r) {
            r.r1 = heard == (refused ? 3 : 4);
            r.r2 = List.of().equals(buffer.snapshot());
        }
    }
}
