package dev.lifecycle.impl.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.impl.tree.Await;
import dev.lifecycle.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The thread on which a guard calls what users gave it, and those that take its place. */
class HandsTest {
    private static final Duration SLOW = Duration.ofSeconds(6);
    private static final int MOST_STUCK = 4;

    private final VirtualTime time = new VirtualTime();
    private final Hands hands = new Hands("test", time);
    private final List<String> done = new CopyOnWriteArrayList<>();
    private final List<CountDownLatch> hanging = new ArrayList<>();

    @AfterEach
    void letGo() {
        hands.stop();
        hanging.forEach(CountDownLatch::countDown);
        Await.until("none is stuck", () -> hands.stuck() == 0);
        assertTrue(hands.invariantsHold());
    }

    /** So many pieces, counted from 0; after each it says whether that was run. */
    private final class Pieces implements Hands.Work {
        private final String name;
        private final int count;
        private final IntPredicate piece;
        private int next; // guarded by this
        volatile boolean dropped;

        Pieces(String name, int count, IntPredicate piece) {
            this.name = name;
            this.count = count;
            this.piece = piece;
        }

        @Override
        public boolean step() {
            int mine = take();
            if (mine < count && piece.test(mine)) {
                done.add(name + mine);
            }
            return left();
        }

        private synchronized int take() {
            return next++;
        }

        private synchronized boolean left() {
            return next < count;
        }

        @Override
        public void drop() {
            dropped = true;
        }

        @Override
        public String current() {
            return name;
        }
    }

    /** A piece that hangs until the test lets it go; returns when it hangs. */
    private CountDownLatch hang(Pieces[] made, String name, int pieces, int hangsAt) {
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        hanging.add(end);
        made[0] = new Pieces(name, pieces, at -> {
            if (at == hangsAt) {
                begun.countDown();
                awaitQuietly(end);
            }
            return true;
        });
        hands.add(made[0]);
        awaitQuietly(begun);
        return end;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException strange) {
            throw new AssertionError(strange);
        }
    }

    private void pass() {
        time.advance(SLOW);
        hands.look(time.nanos());
    }

    @Test
    void doesOneAfterTheOther() {
        hands.add(new Pieces("a", 3, at -> true));
        hands.add(new Pieces("b", 2, at -> true));
        Await.until("all done", hands::isIdle);
        assertEquals(List.of("a0", "a1", "a2", "b0", "b1"), done);
        assertTrue(hands.invariantsHold());
    }

    @Test
    void goesOnWithoutThePieceThatHangs() {
        Pieces[] made = new Pieces[1];
        CountDownLatch end = hang(made, "a", 3, 1);
        hands.add(new Pieces("b", 1, at -> true));
        hands.look(time.nanos());
        assertEquals(0, hands.stuck(), "not for five seconds yet");
        pass();
        Await.until("the others", hands::isIdle);
        assertEquals(List.of("a0", "a2", "b0"), done);
        assertEquals(1, hands.stuck());
        end.countDown();
        Await.until("it came back", () -> hands.stuck() == 0);
        assertEquals(List.of("a0", "a2", "b0", "a1"), done);
    }

    @Test
    void waitsWhereSoManyHangAlreadyUntilOneComesBack() {
        Pieces[] made = new Pieces[1];
        CountDownLatch first = hang(made, "0", 1, 0);
        for (int i = 1; i <= MOST_STUCK; i++) {
            pass();
            assertEquals(i, hands.stuck());
            hang(made, Integer.toString(i), 1, 0);
        }
        hands.add(new Pieces("after", 1, at -> true));
        pass();
        assertEquals(MOST_STUCK, hands.stuck(), "no further thread");
        assertFalse(hands.isIdle());
        first.countDown();
        Await.until("one came back", () -> hands.stuck() == MOST_STUCK - 1);
        pass();
        Await.until("the last", hands::isIdle);
        assertTrue(done.contains("after0"), done::toString);
        assertEquals(MOST_STUCK, hands.stuck());
    }

    @Test
    void aStopWhileAPieceHangsLeavesNothingToLookFor() {
        Pieces[] made = new Pieces[1];
        CountDownLatch end = hang(made, "a", 2, 0);
        hands.stop();
        pass();
        assertEquals(0, hands.stuck());
        end.countDown();
        hands.add(new Pieces("b", 1, at -> true));
        assertTrue(hands.isIdle(), "nothing after the stop");
    }

    @Test
    void workThatFailsIsDroppedAndTheNextIsDone() {
        Pieces broken = new Pieces("a", 2, at -> {
            throw new OutOfMemoryError("of the test");
        });
        hands.add(broken);
        hands.add(new Pieces("b", 1, at -> true));
        Await.until("all done", hands::isIdle);
        assertTrue(broken.dropped);
        assertEquals(List.of("b0"), done);
    }

    @Test
    void aPieceThatInterruptsItsThreadTakesNobodyElseWithIt() {
        hands.add(new Pieces("a", 2, at -> {
            Thread.currentThread().interrupt();
            return true;
        }));
        hands.add(new Pieces("b", 1, at -> true));
        Await.until("all done", hands::isIdle);
        assertEquals(List.of("a0", "a1", "b0"), done);
    }

    @Test
    void theThreadEndsWhereThereIsNothingToDoAndComesBack() {
        hands.add(new Pieces("a", 1, at -> true));
        Await.until("its thread ended", () -> hands.isIdle() && !isThere());
        hands.add(new Pieces("b", 1, at -> true));
        Await.until("done by another", hands::isIdle);
        assertEquals(List.of("a0", "b0"), done);
    }

    private static boolean isThere() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("lifecycle-memory-act-test"));
    }
}
