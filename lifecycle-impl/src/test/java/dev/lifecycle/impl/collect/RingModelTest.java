package dev.lifecycle.impl.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** A ring against an obvious model: a queue that drops its head, and three counts. */
class RingModelTest {
    private static final long[] FIRST_NUMBERS = {0, Integer.MAX_VALUE - 20L, Long.MAX_VALUE - 20, -20};

    /** Operations: below 7 adds so many and one, 7 copies, 8 drains, 9 asks for the oldest. */
    @Property(tries = 1_000)
    void behavesAsAQueueThatDropsItsHead(
            @ForAll @IntRange(min = 1, max = 9) int capacity,
            @ForAll @IntRange(max = 3) int first,
            @ForAll @Size(max = 60) List<@IntRange(max = 9) Integer> operations) {
        long start = FIRST_NUMBERS[first];
        Ring ring = new Ring(capacity, true, start);
        ArrayDeque<Long> model = new ArrayDeque<>();
        long now = Long.MAX_VALUE - 30; // readings wrap
        long added = 0;
        long dropped = 0;
        for (int operation : operations) {
            if (operation == 7) {
                assertEquals(List.copyOf(model), List.of(ring.copy()));
            } else if (operation == 8) {
                assertEquals(List.copyOf(model), List.of(ring.drain()));
                model.clear();
            } else if (operation == 9) {
                assertEquals(model.isEmpty() ? now : (long) model.element(), ring.oldest(now));
            } else {
                for (int i = 0; i <= operation; i++) {
                    now++;
                    added++;
                    Long head = model.size() == capacity ? model.poll() : null;
                    dropped += head == null ? 0 : 1;
                    model.add(now);
                    assertEquals(head, i % 2 == 0 ? ring.add(now, now) : ring.tryAdd(now, now));
                }
            }
            assertTrue(ring.invariantsHold());
            assertEquals(model.size(), ring.size());
            assertEquals(start + added, ring.added());
            assertEquals(dropped, ring.dropped());
        }
        assertEquals(List.copyOf(model), List.of(ring.close()));
        assertEquals(0, ring.close().length);
        assertSame(Ring.REFUSED, ring.add(now, now));
        assertSame(Ring.REFUSED, ring.tryAdd(now, now));
        assertEquals(0, ring.copy().length);
        assertEquals(0, ring.drain().length);
        assertEquals(now, ring.oldest(now));
        assertEquals(0, ring.size());
        assertEquals(dropped, ring.dropped());
        assertTrue(ring.invariantsHold());
    }
}
