package dev.lifecycle.benchmarks.pool;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.LogManager;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Measures how much ten thousand virtual threads get done that share 16 resources, a hundred cycles each. In a JVM of its own; needs
 * JDK 21.
 *
 * <p>A round ends when all is done, or after three seconds with what is done by then; the peers take turns, so that what else the
 * machine does meets them all. A figure is the median of the rounds. Prints lines {@code peer.hold.perSecond figure}. Goal G5. Run it with {@code -Xmx1g}.
 */
public final class VirtualThreadRun {
    private static final int THREADS = 10_000;
    private static final int RESOURCES = 16;
    private static final int CYCLES = 100;
    private static final long TOKENS = 450; // some microsecond
    private static final long PARKED = TimeUnit.MICROSECONDS.toNanos(100);
    private static final long LIMIT = TimeUnit.SECONDS.toNanos(3);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final double SECOND = 1e9;

    private static final List<Pooled.Peer> PEERS = List.of(
            Pooled.Peer.LIFECYCLE, Pooled.Peer.HIKARI_BAG, Pooled.Peer.STORMPOT_NEVER, Pooled.Peer.SEMAPHORE_QUEUE);

    private VirtualThreadRun() {}

    /** What a holder does. */
    private enum Hold {
        /** A microsecond of work. No more resources are in use than there are processors, so nobody ever waits. */
        WORK {
            @Override
            void once() {
                Blackhole.consumeCPU(TOKENS);
            }
        },
        /** The same, and lets others run: then all resources are in use, and nearly all threads wait for one. */
        YIELD {
            @Override
            void once() {
                Blackhole.consumeCPU(TOKENS);
                Thread.yield();
            }
        },
        /** Waits for 100 us, as for a database. How exactly the JDK wakes it limits what any pool can get done. */
        PARK {
            @Override
            void once() {
                long start = System.nanoTime();
                for (long left = PARKED; left > 0; left = PARKED - (System.nanoTime() - start)) {
                    LockSupport.parkNanos(left); // comes back at once where a pool left a permit behind
                }
            }
        };

        abstract void once();
    }

    /**
     * Runs it.
     *
     * @param args how many rounds each peer has, and which peers; three, and all, where there is none
     */
    public static void main(String[] args) throws Exception {
        LogManager.getLogManager().reset(); // all is lent out: a pool that says so may, but not here
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
        List<Pooled.Peer> peers = args.length > 1
                ? Arrays.stream(args).skip(1).map(Pooled.Peer::valueOf).toList()
                : PEERS;
        for (Hold hold : Hold.values()) {
            double[][] found = new double[peers.size()][rounds];
            for (int i = -1; i < rounds; i++) {
                for (int peer = 0; peer < peers.size(); peer++) {
                    double perSecond = round(peers.get(peer), hold);
                    if (i >= 0) { // the first one warms up
                        found[peer][i] = perSecond;
                    }
                }
            }
            for (int peer = 0; peer < peers.size(); peer++) {
                Arrays.sort(found[peer]);
                System.out.println(peers.get(peer) + "." + hold + ".perSecond " + found[peer][rounds / 2]);
            }
        }
    }

    private static double round(Pooled.Peer peer, Hold hold) throws Exception {
        ExecutorService threads = virtualThreads();
        try (Pooled pool = peer.open(RESOURCES, PATIENCE)) {
            CountDownLatch ready = new CountDownLatch(THREADS);
            CountDownLatch go = new CountDownLatch(1);
            AtomicBoolean over = new AtomicBoolean();
            LongAdder done = new LongAdder();
            AtomicReference<Throwable> failure = new AtomicReference<>();
            for (int i = 0; i < THREADS; i++) {
                threads.execute(() -> {
                    ready.countDown();
                    try {
                        go.await();
                        for (int cycle = 0; cycle < CYCLES && !over.get(); cycle++) {
                            cycle(pool, hold, over);
                            done.increment();
                        }
                    } catch (Throwable thrown) {
                        failure.compareAndSet(null, thrown);
                    }
                });
            }
            threads.shutdown();
            ready.await();
            long start = System.nanoTime();
            go.countDown();
            threads.awaitTermination(LIMIT, TimeUnit.NANOSECONDS);
            double perSecond = done.sum() * SECOND / (System.nanoTime() - start);
            over.set(true);
            // Not interrupted: a HikariCP thread that is, never parks again, and keeps the processor from those it
            // waits for.
            if (!threads.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException(peer + " does not come to an end", failure.get());
            }
            if (failure.get() != null) {
                throw new IllegalStateException("a thread of " + peer + " failed", failure.get());
            }
            return perSecond;
        }
    }

    private static void cycle(Pooled pool, Hold hold, AtomicBoolean over) throws Exception {
        Object taken = pool.take();
        if (taken == null) {
            throw new IllegalStateException("nothing within " + PATIENCE);
        }
        if (!over.get()) {
            hold.once();
        }
        pool.give(taken);
    }

    private static ExecutorService virtualThreads() throws ReflectiveOperationException {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (NoSuchMethodException before21) {
            throw new UnsupportedOperationException("needs JDK 21", before21);
        }
    }
}
