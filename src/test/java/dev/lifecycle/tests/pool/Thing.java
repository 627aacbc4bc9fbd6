package dev.lifecycle.tests.pool;

import java.util.concurrent.atomic.AtomicInteger;

/** What the pools of these tests lend out. */
final class Thing {
    final int number;
    final AtomicInteger validations = new AtomicInteger();
    final AtomicInteger resets = new AtomicInteger();
    final AtomicInteger ends = new AtomicInteger();
    final AtomicInteger aborts = new AtomicInteger();
    final AtomicInteger calls = new AtomicInteger(); // of the factory, going on now
    volatile boolean broken;

    Thing(int number) {
        this.number = number;
    }

    boolean isEnded() {
        return ends.get() > 0;
    }

    @Override
    public String toString() {
        return "thing " + number;
    }
}
