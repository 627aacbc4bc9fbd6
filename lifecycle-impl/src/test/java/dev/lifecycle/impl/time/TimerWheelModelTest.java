package dev.lifecycle.impl.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The wheel beside a sorted map, driven by hand: the same is pending after each step, and what is due fires. */
@Timeout(60)
class TimerWheelModelTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final int NODES = 300;

    private final VirtualTime time = new VirtualTime(Long.MAX_VALUE - 5 * SECOND);
    private Wheel wheel = new Wheel(time, 100, null, 4);
    private final TreeMap<Long, List<Node>> model = new TreeMap<>(); // by how long after the start, saturated
    private final List<Node> fired = new ArrayList<>();
    private final Node[] nodes = new Node[NODES];
    private int pending;
    private long now; // since the start

    private final class Node extends WheelNode {
        boolean isIn;
        boolean inOrder; // not what was due at once, or after a leap
        long at;

        @Nullable
        Runnable then;

        @Override
        protected Wheel wheel() {
            return wheel;
        }

        @Override
        protected void fire() {
            assertTrue(isIn, "fired, but not pending");
            assertTrue(at <= now, () -> "fired " + (at - now) + " ns early");
            leave(this);
            if (inOrder) {
                fired.add(this);
            }
            if (then != null) {
                then.run();
            }
        }
    }

    private void enter(Node node, long at) {
        node.isIn = true;
        node.inOrder = at > now && at - now < 1L << 60;
        node.at = at;
        model.computeIfAbsent(at, moment -> new ArrayList<>()).add(node);
        pending++;
    }

    private void leave(Node node) {
        node.isIn = false;
        List<Node> same = model.get(node.at);
        same.remove(node);
        if (same.isEmpty()) {
            model.remove(node.at);
        }
        pending--;
    }

    private void advance(long nanos) {
        time.advance(Duration.ofNanos(nanos));
        now += nanos;
    }

    /** As the sweeper does: calls check() while it asks for it at once. */
    private void fireDue() {
        fired.clear();
        while (true) {
            long until = wheel.untilWake();
            if (until != 0) {
                break;
            }
            wheel.check(time.nanos());
        }
        long late = now - (1 << 20);
        assertTrue(model.isEmpty() || model.firstKey() > late, "a node is late");
        for (int i = 1; i < fired.size(); i++) {
            int which = i;
            assertTrue(
                    fired.get(i - 1).at - fired.get(i).at < 2 << 20,
                    () -> "the order of the moments: " + fired.get(which - 1).at + " then " + fired.get(which).at
                            + " at " + now);
        }
    }

    private static long delay(Random random) {
        return switch (random.nextInt(10)) {
            case 0 -> 0;
            case 1 -> random.nextInt(3);
            case 2 -> Long.MAX_VALUE;
            case 3 -> random.nextLong() >>> 2 + random.nextInt(40);
            case 4 -> (1L << 20 + 6 * random.nextInt(7)) - random.nextInt(2);
            default -> random.nextInt(1 << 10 + random.nextInt(20));
        };
    }

    @Test
    void doesWhatASortedMapDoes() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 20; round++) {
            run(random, 50_000, "seed " + seed);
            wheel.cancelAll();
            wheel = new Wheel(time, 1 + random.nextInt(120), null, 1 << random.nextInt(3));
            if (round % 2 == 0) { // so that its own time is about to wrap
                time.advance(Duration.ofNanos(Long.MAX_VALUE / 2));
                time.advance(Duration.ofNanos(Long.MAX_VALUE / 2 - 5 * SECOND));
            }
            model.clear();
            pending = 0;
            now = 0;
        }
    }

    private void run(Random random, int steps, String seed) {
        int bound = bound();
        for (int i = 0; i < NODES; i++) {
            nodes[i] = new Node();
        }
        for (int step = 0; step < steps; step++) {
            Node node = nodes[random.nextInt(NODES)];
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> schedule(node, delay(random), bound);
                case 3 -> {
                    assertEquals(node.isIn, wheel.cancel(node), seed);
                    if (node.isIn) {
                        leave(node);
                    }
                }
                case 4, 5 -> {
                    long delay = delay(random);
                    assertEquals(node.isIn, wheel.rearm(node, delay), seed);
                    if (node.isIn) {
                        boolean wasInOrder = node.inOrder;
                        leave(node);
                        enter(node, moment(delay));
                        node.inOrder &= wasInOrder; // it may be where it was
                    }
                }
                case 6 -> {
                    boolean leap = random.nextInt(100) == 0 && now < 1L << 61; // or the model's sums overflow
                    advance(leap ? random.nextLong() >>> 4 + random.nextInt(30) : random.nextInt(1 << 24));
                    if (random.nextInt(4) > 0) { // else the timer thread got no processor
                        fireDue();
                    }
                }
                default -> {
                    if (step % 16 == 0) {
                        assertTrue(wheel.invariantsHold(), seed);
                    }
                }
            }
            assertEquals(pending, wheel.pending(), seed);
        }
        fireDue();
        assertTrue(wheel.invariantsHold(), seed);
    }

    private int bound() {
        int taken = 0;
        List<Node> all = new ArrayList<>();
        while (true) {
            Node node = new Node();
            if (!wheel.schedule(node, SECOND)) {
                break;
            }
            all.add(node);
            taken++;
        }
        all.forEach(wheel::cancel);
        return taken;
    }

    private long moment(long delay) {
        return now + Math.min(delay, (1L << 62) - (2 << 20));
    }

    private void schedule(Node node, long delay, int bound) {
        if (node.isIn) {
            try {
                wheel.schedule(node, delay);
                throw new AssertionError("scheduled twice");
            } catch (IllegalStateException expected) {
                return;
            }
        }
        boolean took = wheel.schedule(node, delay);
        assertEquals(pending < bound, took);
        if (took) {
            enter(node, moment(delay));
        }
    }

    @Test
    void takesExactlyAsManyAsItMay() {
        for (int max : new int[] {1, 2, 3, 5, 31, 32, 33, 1_000}) {
            wheel = new Wheel(time, max, null, 32);
            assertEquals(max, bound());
            assertFalse(wheel.schedule(new Node(), 1) && wheel.pending() > max);
        }
    }
}
