package dev.lifecycle.impl.pool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A list of what is open, against a deque. */
class OpenListTest {

    /** Nothing to close. */
    private static final class Element extends Tracked {
        @Override
        void closeRaw() {}
    }

    @Test
    void isADequeWithRemovalsInConstantTime() {
        for (int seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            OpenList list = new OpenList();
            Deque<Tracked> model = new ArrayDeque<>();
            List<Tracked> all = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                int choice = random.nextInt(10);
                if (choice < 5 || all.isEmpty()) {
                    Element opened = new Element();
                    all.add(opened);
                    list.add(opened);
                    model.push(opened);
                } else if (choice < 9) {
                    Tracked any = all.get(random.nextInt(all.size()));
                    assertEquals(model.remove(any), list.remove(any), "seed " + seed);
                    assertNull(any.older);
                    assertNull(any.newer);
                } else {
                    assertSame(model.poll(), list.poll(), "seed " + seed);
                }
                assertEquals(List.copyOf(model), list.snapshot(), "seed " + seed);
            }
        }
    }
}
