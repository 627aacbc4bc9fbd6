package dev.lifecycle.impl.task;

import dev.lifecycle.Kind;
import dev.lifecycle.Managed;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.impl.scope.Place;
import dev.lifecycle.impl.time.SteadyClock;
import dev.lifecycle.impl.time.Wheel;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.scope.Exit;
import dev.lifecycle.scope.Overrun;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.TimerConfig;
import dev.lifecycle.task.Timeout;
import dev.lifecycle.task.Timer;
import dev.lifecycle.task.TimerClosedException;
import dev.lifecycle.task.TimerFullException;
import dev.lifecycle.time.TimeSource;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A wheel whose nodes go to {@link HandOver} when they are due. */
public final class WheelTimer implements Timer {
    /*
     * queued counts the timeouts from when they are due to when HandOver has taken them out of its queue; dead, those of them that
     * were taken back meanwhile. Both by atomic additions. closed is set before the wheel and the queue are emptied, and read
     * before each hand-over: one that has read false is the one that close() speaks of.
     */
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.task");
    private static final long SHORT_NANOS = TimeUnit.MICROSECONDS.toNanos(20);
    private static final long LONG_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final VarHandle QUEUED;
    private static final VarHandle DEAD;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            QUEUED = lookup.findVarHandle(WheelTimer.class, "queued", int.class);
            DEAD = lookup.findVarHandle(WheelTimer.class, "dead", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final String name;
    private final int maxPending;
    private final TimeSource clock;
    private final Wheel wheel;
    private final @Nullable Place place; // null for the shared one
    private final Managed node;
    private volatile int queued;
    private volatile int dead;
    private final AtomicLong refused = new AtomicLong();
    private final LongAdder cancelled = new LongAdder();
    private volatile boolean closed;

    /** The target of what was cancelled or handed over. */
    final UserTimeout.Target nowhere = new UserTimeout.Target(this, null);

    private WeakReference<UserTimeout.Target> recent = new WeakReference<>(nowhere); // of executors we keep none

    private WheelTimer(TimerConfig config, boolean isShared) {
        name = config.name();
        maxPending = config.maxPending();
        clock = SteadyClock.of(config.timeSource());
        wheel = new Wheel(clock, maxPending);
        if (isShared) {
            place = null;
            node = new SharedNode(this);
        } else {
            place = new Place(name, Kind.TIMER, this::gauges, this::end, clock);
            node = place.node();
        }
    }

    /** See {@link Timer.Builder#open(Scope)}. */
    public static Timer open(TimerConfig config, @Nullable Scope owner) {
        WheelTimer timer = new WheelTimer(config, false);
        if (timer.place != null) {
            timer.place.enter(owner, timer, Timer.class);
        }
        return timer;
    }

    /** See {@link Timer#shared}. */
    public static WheelTimer shared() {
        return SharedHolder.TIMER;
    }

    private static final class SharedHolder {
        static final WheelTimer TIMER =
                new WheelTimer(new TimerConfig("shared", TimerConfig.DEFAULT_MAX_PENDING, TimeSource.system()), true);
    }

    Wheel wheel() {
        return wheel;
    }

    // ---- scheduling

    @Override
    public Timeout schedule(Duration delay, Runnable action, Executor on) {
        long nanos = nanos(delay);
        Objects.requireNonNull(action, "action");
        Objects.requireNonNull(on, "on");
        UserTimeout timeout = new UserTimeout(target(on), action);
        if (queued >= maxPending || !wheel.schedule(timeout, nanos)) {
            throw refusal();
        }
        return timeout;
    }

    private UserTimeout.Target target(Executor on) {
        UserTimeout.Target last = recent.get(); // racy: one more does no harm
        if (last == null || last.executor() != on) {
            last = new UserTimeout.Target(this, on);
            recent = new WeakReference<>(last);
        }
        return last;
    }

    static long nanos(Duration delay) {
        long nanos = TimeUnit.NANOSECONDS.convert(Objects.requireNonNull(delay, "delay")); // saturates
        if (nanos < 0) {
            throw new IllegalArgumentException("delay is " + delay + "; it must not be negative");
        }
        return nanos;
    }

    private RuntimeException refusal() {
        if (place != null && wheel.isClosed()) {
            return new TimerClosedException(place.closed() + "; nothing was scheduled");
        }
        return new TimerFullException("timer " + name + " has " + pending() + " timeouts pending, and may have "
                + maxPending + ". Cancel what is not needed any more, or "
                + (place == null ? "open a timer of your own" : "raise maxPending"));
    }

    // ---- what becomes of timeouts

    /** The moment of {@code timeout} has come. On the timer thread. */
    void isDue(UserTimeout timeout) {
        QUEUED.getAndAdd(this, 1); // volatile
        HandOver.INSTANCE.add(timeout);
    }

    /** One that is due was taken back, and is in the queue still. */
    void tookBack() {
        DEAD.getAndAdd(this, 1); // volatile
    }

    /** One that was taken back has left the queue: {@code byClose}, or before. */
    void dropped(boolean byClose) {
        QUEUED.getAndAdd(this, -1); // volatile
        DEAD.getAndAdd(this, -1); // volatile
        if (byClose) {
            cancelled.increment();
        }
    }

    /** One has left the queue for its executor. */
    void handing() {
        QUEUED.getAndAdd(this, -1); // volatile
    }

    void refused(Executor by, Throwable why) {
        long count = refused.incrementAndGet();
        if (Long.bitCount(count) == 1) { // the first, and at each doubling
            LOG.warn(
                    "timer " + name + ": " + by.getClass().getName() + " refused an action, which is lost; " + count
                            + " so far",
                    why);
        }
    }

    boolean isClosed() {
        return closed;
    }

    // ---- close

    @Override
    public CloseReport close(Duration deadline) {
        long nanos = TimeUnit.NANOSECONDS.convert(Objects.requireNonNull(deadline, "deadline"));
        if (nanos < 0) {
            throw new IllegalArgumentException("deadline is " + deadline + "; it must not be negative");
        }
        long begin = clock.nanos();
        close();
        long pause = SHORT_NANOS;
        while (HandOver.INSTANCE.isHandingOver(this)
                && clock.nanos() - begin < nanos
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(
                    this, pause); // not by the clock: nobody wakes this thread, and one of a test may stand still
            pause = Math.min(pause * 2, LONG_NANOS);
        }
        List<Overrun> overruns = HandOver.INSTANCE.overruns(this);
        Duration took = Duration.ofNanos(clock.nanos() - begin);
        return new CloseReport(new Exit.Unmarked(), cancelled.sum(), 0, List.of(), overruns, took);
    }

    @Override
    public void close() {
        if (place == null) {
            throw sharedStaysOpen();
        }
        place.close();
    }

    private static UnsupportedOperationException sharedStaysOpen() {
        return new UnsupportedOperationException("the shared timer is everybody's and cannot be closed;"
                + " open one of your own with Timer.builder(name).open(scope)");
    }

    /** Called once, when the place closes. */
    private void end() {
        closed = true; // volatile
        cancelled.add(wheel.close());
        HandOver.INSTANCE.cancel(this);
    }

    // ---- what it says

    @Override
    public String name() {
        return name;
    }

    @Override
    public State state() {
        return place == null ? State.OPEN : place.state();
    }

    @Override
    public Managed managed() {
        return node;
    }

    @Override
    public long pending() {
        return wheel.pending() + waiting();
    }

    private int waiting() {
        return Math.max(0, queued - dead);
    }

    /** Returns the name and how full it is, like {@code requests 156/1000}. */
    @Override
    public String toString() {
        return name + " " + pending() + "/" + maxPending;
    }

    /** What the tree shows. */
    private Map<String, Object> gauges() {
        Map<String, Object> gauges = new LinkedHashMap<>();
        gauges.put("pending", pending());
        gauges.put("maxPending", maxPending);
        gauges.put("waiting", waiting());
        gauges.put("refused", refused.get());
        gauges.put("cancelledByClose", cancelled.sum());
        gauges.put("leftBehind", HandOver.INSTANCE.leftBehind());
        return gauges;
    }

    /** The shared timer as a node: in no tree, and never closed. */
    private record SharedNode(WheelTimer timer) implements Managed {
        @Override
        public String name() {
            return timer.name;
        }

        @Override
        public Kind kind() {
            return Kind.TIMER;
        }

        @Override
        public State state() {
            return State.OPEN;
        }

        @Override
        public Snapshot snapshot() {
            return new Snapshot(0, timer.name, Kind.TIMER, State.OPEN, Duration.ZERO, timer.gauges(), List.of());
        }

        @Override
        public void close() {
            throw sharedStaysOpen();
        }

        @Override
        public String toString() {
            return Kind.TIMER + " " + timer.name;
        }
    }
}
