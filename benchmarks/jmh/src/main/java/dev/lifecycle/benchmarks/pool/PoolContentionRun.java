package dev.lifecycle.benchmarks.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;
import java.util.logging.LogManager;
import java.util.stream.LongStream;

/**
 * Measures how long threads wait that are twice as many as the resources: four on two, each resource held for 50 us, then given back
 * and asked for again at once. In a JVM of its own.
 *
 * <p>The peers take turns, a second each, so that what else the machine does meets them all. A figure is the median of the rounds, the
 * largest wait that of all. A thread that starves asks less often, so that a pool which lets two of four starve has short waits and many
 * cycles. Two figures see those, too: {@code p999SteadyMicros} is the wait of somebody who comes at any time, as if each thread had
 * asked every 100 us, also while it waited; {@code leastShare} is what the thread got that got least, 1 being its fair part.
 *
 * <p>Prints lines {@code peer.hold.name figure}. Goal G4. Run it with {@code -Xmx1g}.
 */
public final class PoolContentionRun {
    private static final int THREADS = 4;
    private static final int RESOURCES = 2;
    private static final long HOLD = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long STEADY = HOLD * THREADS / RESOURCES;
    private static final long ROUND = TimeUnit.SECONDS.toNanos(1);
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final double MICROS = 1e3;
    private static final double SECOND = 1e9;

    private static final List<Pooled.Peer> PEERS = List.of(
            Pooled.Peer.LIFECYCLE,
            Pooled.Peer.LIFECYCLE_FIFO,
            Pooled.Peer.HIKARI_BAG,
            Pooled.Peer.STORMPOT,
            Pooled.Peer.COMMONS_POOL2,
            Pooled.Peer.COMMONS_POOL2_FAIR,
            Pooled.Peer.SEMAPHORE_QUEUE,
            Pooled.Peer.SEMAPHORE_QUEUE_FAIR,
            Pooled.Peer.ARRAY_BLOCKING_QUEUE,
            Pooled.Peer.ARRAY_BLOCKING_QUEUE_FAIR);

    private PoolContentionRun() {}

    /** What a holder does. */
    private enum Hold {
        /** It works: with two of them, both of two processors are busy, and who gives back may have to wait for one. */
        SPIN {
            @Override
            void forNanos(long nanos) {
                for (long start = System.nanoTime(); System.nanoTime() - start < nanos; ) {
                    Thread.onSpinWait();
                }
            }
        },
        /** It waits, as for a database: some 50 us longer, since no thread parks for less. */
        PARK {
            @Override
            void forNanos(long nanos) {
                long start = System.nanoTime();
                for (long left = nanos; left > 0; left = nanos - (System.nanoTime() - start)) {
                    LockSupport.parkNanos(left); // comes back at once where a pool left a permit behind
                }
            }
        };

        abstract void forNanos(long nanos);
    }

    /**
     * What a round found.
     *
     * @param waits of each cycle, sorted
     * @param nanos the time it took
     * @param least how many cycles were those of the thread that had the fewest
     */
    private record Round(long[] waits, long nanos, int least) {
        double quantile(double q) {
            return quantile(waits, q);
        }

        double steadyQuantile(double q) {
            LongStream all = Arrays.stream(waits)
                    .flatMap(wait -> LongStream.iterate(wait, left -> left == wait || left > 0, left -> left - STEADY));
            return quantile(all.sorted().toArray(), q);
        }

        private static double quantile(long[] sorted, double q) {
            return sorted[(int) Math.min(sorted.length - 1, (long) (sorted.length * q))] / MICROS;
        }

        double perSecond() {
            return waits.length * SECOND / nanos;
        }

        double leastShare() {
            return (double) least * THREADS / waits.length;
        }
    }

    /**
     * Runs it.
     *
     * @param args how many rounds each peer has, and which peers; five, and all, where there is none
     */
    public static void main(String[] args) throws Exception {
        LogManager.getLogManager().reset(); // all is lent out: a pool that says so may, but not here
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        List<Pooled.Peer> peers = args.length > 1
                ? Arrays.stream(args).skip(1).map(Pooled.Peer::valueOf).toList()
                : PEERS;
        for (Hold hold : Hold.values()) {
            Map<Pooled.Peer, List<Round>> found = new EnumMap<>(Pooled.Peer.class);
            for (int i = 0; i <= rounds; i++) {
                for (Pooled.Peer peer : peers) {
                    Round round = round(peer, hold);
                    if (i > 0) { // the first one warms up
                        found.computeIfAbsent(peer, none -> new ArrayList<>()).add(round);
                    }
                }
            }
            found.forEach((peer, of) -> print(peer + "." + hold + ".", of));
        }
    }

    private static void print(String prefix, List<Round> rounds) {
        print(prefix + "p50Micros", rounds, round -> round.quantile(0.5));
        print(prefix + "p99Micros", rounds, round -> round.quantile(0.99));
        print(prefix + "p999Micros", rounds, round -> round.quantile(0.999));
        print(prefix + "p999SteadyMicros", rounds, round -> round.steadyQuantile(0.999));
        System.out.println(prefix + "maxMicros "
                + rounds.stream().mapToDouble(round -> round.quantile(1)).max().orElseThrow());
        print(prefix + "perSecond", rounds, Round::perSecond);
        print(prefix + "leastShare", rounds, Round::leastShare);
    }

    private static void print(String name, List<Round> rounds, ToDoubleFunction<Round> figure) {
        double[] all = rounds.stream().mapToDouble(figure).sorted().toArray();
        System.out.println(name + " " + all[all.length / 2]);
    }

    private static Round round(Pooled.Peer peer, Hold hold) throws Exception {
        Worker[] workers = new Worker[THREADS];
        long nanos;
        try (Pooled pool = peer.open(RESOURCES, LIMIT)) {
            CountDownLatch go = new CountDownLatch(1);
            for (int i = 0; i < THREADS; i++) {
                workers[i] = new Worker(pool, hold, go);
                workers[i].start();
            }
            long start = System.nanoTime();
            go.countDown();
            TimeUnit.NANOSECONDS.sleep(ROUND);
            for (Worker worker : workers) {
                worker.over = true;
            }
            nanos = System.nanoTime() - start;
            for (Worker worker : workers) {
                worker.join();
                if (worker.failure != null) {
                    throw worker.failure;
                }
            }
        }
        long[] waits =
                Arrays.stream(workers).flatMapToLong(Worker::waits).sorted().toArray();
        int least =
                Arrays.stream(workers).mapToInt(worker -> worker.count).min().orElseThrow();
        return new Round(waits, nanos, least);
    }

    /** Takes, holds, gives back. */
    private static final class Worker extends Thread {
        private final Pooled pool;
        private final Hold hold;
        private final CountDownLatch go;
        private final long[] waits = new long[(int) (4 * ROUND / HOLD)];
        private int count;
        private Exception failure; // read once it has ended
        volatile boolean over;

        Worker(Pooled pool, Hold hold, CountDownLatch go) {
            super("worker");
            this.pool = pool;
            this.hold = hold;
            this.go = go;
        }

        @Override
        public void run() {
            try {
                go.await();
                while (!over) {
                    long start = System.nanoTime();
                    Object taken = pool.take();
                    waits[count++] = System.nanoTime() - start;
                    if (taken == null) {
                        throw new IllegalStateException("nothing within " + LIMIT);
                    }
                    hold.forNanos(HOLD);
                    pool.give(taken);
                }
            } catch (Exception unexpected) {
                failure = unexpected;
            }
        }

        LongStream waits() {
            return Arrays.stream(waits, 0, count);
        }
    }
}
