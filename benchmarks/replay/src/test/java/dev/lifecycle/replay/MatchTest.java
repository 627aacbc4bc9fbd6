package dev.lifecycle.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MatchTest {
    /** Never evicts. */
    private static final class Hoarder implements Replayed {
        final Set<Long> keys = new HashSet<>();
        boolean closed;

        @Override
        public boolean access(long key, int weight) {
            return !keys.add(key);
        }

        @Override
        public long held() {
            return keys.size();
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private final Trace trace = Sequences.trace(1, 2, 3, 1, 2, 3);
    private final Hoarder hoarder = new Hoarder();

    @Test
    void failsWhereAPromisedBoundIsBroken() {
        String message = assertThrows(
                        Violation.class,
                        () -> Match.replay("loop@2, Hoarder", hoarder, 2, Entrant.Bound.HARD, trace, 0))
                .getMessage();
        assertEquals("loop@2, Hoarder: holds 3 after access 2; its bound is 2", message);
        assertTrue(hoarder.closed);
    }

    @Test
    void remarksWhereABoundWasNotPromised() {
        assertEquals(new Score(3, 3, 1), Match.replay("loop@2", hoarder, 2, Entrant.Bound.SOFT, trace, 0));
        assertTrue(hoarder.closed);
    }

    @Test
    void failsOnMoreHitsThanAreToBeHad() {
        long best = new Belady(trace.keys()).hits(2);
        String message = assertThrows(
                        Violation.class,
                        () -> Match.check("loop@2, Hoarder", new Score(3, 3, 1), new Score(best, best, 0)))
                .getMessage();
        assertTrue(message.startsWith("loop@2, Hoarder: 3 hits"), message);
    }
}
