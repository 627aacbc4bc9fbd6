package dev.lifecycle.impl.leak;

import dev.lifecycle.Kind;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.impl.leak.Stripe.Counts;
import dev.lifecycle.impl.time.SteadyClock;
import dev.lifecycle.impl.tree.Described;
import dev.lifecycle.impl.tree.Reaper;
import dev.lifecycle.leak.LeakDetector;
import dev.lifecycle.leak.LeakListener;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.leak.LeakStats;
import dev.lifecycle.leak.Site;
import dev.lifecycle.spi.LeakDetectorConfig;
import dev.lifecycle.spi.ScopeConfig;
import dev.lifecycle.time.TimeSource;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The leak detector: samples, keeps a {@link Token} for each object it tracks, and reports those that the {@link Reaper}
 * finds collected.
 *
 * @param <T> the type of what is tracked
 */
public sealed class Detector<T> extends Reaper.Client implements LeakDetector<T> permits LibraryDetector {
    /*
     * OPEN -> CLOSING -> CLOSED, in `state`, written under `lock`.
     *
     * `gate` is all that an object which is not sampled looks at:
     *     0       nothing is tracked: closed, or sampling is OFF
     *     n > 0   an object is sampled with probability n / 2^32; 2^32 is ALWAYS
     *     n < 0   the same with -n, and `escalations` is not empty: look there first
     * Volatile; written under `lock` from oneIn, state and escalations, after they changed. A track() that reads an old
     * value samples by the old rate, which is harmless; one that passes the gate of a detector just closed is refused by its
     * stripe (Stripe I4).
     *
     * The sampler is the thread's own generator: two loads, a store to the thread, no sharing. A counter would be
     * cheaper by a nanosecond, but either shared by all threads or found by hashing one, and a pattern in the
     * program could hide from it.
     */
    private static final Kind KIND = new Kind("LeakDetector");
    private static final int MAX_STRIPES = 64;
    private static final long ALWAYS = 1L << 32;
    private static final long GOLDEN =
            0x9E37_79B9_7F4A_7C15L; // 2^64 by the golden ratio: Fibonacci hashing (Knuth, TAOCP 6.4)
    private static final VarHandle RUNG;

