package dev.lifecycle.memory;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Names;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.MemorySupport;
import dev.lifecycle.spi.RequestTrackerConfig;
import dev.lifecycle.time.TimeSource;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Describes a {@link RequestTracker}. Not thread-safe; may be used again: each {@code open} makes another tracker. */
public final class RequestTrackerBuilder {
    private static final int MOST_ROUTES = 1024;

    private final String name;
    private RequestTrackerConfig.Output output = RequestTrackerConfig.Output.LOG;
    private @Nullable Consumer<? super RequestRecord> sink;
    private long suspectBytes = 16L << 20;
    private long retainedTarget = 1024;
    private int maxRoutes = 256;
    private @Nullable Scope within;
    private TimeSource timeSource = TimeSource.system();

    RequestTrackerBuilder(String name) {
        this.name = Names.check(name, "name");
    }

    /**
     * Says who hears of each request. Default: a line of the logger {@code dev.lifecycle.memory}, at level INFO.
     *
     * @param sink called on the thread that ends the request; what it throws is counted and logged, and goes no further. It is not told of requests of the same tracker that it begins and ends itself
     * @return this
     */
    public RequestTrackerBuilder sink(Consumer<? super RequestRecord> sink) {
        this.sink = Objects.requireNonNull(sink, "sink");
        output = RequestTrackerConfig.Output.SINK;
        return this;
    }

    /**
     * Makes no record of a request: only {@linkplain RequestTracker#routes routes} are counted.
     *
     * @return this
     */
    public RequestTrackerBuilder withoutSink() {
        sink = null;
        output = RequestTrackerConfig.Output.NONE;
        return this;
    }

    /**
     * Sets what a request that ran alone must keep alive to be suspected. Default: 16 MiB.
     *
     * @param bytes 65 536 at least
     * @return this
     * @throws IllegalArgumentException if it is less
     */
    public RequestTrackerBuilder suspectBytes(long bytes) {
        if (bytes < 1 << 16) {
            throw new IllegalArgumentException("suspectBytes is " + bytes
                    + "; it must be at least 65536: less cannot be told from what the JVM itself keeps");
        }
        suspectBytes = bytes;
        return this;
    }

    /**
     * Sets what the requests of a route may keep alive each, before all of them are suspected. Default: 1 024 bytes.
     *
     * @param bytesPerRequest 1 at least
     * @return this
     * @throws IllegalArgumentException if it is less
     */
    public RequestTrackerBuilder retainedTarget(long bytesPerRequest) {
        if (bytesPerRequest < 1) {
            throw new IllegalArgumentException("retainedTarget is " + bytesPerRequest + "; it must be at least 1");
        }
        retainedTarget = bytesPerRequest;
        return this;
    }

    /**
     * Bounds how many routes are told apart; requests of further ones are counted as {@code other}. Default: 256.
     *
     * @param routes from 1 to 1 024
     * @return this
     * @throws IllegalArgumentException if it is not
     */
    public RequestTrackerBuilder maxRoutes(int routes) {
        if (routes < 1 || routes > MOST_ROUTES) {
            throw new IllegalArgumentException("maxRoutes is " + routes + "; it must be from 1 to " + MOST_ROUTES
                    + ". Name routes by their pattern, not by the path");
        }
        maxRoutes = routes;
        return this;
    }

    /**
     * Sets the scope that {@link #open()} hangs the tracker in: the same as {@link #open(Scope)}.
     *
     * @param scope an open scope
     * @return this
     */
    public RequestTrackerBuilder within(Scope scope) {
        within = Objects.requireNonNull(scope, "scope");
        return this;
    }

    /**
     * Sets the clock of all times. Default: {@link TimeSource#system}.
     *
     * @param clock the clock
     * @return this
     */
    public RequestTrackerBuilder timeSource(TimeSource clock) {
        timeSource = Objects.requireNonNull(clock, "clock");
        return this;
    }

    /**
     * Opens a tracker that the caller closes, unless a scope was {@linkplain #within set}. One that is dropped without being closed is reported as a leak.
     *
     * @return an open tracker
     */
    public RequestTracker open() {
        return support().openRequestTracker(config(), within);
    }

    /**
     * Opens a tracker that {@code owner} closes, unless it is closed before.
     *
     * @param owner an open scope
     * @return an open tracker
     * @throws dev.lifecycle.scope.ScopeClosedException if {@code owner} is closed
     */
    public RequestTracker open(Scope owner) {
        return support().openRequestTracker(config(), Objects.requireNonNull(owner, "owner"));
    }

    private static MemorySupport support() {
        return Lifecycle.provider().part(MemorySupport.class);
    }

    private RequestTrackerConfig config() {
        return new RequestTrackerConfig(name, output, sink, suspectBytes, retainedTarget, maxRoutes, timeSource);
    }
}
