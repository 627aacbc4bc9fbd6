package dev.lifecycle.health;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Managed;
import dev.lifecycle.Names;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.HealthReporterConfig;
import dev.lifecycle.spi.HealthSupport;
import dev.lifecycle.time.TimeSource;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells how the process does, without being asked: a line in the log of {@code dev.lifecycle.health} every hour, and, if wanted, MBeans and events of the flight recorder.
 *
 * <p><b>Log.</b> The line is {@link HealthSnapshot#toLogLine}, written as a warning unless the status is {@link HealthStatus#UP}.
 *
 * <p><b>{@linkplain Builder#jmx MBeans}.</b> {@code dev.lifecycle:type=HealthReporter,name=<name>} has the figures of the process; every component of the tree has one of its own,
 * {@code dev.lifecycle:type=<Kind>,name=<name>}, with its gauges as attributes. What is opened later appears, and what is closed goes, within ten seconds. Two of one kind and name are told apart by
 * a key {@code path}. At most a thousand; none keeps its component alive; all are gone when this is closed.
 *
 * <p><b>{@linkplain Builder#jfr Flight recorder}.</b> {@code dev.lifecycle.Health} every ten seconds, {@code dev.lifecycle.Pressure} when the level has changed, {@code dev.lifecycle.LeakFinding}
 * when the verdict of a leak watch has: while a recording asks for them. No recording is ever started. In a runtime without the module {@code jdk.jfr} nothing is recorded.
 *
 * <p>All methods may be called from any thread. It has one daemon thread, which does not keep a reporter alive that was dropped.
 */
public interface HealthReporter extends Managed {

    /**
     * Starts the description of a reporter.
     *
     * @param name for the tree, messages and log lines; see {@link Names#check}
     * @return a builder
     * @throws IllegalArgumentException if {@code name} cannot be printed on one line
     */
    static Builder builder(String name) {
        return new Builder(name);
    }

    /**
     * Describes the process now, and writes the line to the log.
     *
     * @return what was written
     */
    HealthSnapshot report();

    /**
     * Returns what the last line of the log was made of.
     *
     * @return empty if there was none
     */
    Optional<HealthSnapshot> latest();

    /** Ends the reports, and removes the MBeans. Idempotent. */
    @Override
    void close();

    /** Describes a reporter. Not thread-safe; may be used again: each {@code open} makes another reporter. */
    final class Builder {
        private final String name;
        private Duration every = Duration.ofHours(1);
        private boolean jmx;
        private boolean jfr;
        private @Nullable Scope within;
        private TimeSource timeSource = TimeSource.system();

        private Builder(String name) {
            this.name = Names.check(name, "name");
        }

        /**
         * Sets how often the line is written. Default: an hour.
         *
         * @param interval at least a second
         * @return this
         * @throws IllegalArgumentException if {@code interval} is shorter
         */
        public Builder every(Duration interval) {
            if (Objects.requireNonNull(interval, "interval").compareTo(Duration.ofSeconds(1)) < 0) {
                throw new IllegalArgumentException("every is " + interval
                        + "; it must be at least PT1S: the figures of the process are not read more often");
            }
            every = interval;
            return this;
        }

        /**
         * Registers MBeans. Default: none.
         *
         * @return this
         */
        public Builder jmx() {
            jmx = true;
            return this;
        }

        /**
         * Records events while a recording asks for them. Default: none.
         *
         * @return this
         */
        public Builder jfr() {
            jfr = true;
            return this;
        }

        /**
         * Describes only what hangs below one scope. Default: all open roots.
         *
         * @param scope an open scope
         * @return this
         */
        public Builder within(Scope scope) {
            within = Objects.requireNonNull(scope, "scope");
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
         * Opens a reporter that the caller closes. One that is dropped without being closed is reported as a leak.
         *
         * @return an open reporter
         * @throws UnsupportedOperationException if MBeans are wanted in a runtime without the module {@code java.management}
         */
        public HealthReporter open() {
            return Lifecycle.provider().part(HealthSupport.class).openReporter(config(), null);
        }

        /**
         * Opens a reporter that {@code owner} closes, unless it is closed before.
         *
         * @param owner an open scope
         * @return an open reporter
         * @throws UnsupportedOperationException if MBeans are wanted in a runtime without the module {@code java.management}
         * @throws dev.lifecycle.scope.ScopeClosedException if {@code owner} is closed
         */
        public HealthReporter open(Scope owner) {
            return Lifecycle.provider()
                    .part(HealthSupport.class)
                    .openReporter(config(), Objects.requireNonNull(owner, "owner"));
        }

        private HealthReporterConfig config() {
            return new HealthReporterConfig(name, TimeUnit.NANOSECONDS.convert(every), jmx, jfr, within, timeSource);
        }
    }
}
