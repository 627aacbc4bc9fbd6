package dev.lifecycle.impl.health;

import dev.lifecycle.Kind;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.health.HealthReporter;
import dev.lifecycle.health.HealthSnapshot;
import dev.lifecycle.health.HealthStatus;
import dev.lifecycle.impl.scope.Place;
import dev.lifecycle.impl.time.Daemons;
import dev.lifecycle.impl.time.SteadyClock;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.HealthReporterConfig;
import dev.lifecycle.time.TimeSource;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Writes lines to the log, and keeps MBeans and events up to date. */
final class Reporter implements HealthReporter {
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.health");

    private final HealthReporterConfig config;
    private final Place place;
    private final Looks looks;
    private final @Nullable Changes changes; // null without the flight recorder
    private final @Nullable MBeans beans; // null without MBeans
    private final AtomicLong lines = new AtomicLong();
    private volatile @Nullable HealthSnapshot latest;

    @SuppressWarnings("this-escape") // they ask for this only when it is used
    private Reporter(HealthReporterConfig config) {
        this.config = config;
        TimeSource clock = SteadyClock.of(config.timeSource());
        place = new Place(this, this::end, clock);
        changes = config.jfr() ? new Changes() : null;
        beans = config.jmx() ? beans(config.name()) : null;
        looks = new Looks(this, config, clock, beans);
    }

    private static MBeans beans(String name) {
        try {
            return new MBeans();
        } catch (LinkageError missing) {
            throw new UnsupportedOperationException(
                    "health reporter " + name
                            + " was told to register MBeans, and this runtime is without the module java.management; add it, or leave jmx() out",
                    missing);
        }
    }

    /** See {@link Builder#open(Scope)}. */
    static HealthReporter open(HealthReporterConfig config, @Nullable Scope owner) {
        Reporter reporter = new Reporter(config);
        reporter.place.enter(owner, reporter, HealthReporter.class);
        reporter.register();
        reporter.looks.start();
        return reporter;
    }

    private void register() {
        if (beans != null) {
            beans.add(this);
            beans.update(config.within(), this);
        }
    }

    HealthSnapshot health() {
        return Health.INSTANCE.snapshot(config.within());
    }

    @Override
    public HealthSnapshot report() {
        HealthSnapshot now = health();
        write(now);
        return now;
    }

    private void write(HealthSnapshot now) {
        latest = now;
        lines.incrementAndGet();
        if (now.status() == HealthStatus.UP) {
            LOG.info(now.toLogLine());
        } else {
            LOG.warn(now.toLogLine());
        }
    }

    /** What is due at each look. */
    private void look(boolean line) {
        if (beans != null) {
            beans.update(config.within(), this);
        }
        boolean recorded = changes != null && changes.areRecorded();
        if (line || recorded) {
            HealthSnapshot now = health();
            if (line) {
                write(now);
            }
            if (recorded && changes != null) {
                changes.record(now);
            }
        }
    }

    /** Looks every so often, on a thread of its own, which does not hold the reporter. */
    private static final class Looks implements Runnable {
        private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(10); // where there is more to do than lines

        private final WeakReference<Reporter> reporter;
        private final String name;
        private final long everyNanos;
        private final long lookNanos;
        private final TimeSource clock;
        private final @Nullable MBeans beans; // refers to the reporter weakly
        private volatile boolean closed;
        private volatile @Nullable Thread thread;

        Looks(Reporter reporter, HealthReporterConfig config, TimeSource clock, @Nullable MBeans beans) {
            this.reporter = new WeakReference<>(reporter);
            name = config.name();
            everyNanos = config.everyNanos();
            lookNanos = config.jmx() || config.jfr() ? Math.min(MOST_NANOS, everyNanos) : everyNanos;
            this.clock = clock;
            this.beans = beans;
        }

        void start() {
            Thread fresh = Daemons.thread("lifecycle-health-" + name, this);
            thread = fresh;
            fresh.start();
        }

        @Override
        public void run() {
            long due = clock.nanos() + lookNanos;
            long line = clock.nanos() + everyNanos;
            while (!closed && !reporter.refersTo(null)) {
                Thread.interrupted(); // nobody may stop this thread
                long now = clock.nanos();
                if (now - due < 0) {
                    clock.parkUntil(this, due);
                    continue;
                }
                boolean writes = now - line >= 0;
                due = now + lookNanos;
                line = writes ? now + everyNanos : line;
                look(writes);
            }
            if (beans != null && !closed) {
                beans.close(); // the reporter was dropped; else its close does this, and returns when it is done
            }
        }

        private void look(boolean line) { // apart: a frame that waits would hold the reporter
            Reporter open = reporter.get();
            if (open != null) {
                try {
                    open.look(line);
                } catch (Throwable failure) {
                    LOG.warn("health reporter " + name + " failed, and will try again", failure);
                }
            }
        }

        void stop() {
            closed = true;
            Thread running = thread;
            if (running != null) {
                clock.unpark(running);
            }
        }
    }

    private void end() {
        looks.stop();
        if (beans != null) {
            beans.close();
        }
    }

    @Override
    public Optional<HealthSnapshot> latest() {
        return Optional.ofNullable(latest);
    }

    @Override
    public String name() {
        return config.name();
    }

    @Override
    public Kind kind() {
        return Kind.HEALTH_REPORTER;
    }

    @Override
    public State state() {
        return place.state();
    }

    @Override
    public Snapshot snapshot() {
        Map<String, Object> gauges = new LinkedHashMap<>();
        gauges.put("every", Duration.ofNanos(config.everyNanos()));
        gauges.put("lines", lines.get());
        latest().ifPresent(line -> gauges.put("status", line.status()));
        if (beans != null) {
            gauges.put("mbeans", beans.count());
        }
        return place.snapshot(gauges);
    }

    @Override
    public void close() {
        place.close();
    }

    /** Returns the name and how it did at the last line, like {@code health UP}. */
    @Override
    public String toString() {
        return config.name() + latest().map(line -> " " + line.status()).orElse("");
    }
}
