package dev.lifecycle.impl.health;

import dev.lifecycle.impl.time.Daemons;
import dev.lifecycle.impl.time.Sweeper;
import dev.lifecycle.time.TimeSource;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The threads of a server: each reads a request from its connection, and answers it.
 *
 * <p>The JDK's server reads without a time limit, unless a system property sets one for all servers of the process. But it reads from an interruptible channel: to interrupt the thread closes the
 * connection, which is how one that takes too long is cut. That is when its time is over; or, while others wait for a thread, a quarter of a second after it began to send its request.
 */
final class Crew implements Executor {
    /*
     * A turn is in `turns` while its thread is at it. over, read and changed under the lock of the turn, makes sure that an interrupt meets the turn it is meant for: who ends it, ends with the
     * interrupt taken back. `watched` is true while the sweeper calls watch(), or is about to: it is set before the sweeper is told, and cleared by watch() before the second look.
     */
    private static final int SPARE = 8; // threads that only read, and say that all others are busy
    private static final int MOST_WAITING = 1_000;
    private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LINGER_SECONDS = 5;

    private final String name;
    private final long timeoutNanos;
    private final BlockingQueue<Runnable> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final ThreadPoolExecutor threads;
    private final Map<Thread, Turn> turns = new ConcurrentHashMap<>();
    private final AtomicBoolean watched = new AtomicBoolean();
    private final AtomicLong cut = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final Sweeper.Check watch = this::watch; // one object: the sweeper knows it by identity

    /** One request on its thread. */
    final class Turn {
        private final Thread thread = Thread.currentThread();
        private final long since = System.nanoTime();
        private volatile long limit = timeoutNanos; // its own thread changes it
        private volatile boolean reading = true;
        private boolean over;

        /** Says that the request is read. */
        void answers() {
            reading = false;
        }

        /** Gives it so much more time, once. */
        void extend(long nanos) {
            limit = timeoutNanos + nanos;
        }

        private synchronized void cut() {
            if (!over) {
                over = true;
                thread.interrupt();
                cut.incrementAndGet();
            }
        }

        private synchronized void end() {
            over = true;
            Thread.interrupted();
        }
    }

    Crew(String name, int most, long timeoutNanos) {
        this.name = name;
        this.timeoutNanos = timeoutNanos;
        int all = most + SPARE;
        threads = new ThreadPoolExecutor(
                all, all, LINGER_SECONDS, TimeUnit.SECONDS, waiting, body -> Daemons.thread(name, body));
        threads.allowCoreThreadTimeOut(true);
    }

    /** Called by the thread of the JDK's server that waits for all connections. */
    @Override
    public void execute(Runnable exchange) {
        Thread dispatcher = Thread.currentThread();
        if (!dispatcher.getName().equals(name)) {
            dispatcher.setName(name);
        }
        try {
            threads.execute(() -> run(exchange));
            look();
        } catch (RejectedExecutionException full) {
            refuse(exchange);
        }
    }

    private void run(Runnable exchange) {
        Turn turn = new Turn();
        turns.put(turn.thread, turn);
        look();
        try {
            exchange.run();
        } finally {
            turns.remove(turn.thread);
            turn.end();
        }
    }

    /** Closes the connection of an exchange: it reads on a thread that is interrupted, which closes the channel. */
    private void refuse(Runnable exchange) {
        refused.incrementAndGet();
        Thread.currentThread().interrupt();
        try {
            exchange.run();
        } finally {
            Thread.interrupted();
        }
    }

    /** The turn of the calling thread; null on a thread that is none of ours. */
    @Nullable
    Turn current() {
        return turns.get(Thread.currentThread());
    }

    private void look() {
        if (watched.compareAndSet(false, true)) {
            Sweeper.of(TimeSource.system()).add(watch, LOOK_NANOS);
        }
    }

    private long watch(long now) {
        if (turns.isEmpty() && waiting.isEmpty()) {
            watched.set(false);
            boolean idle = turns.isEmpty() && waiting.isEmpty();
            return idle || !watched.compareAndSet(false, true) ? Sweeper.Check.DONE : LOOK_NANOS;
        }
        boolean crowded = !waiting.isEmpty();
        long reading = System.nanoTime();
        for (Turn turn : turns.values()) {
            long limit = crowded && turn.reading ? Math.min(GRACE_NANOS, turn.limit) : turn.limit;
            if (reading - turn.since >= limit) {
                turn.cut();
            }
        }
        return LOOK_NANOS;
    }

    int threads() {
        return threads.getPoolSize();
    }

    /** How many connections were cut since they took too long. */
    long cut() {
        return cut.get();
    }

    /** How many connections were closed since too many waited. */
    long refused() {
        return refused.get();
    }

    /** Ends all turns, and waits for them, unless this is one. */
    void stop() {
        threads.shutdownNow();
        if (current() == null) {
            boolean interrupted = Thread.interrupted();
            try {
                threads.awaitTermination(1, TimeUnit.SECONDS);
            } catch (InterruptedException enough) {
                interrupted = true;
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
