package dev.lifecycle.impl.memory;

import dev.lifecycle.Kind;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.impl.scope.Place;
import dev.lifecycle.impl.time.SteadyClock;
import dev.lifecycle.memory.Request;
import dev.lifecycle.memory.RequestTracker;
import dev.lifecycle.memory.RequestTrackerClosedException;
import dev.lifecycle.memory.RouteStats;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.RequestTrackerConfig;
import dev.lifecycle.time.TimeSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What a user holds of a request tracker; a {@link RequestBook} does the work. */
final class Tracker implements RequestTracker {
    private final RequestTrackerConfig config;
    private final RequestBook book;
    private final Place place;

    @SuppressWarnings("this-escape") // they ask for this only when it is used
    private Tracker(RequestTrackerConfig config, LiveSet live, LongSupplier used) {
        this.config = config;
        TimeSource clock = SteadyClock.of(config.timeSource());
        book = new RequestBook(config, clock, live, used, this);
        place = new Place(this, book::stop, clock);
    }

    /** See {@link dev.lifecycle.memory.RequestTrackerBuilder#open(Scope)}; {@code used} is what is in use of the heap. */
    static Tracker open(RequestTrackerConfig config, @Nullable Scope owner, LiveSet live, LongSupplier used) {
        Tracker tracker = new Tracker(config, live, used);
        tracker.place.enter(owner, tracker, RequestTracker.class);
        tracker.book.start();
        return tracker;
    }

    @Override
    public Request begin(String route, String id) {
        Objects.requireNonNull(route, "route");
        Objects.requireNonNull(id, "id");
        if (book.isClosed()) {
            throw new RequestTrackerClosedException(place.closed() + "; no request can begin");
        }
        return book.begin(route, id);
    }

    @Override
    public List<RouteStats> routes() {
        return book.routes().stats();
    }

    @Override
    public String name() {
        return config.name();
    }

    @Override
    public Kind kind() {
        return Kind.REQUEST_TRACKER;
    }

    @Override
    public State state() {
        return place.state();
    }

    @Override
    public Snapshot snapshot() {
        Map<String, Object> gauges = new LinkedHashMap<>();
        gauges.put("inFlight", book.inFlight());
        gauges.put("finished", book.routes().finished());
        gauges.put("suspects", book.suspects());
        gauges.put("routes", book.routes().size());
        gauges.put("sinkFailures", book.sinkFailures());
        gauges.put("allocatedBytes", book.routes().allocated());
        gauges.put("givenUp", book.givenUp());
        return place.snapshot(gauges);
    }

    @Override
    public void close() {
        place.close();
    }

    @Override
    public String toString() {
        return config.name() + " " + book.inFlight() + " in flight, "
                + book.routes().finished() + " finished";
    }
}
