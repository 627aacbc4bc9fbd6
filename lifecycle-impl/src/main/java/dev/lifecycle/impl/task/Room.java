package dev.lifecycle.impl.task;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Those who wait to submit, since the queue is full. */
final class Room {
    /*
     * Who makes room wakes the first one; who leaves wakes the next one, whether it found room or not: so that two rooms made at once
     * are not both told to the same one only. Nobody is lost: who waits counts itself before it tries, who makes room does so before
     * it looks (Dekker; the counter is volatile, and the lock of a lane is).
     */
    private final Manager manager;
    private final ConcurrentLinkedQueue<Thread> threads = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();

    Room(Manager manager) {
        this.manager = manager;
    }

    /** Offers {@code task} until it is taken, or refused for another reason than that, or for {@code nanos}, or until interrupted. */
    Lane.Answer await(Task<?> task, long nanos) {
        Thread self = Thread.currentThread();
        long deadline = manager.clock.nanos() + nanos;
        threads.add(self);
        waiting.incrementAndGet();
        try {
            while (true) {
                Lane.Answer answer = manager.offer(task);
                if (answer != Lane.Answer.FULL || self.isInterrupted() || deadline - manager.clock.nanos() <= 0) {
                    return answer;
                }
                manager.clock.parkUntil(this, deadline);
            }
        } finally {
            threads.remove(self);
            waiting.decrementAndGet();
            made();
        }
    }

    /** There may be room. */
    void made() {
        if (waiting.get() > 0) {
            Thread first = threads.peek();
            if (first != null) {
                manager.clock.unpark(first);
            }
        }
    }

    /** All must look again: it is closed. */
    void closed() {
        threads.forEach(manager.clock::unpark);
    }
}
