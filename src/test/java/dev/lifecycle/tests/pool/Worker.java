package dev.lifecycle.tests.pool;

import java.util.concurrent.atomic.AtomicInteger;

/** What the recyclers of these tests replace. */
final class Worker {
    final int number;
    final AtomicInteger uses = new AtomicInteger();
    final AtomicInteger users = new AtomicInteger(); // at this moment
    final AtomicInteger ends = new AtomicInteger();
    volatile boolean warm;

    Worker(int number) {
        this.number = number;
    }

    boolean isEnded() {
        return ends.get() > 0;
    }

    @Override
    public String toString() {
        return "worker " + number;
    }
}
