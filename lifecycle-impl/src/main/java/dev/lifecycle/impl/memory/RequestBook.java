package dev.lifecycle.impl.memory;

import dev.lifecycle.impl.time.Daemons;
import dev.lifecycle.impl.tree.RequestIds;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.memory.RequestRecord;
import dev.lifecycle.spi.RequestTrackerConfig;
import dev.lifecycle.time.TimeSource;
import java.lang.ref.WeakReference;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What a request tracker does: begins and ends requests, reads the heap. It does not refer to the tracker, so that one that is dropped is found. */
final class RequestBook {
    /*
     * `flight` has in its low 24 bits how many requests are open, and above how many ever began. A request was alone if there was none as it began, and as it ends none has begun since.
     * The thread `lifecycle-requests-NAME` writes `heap`, and owns `cursor`.
     */
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.memory");
    private static final long READ_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long BEGUN = 1L << 24;
    private static final long OPEN = BEGUN - 1;

    private final RequestTrackerConfig config;
    private final TimeSource clock;
    private final LiveSet live;
    private final LongSupplier used;
    private final WeakReference<Object> tracker;
    private final Routes routes;
    private final AtomicLong flight = new AtomicLong();
    private final AtomicLong givenUp = new AtomicLong();
    private final AtomicLong suspects = new AtomicLong();
    private final AtomicLong sinkFailures = new AtomicLong();
    private final Runnable onGivenUp = this::giveUp;
    private final WeakReference<Runnable> whenGivenUp = new WeakReference<>(onGivenUp);
    private volatile long heap;
    private volatile boolean closed;
    private volatile @Nullable Thread thread;
    private long cursor;

    /**
     * How things stood as a request began.
     *
     * @param nanos of the clock
     * @param allocated by its thread; -1 if not known
     * @param heap in use
     * @param collections that told of the live set
     * @param flight what began, it included, where it was alone then; -1 if others were in flight
     */
    record Before(long nanos, long allocated, long heap, long collections, long flight) {}

    RequestBook(RequestTrackerConfig config, TimeSource clock, LiveSet live, LongSupplier used, Object tracker) {
        this.config = config;
        this.clock = clock;
        this.live = live;
        this.used = used;
        this.tracker = new WeakReference<>(tracker);
        routes = new Routes(config.maxRoutes(), config.retainedTarget());
        heap = used.getAsLong();
        cursor = live.since(0, (left, reclaimed) -> {});
    }

    void start() {
        RequestIds.use();
        Thread fresh = Daemons.thread("lifecycle-requests-" + config.name(), this::run);
        thread = fresh;
        fresh.start();
    }

    private void run() {
        while (!closed && !tracker.refersTo(null)) {
            Thread.interrupted(); // nobody may stop this thread: parking would spin
            try {
                read();
            } catch (RuntimeException | Error failure) {
                LOG.warn("request tracker " + config.name() + " could not read the heap, and will try again", failure);
            }
            if (!closed) {
                clock.parkUntil(this, clock.nanos() + READ_NANOS);
            }
        }
    }

    /** One reading of the heap. */
    void read() {
        heap = used.getAsLong();
        long[] least = {Long.MAX_VALUE};
        cursor = live.since(cursor, (left, reclaimed) -> {
            if (reclaimed) {
                least[0] = Math.min(least[0], left);
            }
        });
        if (least[0] < Long.MAX_VALUE) {
            routes.collected(clock.nanos(), least[0]);
        }
    }

    void stop() {
        closed = true;
        Thread reading = thread;
        if (reading != null) {
            clock.unpark(reading);
        }
    }

    boolean isClosed() {
        return closed;
    }

    // ---- any thread
    // ---------------------------------------------------------------------------------------------------------------------------------------------

    OpenRequest begin(String route, String id) {
        RouteCell cell = routes.of(route);
        RequestNames.check(id, "id");
        long[] word = RequestIds.begin(id, whenGivenUp);
        long now = flight.addAndGet(BEGUN + 1);
        Before before = new Before(
                clock.nanos(), ThreadAllocation.bytes(), heap, live.sequence(), (now & OPEN) == 1 ? now : -1);
        return new OpenRequest(this, cell, route, id, word, before);
    }

    /**
     * Ends a request; called once for each.
     *
     * @param here whether this thread began it
     */
    void end(RouteCell cell, String route, String id, boolean here, Before before) {
        long allocatedNow = here ? ThreadAllocation.bytes() : ThreadAllocation.UNKNOWN;
        long allocated =
                allocatedNow < 0 || before.allocated < 0 ? ThreadAllocation.UNKNOWN : allocatedNow - before.allocated;
        long nanos = clock.nanos() - before.nanos;
        boolean alone = flight.getAndDecrement() == before.flight;
        cell.add(nanos, allocated);
        boolean suspect = cell.suspected || (alone && keeps(allocated, before));
        if (suspect) {
            suspects.incrementAndGet();
        }
        if (config.output() != RequestTrackerConfig.Output.NONE && !closed) {
            tell(new RequestRecord(id, route, nanos, allocated, before.heap, heap, !alone, suspect));
        }
    }

    /** Whether a request that was alone kept much, as far as a collection meanwhile tells: more than what was in use before, garbage included, and what it can have allocated. */
    private boolean keeps(long allocated, Before before) {
        return (allocated < 0 || allocated >= config.suspectBytes())
                && before.heap >= 0
                && live.sequence() != before.collections
                && live.usedBytes() - before.heap >= config.suspectBytes();
    }

    private void tell(RequestRecord record) {
        Consumer<? super RequestRecord> sink = config.sink();
        if (sink == null) {
            LOG.infoAsIs(record.logLine());
            return;
        }
        try {
            sink.accept(record);
        } catch (Throwable ofUser) {
            long failures = sinkFailures.incrementAndGet();
            if (Long.bitCount(failures) == 1) { // the first, the second, the fourth ...: the log is bounded, too
                LOG.warn(
                        "the sink of request tracker " + config.name() + " failed, " + failures + " times now", ofUser);
            }
        }
    }

    private void giveUp() {
        flight.getAndDecrement();
        givenUp.incrementAndGet();
    }

    Routes routes() {
        return routes;
    }

    long inFlight() {
        return flight.get() & OPEN;
    }

    long givenUp() {
        return givenUp.get();
    }

    long suspects() {
        return suspects.get();
    }

    long sinkFailures() {
        return sinkFailures.get();
    }
}