    static {
        try {
            RUNG = MethodHandles.lookup().findVarHandle(Detector.class, "rung", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final String name;
    private final Capture capture;
    private final TimeSource clock;
    private final long openedAt;
    private final Stripe[] stripes; // a power of two of them, at least 4
    private final int shift;
    private final Captures captures;
    private final Escalations escalations;
    private final Reports reports = new Reports();
    private final Sinks sinks = new Sinks(this::ring);
    private final @Nullable HeldSweep heldSweep;
    private final AtomicLong heldTooLong = new AtomicLong();
    private final AtomicLong recovered = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private int oneIn; // guarded by lock
    private volatile State state = State.OPEN;
    private volatile long gate;

    /** Whether {@link #answer} was summoned and has not begun. */
    private volatile boolean rung;

    /**
     * Makes a detector.
     *
     * @param config checked by the builder
     */
    public Detector(LeakDetectorConfig config) {
        this(config.type().getName(), config);
    }

    Detector(String name, LeakDetectorConfig config) {
        this.name = name;
        this.capture = config.capture();
        this.clock = SteadyClock.of(config.timeSource());
        this.openedAt = clock.nanos();
        this.captures = new Captures(config.maxCapturesPerSecond(), openedAt);
        this.escalations = new Escalations(config.escalateNanos());
        long limit = config.heldLongerThanNanos();
        this.heldSweep = limit == ScopeConfig.NO_LIMIT ? null : new HeldSweep(this, limit);
        int wanted = Math.min(4 * Runtime.getRuntime().availableProcessors(), MAX_STRIPES);
        this.stripes = new Stripe[Integer.highestOneBit(2 * wanted - 1)];
        this.shift = Long.SIZE - Integer.numberOfTrailingZeros(stripes.length);
        for (int i = 0; i < stripes.length; i++) {
            stripes[i] = new Stripe(this, heldSweep != null);
        }
        this.oneIn = config.oneIn();
        setGate();
    }

    // ---- tracking

    @Override
    public Tracker<T> track(T object) {
        Objects.requireNonNull(object, "object");
        long seen = gate;
        if (seen != ALWAYS && (seen == 0 || seen > 0 && misses(seen))) {
            return tracker(Token.NONE);
        }
        return tracker(sample(object, null, seen));
    }

    @Override
    public Tracker<T> track(T object, Site site) {
        Objects.requireNonNull(object, "object");
        Objects.requireNonNull(site, "site");
        long seen = gate;
        if (seen != ALWAYS && (seen == 0 || seen > 0 && misses(seen))) {
            return tracker(Token.NONE);
        }
        return tracker(sample(object, site, seen));
    }

    @SuppressWarnings("unchecked") // a Token takes any object, and checks that it is the right one
    private Tracker<T> tracker(Token token) {
        return (Tracker<T>) (Tracker<?>) token;
    }

    private static boolean misses(long odds) {
        return (ThreadLocalRandom.current().nextInt() & 0xffff_ffffL) >= odds;
    }

    /** The part of track() beyond the gate. */
    private Token sample(Object object, @Nullable Site site, long seen) {
        boolean suspect =
                seen < 0 && isSuspect(site != null ? site : object.getClass().getName());
        if (seen < 0 && !suspect && misses(-seen)) {
            return Token.NONE;
        }
        return begin(object, site, suspect || capture == Capture.STACK);
    }

    /** Tracks {@code object} whatever the rate, but for OFF; its stack is captured if it is sampled, or a suspect. */
    final Token always(Object object, Described what) {
        long seen = gate;
        if (seen == 0) {
            return Token.NONE;
        }
        boolean withStack = seen < 0 && isSuspect(key(what)) || capture == Capture.STACK && !misses(Math.abs(seen));
        return begin(object, what, withStack);
    }

    private Token begin(Object object, @Nullable Object about, boolean withStack) {
        Origin origin = null;
        long now = 0;
        if (withStack || heldSweep != null) {
            now = clock.nanos();
            Trace trace = withStack && captures.permit(now) ? new Trace() : null;
            origin = trace != null || heldSweep != null ? new Origin(now, trace) : null;
        }
        Stripe home = stripe();
        Token token = new Token(object, home, about, origin);
        if (!home.add(token, now)) {
            return Token.NONE;
        }
        watch(); // after the lock of add(): see Reaper
        if (heldSweep != null) {
            heldSweep.watch();
        }
        Reference.reachabilityFence(object); // not collected before it is in its slot
        return token;
    }

    private Stripe stripe() {
        long id = Thread.currentThread().getId();
        int i = (int) (id * GOLDEN >>> shift); // threads made one after the other get distant stripes
        Stripe home = stripes[i];
        return home.isBusy() ? stripes[i + 1 & stripes.length - 1] : home;
    }

    // ---- suspects

    private boolean isSuspect(Object key) {
        if (!escalations.mayContain(key) && (ThreadLocalRandom.current().nextInt() & 63) != 0) {
            return false; // no clock read for most
        }
        long now = clock.nanos();
        if (escalations.needsPruning(now)) {
            escalations.prune(now);
            setGate();
        }
        return escalations.contains(key, now);
    }

    private static Object key(Described what) {
        Site site = what.site();
        return site != null ? site : Describer.safe(what::label);
    }

    private static Object key(Token token) {
        Object about = token.about;
        Class<?> type = token.type;
        return about instanceof Described what ? key(what) : about != null ? about : type != null ? type.getName() : "";
    }

    private void suspect(Object key, long now) {
        escalations.add(key, now);
        if (gate > 0 && !escalations.isEmpty()) {
            setGate();
        }
    }

    private void setGate() {
        lock.lock();
        try {
            long odds = oneIn == OFF || state != State.OPEN ? 0 : ALWAYS / oneIn;
            gate = escalations.isEmpty() ? odds : -odds;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void sampling(int oneIn) {
        if (oneIn < 0) {
            throw new IllegalArgumentException(
                    "oneIn is " + oneIn + "; it must be at least 1, or LeakDetector.OFF to track nothing");
        }
        lock.lock();
        try {
            this.oneIn = oneIn;
            setGate();
        } finally {
            lock.unlock();
        }
    }

    // ---- called by tokens

    final long now() {
        return clock.nanos();
    }

    final TimeSource clock() {
        return clock;
    }

    final @Nullable Trace capture(long now) {
        return captures.permit(now) ? new Trace() : null;
    }

    /** On the reaper thread: {@code token} was ended by the collection of its object. */
    final void leaked(Token token) {
        Reaper.callOut(new Job(() -> {
            long now = clock.nanos();
            suspect(key(token), now);
            add(Describer.report(LeakReport.Kind.COLLECTED_UNCLOSED, token, now));
        }));
    }

    /** On the reaper thread: reports {@code token}, which is overdue. Returns whether this thread still is the reaper. */
    private boolean held(Token token) {
        heldTooLong.incrementAndGet();
        return Reaper.callOut(new Job(() -> {
            long now = clock.nanos();
            suspect(key(token), now);
            add(Describer.report(LeakReport.Kind.HELD_TOO_LONG, token, now));
            if ((token.home().markHeld(token) & Token.CLOSED) != 0) {
                recovered(token);
                token.forgetWhat();
            }
        }));
    }

    /** After {@code token} was both closed and reported as held too long, by the thread that did the second of these. */
    final void recovered(Token token) {
        recovered.incrementAndGet();
        try {
            add(Describer.report(LeakReport.Kind.RECOVERED, token, clock.nanos()));
        } catch (Throwable failure) { // no memory, or a clock that throws: not the trouble of who closes
            reports.drop();
        }
    }

    /** Makes a report, and with it runs what users wrote. */
    private final class Job implements Reaper.CallOut {
        private final Runnable body;

        Job(Runnable body) {
            this.body = body;
        }

        @Override
        public void run() {
            try {
                body.run();
            } catch (Throwable failure) { // no memory, or a clock that throws
                reports.drop();
                throw failure;
            }
        }

        @Override
        public void stuck() {
            sinks.countFailure();
            ring();
        }
    }

    // ---- reports

    /** Adds a report, and lets listeners know soon. */
    final void add(LeakReport report) {
        if (reports.add(report)) {
            ring();
        }
    }

    /** Makes the reaper call {@link #answer} soon. */
    final void ring() {
        if (RUNG.compareAndSet(this, false, true)) {
            try {
                summon(this::answer);
            } catch (Throwable noMemory) {
                rung = false;
                throw noMemory;
            }
        }
    }

    /** On the reaper thread. */
    private void answer() {
        rung = false; // volatile, before looking: who rings from now on is heard again
        if (heldSweep == null || reportOverdue(heldSweep.limit)) {
            sinks.tell(reports);
        }
    }

    private boolean reportOverdue(long limit) {
        long now = clock.nanos();
        for (Stripe stripe : stripes) {
            for (Stripe.Node at = stripe.next(null); at != null; at = stripe.next(at)) {
                Token token = stripe.markOverdue(at, now, limit);
                while (token != null) {
                    if (!held(token)) {
                        return false;
                    }
                    token = stripe.markOverdue(at, now, limit);
                }
            }
        }
        return true;
    }

    /** Returns the nanoseconds until a token is overdue, 0 if one is, or {@link Stripe#NEVER}. */
    final long untilOverdue(long now, long limit) {
        long left = Stripe.NEVER;
        for (Stripe stripe : stripes) {
            for (Stripe.Node at = stripe.next(null); at != null && left > 0; at = stripe.next(at)) {
                left = Math.min(left, stripe.untilOverdue(at, now, limit));
            }
        }
        return left;
    }

    @Override
    protected final boolean isLive() {
        if (rung || sinks.isTelling() || reports.hasUntold()) {
            return true;
        }
        for (Stripe stripe : stripes) {
            if (!stripe.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Registration addListener(LeakListener listener) {
        return sinks.add(Objects.requireNonNull(listener, "listener"));
    }

    @Override
    public List<LeakReport> drain() {
        return reports.drain();
    }

    /** Counts and adds what a scope noticed by itself. */
    final void noticed(LeakReport.Kind kind, Described what, LeakReport report) {
        if (kind == LeakReport.Kind.HELD_TOO_LONG) {
            heldTooLong.addAndGet(report.count());
        } else if (kind == LeakReport.Kind.RECOVERED) {
            recovered.addAndGet(report.count());
        }
        if (kind != LeakReport.Kind.RECOVERED) {
            suspect(key(what), clock.nanos());
        }
        add(report);
    }

    // ---- as a component

    @Override
    public LeakStats stats() {
        Counts counts = counts();
        return new LeakStats(
                counts.opened(),
                counts.open(),
                counts.leaked(),
                heldTooLong.get(),
                recovered.get(),
                captures.count(),
                reports.dropped(),
                sinks.failures());
    }

    final Counts counts() {
        Counts sum = Counts.ZERO;
        for (Stripe stripe : stripes) {
            sum = sum.plus(stripe.counts());
        }
        return sum;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Kind kind() {
        return KIND;
    }

    @Override
    public State state() {
        return state;
    }

    @Override
    public Snapshot snapshot() {
        LeakStats stats = stats();
        Map<String, Object> gauges = new LinkedHashMap<>();
        gauges.put("tracked", stats.tracked());
        gauges.put("open", stats.open());
        gauges.put("leaked", stats.leaked());
        gauges.put("heldTooLong", stats.heldTooLong());
        gauges.put("recovered", stats.recovered());
        gauges.put("captures", stats.captures());
        gauges.put("waitingReports", reports.waiting());
        gauges.put("droppedReports", stats.droppedReports());
        gauges.put("listenerFailures", stats.listenerFailures());
        gauges.put("suspects", escalations.size());
        gauges.put("sampling", sampling());
        Duration age = Duration.ofNanos(Math.max(0, clock.nanos() - openedAt));
        return new Snapshot(0, name, KIND, state, age, gauges, List.of());
    }

    private String sampling() {
        lock.lock();
        try {
            return oneIn == OFF ? "off" : "1/" + oneIn;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock(); // a second call waits for the first
        try {
            if (state == State.OPEN) {
                state = State.CLOSING;
                setGate();
                for (Stripe stripe : stripes) {
                    stripe.shut();
                }
                escalations.clear();
                state = State.CLOSED;
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "LeakDetector[" + name + ", " + state + "]";
    }

    /** Whether the invariants of every part hold, for tests. */
    final boolean invariantsHold() {
        boolean hold = reports.invariantsHold() && escalations.invariantsHold();
        for (Stripe stripe : stripes) {
            hold &= stripe.invariantsHold();
        }
        return hold;
    }
}
