package dev.lifecycle.impl.memory;

import dev.lifecycle.impl.time.Daemons;
import dev.lifecycle.impl.tree.RequestIds;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.memory.RequestRecord;
import dev.lifecycle.spi.RequestTrackerConfig;
import dev.lifecycle.time.TimeSource;
import java.lang.ref.WeakReference;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
    private static final int NANOS = 1; // how things stood as a request began, in the word of its frame: the clock
    private static final int ALLOCATED = 2; // by its thread; -1 if not known
    private static final int HEAP = 3; // in use
    private static final int COLLECTIONS = 4; // that told of the live set
    private static final int ALONE = 5; // what began, it included, where it was alone then; -1 if others were in flight
    private static final AtomicInteger BOOKS = new AtomicInteger();
    private static final long BEGUN = 1L << 24;
    private static final long OPEN = BEGUN - 1;

    private final RequestTrackerConfig config;
    private final TimeSource clock;
    private final LiveSet live;
    private final LongSupplier used;
    private final WeakReference<Object> tracker;
    private final Routes routes;
    private final long listener = 1L << BOOKS.getAndIncrement(); // one of 64
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
        word[ALONE] = (now & OPEN) == 1 ? now : -1;
        word[HEAP] = heap;
        word[COLLECTIONS] = live.sequence();
        word[ALLOCATED] = ThreadAllocation.bytes();
        word[NANOS] = clock.nanos();
        return new OpenRequest(this, cell, route, id, word);
    }

    /** Ends a request: the first call for it does. */
    void end(OpenRequest request) {
        long[] word = request.word;
        long nanosBefore = word[NANOS]; // all of them before the end: then the frame may be used again
        long allocatedBefore = word[ALLOCATED];
        long heapBefore = word[HEAP];
        long collections = word[COLLECTIONS];
        long alone = word[ALONE];
        if (!RequestIds.end(word, request.open)) {
            return;
        }
        boolean here = RequestIds.leave(word);
        long nanos = clock.nanos() - nanosBefore;
        long allocatedNow = here ? ThreadAllocation.bytes() : ThreadAllocation.UNKNOWN;
        long allocated =
                allocatedNow < 0 || allocatedBefore < 0 ? ThreadAllocation.UNKNOWN : allocatedNow - allocatedBefore;
        boolean wasAlone = flight.getAndDecrement() == alone;
        RouteCell cell = request.cell;
        cell.add(nanos, allocated);
        boolean suspect = cell.suspected || (wasAlone && keeps(allocated, heapBefore, collections));
        if (suspect) {
            suspects.incrementAndGet();
        }
        if (config.output() != RequestTrackerConfig.Output.NONE && !closed) {
            tell(new RequestRecord(request.id, request.route, nanos, allocated, heapBefore, heap, !wasAlone, suspect));
        }
    }

    /** Whether a request that was alone kept much, as far as a collection meanwhile tells: more than what was in use before, garbage included, and what it can have allocated. */
    private boolean keeps(long allocated, long heapBefore, long collections) {
        return (allocated < 0 || allocated >= config.suspectBytes())
                && heapBefore >= 0
                && live.sequence() != collections
                && live.usedBytes() - heapBefore >= config.suspectBytes();
    }

    private void tell(RequestRecord record) {
        if (RequestIds.tell(listener)) {
            try {
                write(record);
            } finally {
                RequestIds.told(listener);
            }
        }
    }

    private void write(RequestRecord record) {
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
