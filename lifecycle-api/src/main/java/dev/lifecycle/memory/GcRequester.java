package dev.lifecycle.memory;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Managed;
import dev.lifecycle.Names;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.GcRequesterConfig;
import dev.lifecycle.spi.MemorySupport;
import dev.lifecycle.time.TimeSource;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks the virtual machine for a collection, and says what that brought: or that it did nothing, and why.
 *
 * <p>A collection of the whole heap stops the service with most collectors: G1, the parallel and the serial one take some hundred milliseconds for each gigabyte that is alive. It is of
 * use where memory should go back to the system after a peak, or where a leak is to be confirmed; not against a heap that is full, since that is collected anyway.
 *
 * <p>All requesters of a process together ask once a minute at most, and not within a minute of a collection of the whole heap that came by itself; a request that is made sooner is told
 * so. All methods may be called from any thread.
 *
 * <p>Needs the module {@code java.management}; {@link GcMethod#DIAGNOSTIC_COMMAND}, {@link GcMethod#LIVE_HISTOGRAM} and {@link #trimNative} need {@code jdk.management} and {@code jdk.jfr} too,
 * and say so in what they return.
 */
public interface GcRequester extends Managed {

    /**
     * Starts the description of a requester.
     *
     * @param name for the tree, messages and log lines; see {@link Names#check}
     * @return a builder
     * @throws IllegalArgumentException if {@code name} cannot be printed on one line
     */
    static Builder builder(String name) {
        return new Builder(name);
    }

    /**
     * Asks now, on this thread, and waits for the collection.
     *
     * @param method how
     * @return what it brought; also logged, and recorded as {@code dev.lifecycle.GcRequest} while a flight recording asks for it
     */
    GcReport request(GcMethod method);

    /**
     * Gives free memory of the C library back to the system: what is left of native buffers, threads and compilers. Takes some milliseconds, and the lock of the allocator for as long.
     *
     * @return what it brought
     */
    NativeTrim trimNative();

    /**
     * Returns the last request.
     *
     * @return empty if there was none
     */
    Optional<GcReport> latest();

    /** Asks no more. Idempotent. */
    @Override
    void close();

    /** Describes a requester. Not thread-safe; may be used again: each {@code open} makes another requester. */
    final class Builder {
        private final String name;
        private @Nullable Duration every;
        private boolean always;
        private TimeSource timeSource = TimeSource.system();

        private Builder(String name) {
            this.name = Names.check(name, "name");
        }

        /**
         * Asks every so often, by {@link GcMethod#AUTO}. Default: never. Left out where it does harm, see {@link #always}, and when the whole heap was collected within that time anyway.
         *
         * @param interval at least a minute
         * @return this
         * @throws IllegalArgumentException if {@code interval} is shorter
         */
        public Builder every(Duration interval) {
            if (Objects.requireNonNull(interval, "interval").compareTo(Duration.ofMinutes(1)) < 0) {
                throw new IllegalArgumentException("every is " + interval
                        + "; it must be at least PT1M: a collection of the whole heap stops the service");
            }
            every = interval;
            return this;
        }

        /**
         * Asks every so often with collectors too that need no such request, as ZGC and Shenandoah, which collect and give memory back by themselves, and while the process uses more than
         * three quarters of the processors. Default: not then.
         *
         * @return this
         */
        public Builder always() {
            always = true;
            return this;
        }

        /**
         * Sets the clock of {@link #every}. Default: {@link TimeSource#system}.
         *
         * @param clock the clock
         * @return this
         */
        public Builder timeSource(TimeSource clock) {
            timeSource = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Opens a requester that the caller closes. One that is dropped without being closed is reported as a leak.
         *
         * @return an open requester
         * @throws UnsupportedOperationException in a runtime without the module {@code java.management}
         */
        public GcRequester open() {
            return Lifecycle.provider().part(MemorySupport.class).openGcRequester(config(), null);
        }

        /**
         * Opens a requester that {@code owner} closes, unless it is closed before.
         *
         * @param owner an open scope
         * @return an open requester
         * @throws UnsupportedOperationException in a runtime without the module {@code java.management}
         * @throws dev.lifecycle.scope.ScopeClosedException if {@code owner} is closed
         */
        public GcRequester open(Scope owner) {
            return Lifecycle.provider()
                    .part(MemorySupport.class)
                    .openGcRequester(config(), Objects.requireNonNull(owner, "owner"));
        }

        private GcRequesterConfig config() {
            return new GcRequesterConfig(
                    name, every == null ? 0 : TimeUnit.NANOSECONDS.convert(every), always, timeSource);
        }
    }
}
