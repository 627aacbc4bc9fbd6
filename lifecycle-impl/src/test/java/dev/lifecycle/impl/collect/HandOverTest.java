package dev.lifecycle.impl.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The queue to the one who has the lock: bounded, in order, and nothing stays in it. */
class HandOverTest {

    /** Steps: so many offers if positive, polls if negative. */
    @Property(tries = 300)
    void behavesAsABoundedQueue(@ForAll @Size(max = 40) List<Byte> steps) {
        HandOver queue = new HandOver();
        ArrayDeque<Integer> model = new ArrayDeque<>();
        int number = 0;
        for (byte step : steps) {
            for (int i = 0; i < step; i++) {
                boolean fits = model.size() < HandOver.SIZE;
                assertEquals(fits, queue.offer(++number));
                if (fits) {
                    model.add(number);
                }
            }
            for (int i = step; i < 0; i++) {
                assertEquals(model.poll(), poll(queue));
            }
            assertEquals(model.isEmpty(), queue.isEmpty());
            assertEquals(!model.isEmpty(), queue.isReady());
        }
    }

    @Test
    void keepsTheOrderOfEachWriterAndLosesNothing() throws InterruptedException {
        HandOver queue = new HandOver();
        int writers = 4;
        int each = 30_000;
        Thread[] threads = new Thread[writers];
        for (int i = 0; i < writers; i++) {
            int first = i * each;
            threads[i] = new Thread(() -> {
                for (int number = first; number < first + each; number++) {
                    while (!queue.offer(number)) {
                        Thread.yield();
                    }
                }
            });
            threads[i].start();
        }
        int[] next = new int[writers];
        for (int taken = 0; taken < writers * each; ) {
            Object element = poll(queue);
            if (element instanceof Integer number) {
                assertEquals(next[number / each]++, number % each);
                taken++;
            } else {
                Thread.yield();
            }
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertTrue(queue.isEmpty());
        assertFalse(queue.isReady());
        assertNull(poll(queue));
    }

    @Test
    void leavesNothingBehindIfWriterAndHolderBothLookAfterwards() throws InterruptedException {
        HandOver queue = new HandOver();
        ReentrantLock lock = new ReentrantLock();
        AtomicInteger taken = new AtomicInteger();
        Runnable look = () -> {
            while (queue.isReady() && lock.tryLock()) {
                while (poll(queue) != null) {
                    taken.incrementAndGet();
                }
                lock.unlock();
            }
        };
        int rounds = 20_000;
        AtomicInteger arrived = new AtomicInteger();
        Runnable writer = () -> {
            for (int round = 1; round <= rounds; round++) {
                if (lock.tryLock()) {
                    taken.incrementAndGet();
                    lock.unlock();
                } else {
                    assertTrue(queue.offer(round));
                }
                look.run();
                arrived.incrementAndGet();
                while (arrived.get() < 2 * round) {
                    Thread.onSpinWait();
                    if (arrived.get() < 2 * round) {
                        Thread.yield();
                    }
                }
                if (taken.get() < 2 * round) {
                    throw new AssertionError("round " + round + ": " + taken);
                }
            }
        };
        Thread other = new Thread(writer);
        other.start();
        writer.run();
        other.join();
        assertEquals(2 * rounds, taken.get());
        assertTrue(queue.isEmpty());
    }

    private static @Nullable Object poll(HandOver queue) {
        Object element = queue.peek();
        if (element != null) {
            queue.drop();
        }
        return element;
    }
}
