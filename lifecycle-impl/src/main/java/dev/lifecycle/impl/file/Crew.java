package dev.lifecycle.impl.file;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** The threads of a run: its caller, and others that it starts when there is something to do for them. They work in rounds, and meet at the end of each. */
final class Crew implements AutoCloseable {
    /*
     * All of it is guarded by `lock`. Work is done without it.
     *   I1  0 <= busy <= helpers.size(); a helper is busy from the beginning of a round until it has done its work.
     *   I2  a round begins only when nobody is busy; so what helpers did in one happens-before what the caller does after it.
     *   I3  once closed no round begins, and helpers end.
     */
    private final String name;
    private final int size;
    private final IntConsumer work; // is given who does it: 0 is the caller
    private final Runnable stop; // ends the run: the caller was interrupted while it waited, or one of them failed
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition begin = lock.newCondition();
    private final Condition done = lock.newCondition();
    private final List<Thread> helpers = new ArrayList<>();
    private long round;
    private int busy;
    private int wanted; // how many helpers work in this round; the others are done at once
    private boolean closed;
    private @Nullable Throwable failure; // of a helper, the first one

    Crew(String name, int size, IntConsumer work, Runnable stop) {
        this.name = name;
        this.size = size;
        this.work = work;
        this.stop = stop;
    }

    /** Works with all, {@code most} at once, and returns when all are done. {@code first} is done by the caller before that, while the others begin. Throws what any of them threw. */
    void round(int most, Runnable first) {
        int others = Math.min(most, size) - 1;
        if (others > 0) {
            start(others);
        }
        Throwable thrown = null;
        try {
            first.run();
            work.accept(0);
        } catch (Throwable ofCaller) {
            thrown = ofCaller;
            stop.run(); // the others are to end as well
        }
        if (others > 0) {
            Throwable ofOthers = await();
            if (thrown == null) {
                thrown = ofOthers;
            } else if (ofOthers != null && ofOthers != thrown) {
                thrown.addSuppressed(ofOthers);
            }
        }
        if (thrown instanceof Error error) {
            throw error;
        }
        if (thrown instanceof RuntimeException unchecked) {
            throw unchecked;
        }
    }

    private void start(int others) {
        lock.lock();
        try {
            while (helpers.size() < size - 1) {
                int number = helpers.size() + 1;
                Thread helper = new Thread(() -> help(number), "lifecycle-files-" + name + "-" + number);
                helper.setDaemon(true);
                helper.start();
                helpers.add(helper);
            }
            round++;
            busy = helpers.size();
            wanted = others;
            begin.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void help(int number) {
        long last = 0;
        while (true) {
            boolean takesPart;
            lock.lock();
            try {
                while (round == last && !closed) {
                    begin.awaitUninterruptibly();
                }
                if (round == last) {
                    return; // closed, and all rounds done
                }
                last = round;
                takesPart = number <= wanted;
            } finally {
                lock.unlock();
            }
            Throwable thrown = null;
            try {
                if (takesPart) {
                    work.accept(number);
                }
            } catch (Throwable failed) {
                thrown = failed;
                stop.run();
            } finally {
                finish(thrown);
            }
        }
    }

    private void finish(@Nullable Throwable thrown) {
        lock.lock();
        try {
            if (failure == null) {
                failure = thrown;
            }
            busy--;
            if (busy == 0) {
                done.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the helpers; an interrupt is told, and kept for later. */
    private @Nullable Throwable await() {
        boolean heard = false;
        try {
            while (true) {
                lock.lock();
                try {
                    while (busy > 0) {
                        done.await();
                    }
                    return failure;
                } catch (InterruptedException now) {
                    heard = true;
                } finally {
                    lock.unlock();
                }
                stop.run();
            }
        } finally {
            if (heard) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Interrupts the helpers that are busy; the caller's interrupt flag is its own. */
    void interrupt() {
        lock.lock();
        try {
            if (busy > 0) {
                helpers.forEach(Thread::interrupt);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends the helpers, which are not busy, and waits for them. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            begin.signalAll();
        } finally {
            lock.unlock();
        }
        boolean heard = false;
        for (Thread each : helpers) {
            while (each.isAlive()) {
                try {
                    each.join();
                } catch (InterruptedException later) {
                    heard = true;
                }
            }
        }
        if (heard) {
            Thread.currentThread().interrupt();
        }
    }

    boolean invariantsHold() {
        lock.lock();
        try {
            return busy >= 0 && busy <= helpers.size() && helpers.size() < size;
        } finally {
            lock.unlock();
        }
    }
}
