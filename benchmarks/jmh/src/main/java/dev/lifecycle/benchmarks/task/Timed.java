package dev.lifecycle.benchmarks.task;

import dev.lifecycle.task.Timeout;
import dev.lifecycle.task.Timer;
import io.netty.util.HashedWheelTimer;
import io.netty.util.TimerTask;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.agrona.DeadlineTimerWheel;

/** A timer of anybody, with room for ten million timeouts. */
public interface Timed extends AutoCloseable {
    /** Does nothing. */
    Runnable ACTION = () -> {};

    /** Whose. */
    enum Peer {
        /** Ours. */
        LIFECYCLE,
        /** Netty's, with a tick of 10 ms: with the default of 100 it falls behind more than a million cancels a second. */
        NETTY,
        /** The JDK's, that removes what is cancelled. */
        STPE,
        /** Agrona's, for one thread; 2^16 slots of a millisecond, 16 timeouts in each to begin with. Polled by nobody. */
        AGRONA,
        /** ForkJoinPool.schedule of JDK 25. */
        FORK_JOIN;

        Timed open() {
            return switch (this) {
                case LIFECYCLE -> new Ours();
                case NETTY -> new Netty();
                case STPE -> new Stpe();
                case AGRONA -> new Agrona();
                case FORK_JOIN -> new ForkJoin();
            };
        }
    }

    /** Schedules that; returns what cancels it. */
    Object schedule(long nanos);

    /** Cancels what was scheduled. */
    boolean cancel(Object timeout);

    @Override
    void close();

    /** See Peer. */
    final class Ours implements Timed {
        private static final Executor SAME = Runnable::run;
        private final Timer timer =
                Timer.builder("benchmark").maxPending(1 << 24).open();

        @Override
        public Object schedule(long nanos) {
            return timer.schedule(Duration.ofNanos(nanos), ACTION, SAME);
        }

        @Override
        public boolean cancel(Object timeout) {
            return ((Timeout) timeout).cancel();
        }

        @Override
        public void close() {
            timer.close();
        }
    }

    /** See Peer. */
    final class Netty implements Timed {
        private static final TimerTask TASK = timeout -> {};
        private final HashedWheelTimer timer = new HashedWheelTimer(daemons(), 10, TimeUnit.MILLISECONDS);

        @Override
        public Object schedule(long nanos) {
            return timer.newTimeout(TASK, nanos, TimeUnit.NANOSECONDS);
        }

        @Override
        public boolean cancel(Object timeout) {
            return ((io.netty.util.Timeout) timeout).cancel();
        }

        @Override
        public void close() {
            timer.stop();
        }
    }

    /** See Peer. */
    final class Stpe implements Timed {
        private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, daemons());

        Stpe() {
            timer.setRemoveOnCancelPolicy(true);
        }

        @Override
        public Object schedule(long nanos) {
            return timer.schedule(ACTION, nanos, TimeUnit.NANOSECONDS);
        }

        @Override
        public boolean cancel(Object timeout) {
            return ((ScheduledFuture<?>) timeout).cancel(false);
        }

        @Override
        public void close() {
            timer.shutdownNow();
        }
    }

    /** See Peer. */
    final class Agrona implements Timed {
        private final long start = System.nanoTime();
        private final DeadlineTimerWheel timer =
                new DeadlineTimerWheel(TimeUnit.NANOSECONDS, start, 1 << 20, 1 << 16, 16);

        @Override
        public Object schedule(long nanos) {
            return timer.scheduleTimer(System.nanoTime() + nanos);
        }

        @Override
        public boolean cancel(Object timeout) {
            return timer.cancelTimer((Long) timeout);
        }

        @Override
        public void close() {
            timer.clear();
        }
    }

    /** See Peer. */
    final class ForkJoin implements Timed {
        private static final MethodHandle SCHEDULE = find();
        private final ForkJoinPool pool = ForkJoinPool.commonPool();

        private static MethodHandle find() {
            try {
                return MethodHandles.publicLookup()
                        .findVirtual(
                                ForkJoinPool.class,
                                "schedule",
                                MethodType.methodType(
                                        ScheduledFuture.class, Runnable.class, long.class, TimeUnit.class));
            } catch (ReflectiveOperationException before25) {
                throw new UnsupportedOperationException("needs JDK 25", before25);
            }
        }

        @Override
        public Object schedule(long nanos) {
            try {
                return (ScheduledFuture<?>) SCHEDULE.invokeExact(pool, ACTION, nanos, TimeUnit.NANOSECONDS);
            } catch (Throwable unexpected) {
                throw new IllegalStateException(unexpected);
            }
        }

        @Override
        public boolean cancel(Object timeout) {
            return ((Future<?>) timeout).cancel(false);
        }

        @Override
        public void close() {}
    }

    private static ThreadFactory daemons() {
        return body -> {
            Thread thread = new Thread(body, "peer");
            thread.setDaemon(true);
            return thread;
        };
    }
}
