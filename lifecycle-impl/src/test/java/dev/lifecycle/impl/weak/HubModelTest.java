package dev.lifecycle.impl.weak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.spi.ListenersConfig;
import dev.lifecycle.time.TimeSource;
import dev.lifecycle.weak.FailurePolicy;
import dev.lifecycle.weak.Overflow;
import dev.lifecycle.weak.Subscription;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random operations on a hub and on a map that keeps the order; what it delivers, and its invariants, after each. */
class HubModelTest {

    static <E> Hub<E> hub(int maximum, boolean tracked) {
        return (Hub<E>) Hub.<E>open(
                new ListenersConfig(
                        "model",
                        FailurePolicy.COLLECT,
                        null,
                        maximum,
                        Integer.MAX_VALUE,
                        tracked,
                        16,
                        Overflow.DROP_OLDEST,
                        TimeSource.system()),
                null);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 10, 70, 300, 5_000})
    void deliversWhatTheModelDoes(int about) {
        for (long seed = 1; seed <= 20; seed++) {
            run(new Random(seed), about, "seed " + seed + ", about " + about);
        }
    }

    private static void run(Random random, int about, String what) {
        List<Integer> heard = new ArrayList<>();
        Map<Integer, Subscription> model = new LinkedHashMap<>();
        List<Object> owners = new ArrayList<>();
        try (Hub<Integer> hub = hub(1 << 20, random.nextBoolean())) {
            int steps = Math.min(3_000, about * 6 + 50);
            int jump = about > 1_000 ? 4 : 1;
            for (int step = 0; step < steps; step++) {
                int number = step;
                boolean more = random.nextInt(about) * 2 >= model.size() || model.isEmpty();
                for (int i = 0; i < jump; i++) {
                    int id = number * jump + i;
                    if (more && random.nextInt(10) != 0) {
                        if (random.nextInt(4) == 0) {
                            Object owner = new Object();
                            owners.add(owner);
                            model.put(id, hub.onWeak(owner, (any, value) -> heard.add(id)));
                        } else {
                            model.put(id, hub.on(value -> heard.add(id)));
                        }
                    } else if (!model.isEmpty()) {
                        Integer key = new ArrayList<>(model.keySet()).get(random.nextInt(model.size()));
                        Subscription gone = model.remove(key);
                        gone.close();
                        assertTrue(!gone.isOpen(), what);
                    }
                }
                assertTrue(hub.invariantsHold(), () -> what + ", step " + number);
                assertEquals(model.size(), hub.size(), what);
                if (random.nextInt(8) == 0) {
                    heard.clear();
                    assertEquals(model.size(), hub.emit(step), what);
                    assertEquals(new ArrayList<>(model.keySet()), heard, what);
                }
            }
        }
        assertTrue(model.values().stream().noneMatch(Subscription::isOpen), what);
        assertTrue(owners.size() >= 0, what);
    }

    @Test
    void takesNoMoreRoomForManyThatComeAndGo() {
        try (Hub<Integer> hub = hub(100, true)) {
            List<Subscription> open = new ArrayList<>();
            for (int i = 0; i < 100_000; i++) {
                open.add(hub.on(value -> {}));
                if (open.size() == 100) {
                    open.remove(i % 100).close();
                }
            }
            assertTrue(hub.invariantsHold());
            assertEquals(99, hub.emit(1));
        }
    }

    @Test
    void givesTheCellOfEachDeliveryBack() {
        try (Hub<Integer> hub = hub(100, true)) {
            Flights flights = hub.flights();
            int before = flights.capacity();
            hub.on(value -> {
                if (value > 0) {
                    hub.emit(value - 1);
                } else {
                    throw new IllegalStateException();
                }
            });
            for (int depth : new int[] {0, 1, 2, 3, 100}) {
                try {
                    hub.emit(depth);
                } catch (RuntimeException expected) {
                    assertTrue(flights.isIdle(), () -> "at depth " + depth);
                }
            }
            assertTrue(flights.capacity() > before, "blocks were added");
            assertTrue(flights.capacity() < 1_000, "and not too many");
        }
    }
}
