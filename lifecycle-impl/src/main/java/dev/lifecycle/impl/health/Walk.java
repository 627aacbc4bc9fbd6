package dev.lifecycle.impl.health;

import dev.lifecycle.Kind;
import dev.lifecycle.Managed;
import dev.lifecycle.Pressure;
import dev.lifecycle.health.BackgroundInfo;
import dev.lifecycle.health.BufferInfo;
import dev.lifecycle.health.CacheInfo;
import dev.lifecycle.health.GuardInfo;
import dev.lifecycle.health.HealthSnapshot;
import dev.lifecycle.health.HeapInfo;
import dev.lifecycle.health.LeakInfo;
import dev.lifecycle.health.MemoryInfo;
import dev.lifecycle.health.PoolInfo;
import dev.lifecycle.health.TrackerInfo;
import dev.lifecycle.health.Unlisted;
import dev.lifecycle.impl.scope.Census;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.memory.LeakVerdict;
import dev.lifecycle.scope.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One walk of the tree: makes a snapshot. Used once, by one thread. */
final class Walk {
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.health");
    private static final int MOST = 10_000; // components that are looked at
    private static final int MOST_SAID = 64;
    private static final Set<String> SAID = ConcurrentHashMap.newKeySet(); // kinds that have thrown
    private static final double MEGABYTE = 1 << 20;

    /** What is done with a component of a kind. */
    private interface Taker {
        void take(Walk walk, String path, Kind kind, Map<String, Object> gauges);
    }

    private static final Map<String, Taker> TAKERS = Map.of(
            Kind.MEMORY_GUARD.name(),
            Walk::guard,
            Kind.LEAK_WATCH.name(),
            Walk::leak,
            Kind.TASK_MANAGER.name(),
            Walk::tasks,
            Kind.RESOURCE_POOL.name(),
            Walk::pool,
            Kind.BOUNDED_BUFFER.name(),
            Walk::ring,
            Kind.BUDGET_BUFFER.name(),
            Walk::budget,
            Kind.BOUNDED_CACHE.name(),
            Walk::cache,
            Kind.SESSION_REGISTRY.name(),
            Walk::sessions,
            Kind.REQUEST_TRACKER.name(),
            Walk::tracker);

    private final Findings findings = new Findings();
    private final Listing<GuardInfo> guards = new Listing<>();
    private final Listing<LeakInfo> leaks = new Listing<>();
    private final Listing<BackgroundInfo> background = new Listing<>();
    private final Listing<PoolInfo> pools = new Listing<>();
    private final Listing<BufferInfo> buffers = new Listing<>();
    private final Listing<CacheInfo> caches = new Listing<>();
    private final Listing<TrackerInfo> trackers = new Listing<>();
    private Pressure level = Pressure.NORMAL;
    private long failed;
    private @Nullable Scope lastScope;
    private String lastPath = "";

    /** Makes a snapshot of what is below {@code within}, or of all roots. */
    HealthSnapshot of(@Nullable Scope within, Readings readings) {
        Readings.Taken process = readings.current();
        process(process);
        List<Census.Found<Managed>> found = new ArrayList<>();
        boolean complete = Census.walk(within, Managed.class, found) && found.size() <= MOST;
        for (int i = 0; i < Math.min(MOST, found.size()); i++) {
            take(found.get(i));
        }
        return new HealthSnapshot(
                Instant.now(),
                findings.status(),
                findings.reasons(),
                Duration.ofNanos(Math.max(0, readings.now() - process.at())),
                process.memory(),
                process.heap(),
                process.cpu(),
                level,
                guards.listed(),
                leaks.listed(),
                background.listed(),
                pools.listed(),
                buffers.listed(),
                caches.listed(),
                trackers.listed(),
                new Unlisted(
                        guards.unlisted(),
                        leaks.unlisted(),
                        background.unlisted(),
                        pools.unlisted(),
                        buffers.unlisted(),
                        caches.unlisted(),
                        trackers.unlisted(),
                        findings.unlisted(),
                        failed,
                        complete));
    }

    private void process(Readings.Taken process) {
        MemoryInfo memory = process.memory();
        double full = memory.neededFraction();
        if (full >= HealthSnapshot.MEMORY_WARN) {
            String reason = String.format(
                    Locale.ROOT,
                    "needed memory at %.1f %% of %.0f MB of the %s",
                    100 * full,
                    memory.limitBytes() / MEGABYTE,
                    memory.source() == MemoryInfo.Source.CONTAINER ? "container" : "machine");
            if (full >= HealthSnapshot.MEMORY_CRITICAL) {
                findings.critical(reason);
            } else {
                findings.warn(reason);
            }
        }
        HeapInfo heap = process.heap();
        double live = heap.maxBytes() <= 0 ? 0 : (double) heap.liveBytes() / heap.maxBytes();
        if (live >= HealthSnapshot.MEMORY_WARN) {
            findings.warn(String.format(
                    Locale.ROOT, "live heap at %.1f %% of %.0f MB", 100 * live, heap.maxBytes() / MEGABYTE));
        }
    }

    private void take(Census.Found<Managed> found) {
        Managed component = found.component();
        String kindName = "component";
        try {
            Kind kind = component.kind();
            kindName = kind.name();
            Taker taker = TAKERS.get(kindName);
            if (taker != null) {
                String path = Listing.line(pathOf(found) + "/" + component.name());
                taker.take(this, path, kind, component.snapshot().gauges());
            }
        } catch (Throwable ofStranger) {
            failed++;
            say(kindName, ofStranger);
        }
    }

    private String pathOf(Census.Found<Managed> found) {
        if (found.scope() != lastScope) {
            lastScope = found.scope();
            lastPath = found.scopePath();
        }
        return lastPath;
    }

    private static void say(String kind, Throwable failure) {
        if (SAID.size() < MOST_SAID && SAID.add(kind)) {
            LOG.warn(
                    "a " + kind + " threw when it was asked for its snapshot; later ones of that kind are only counted",
                    failure);
        }
    }

    private void guard(String path, Kind kind, Map<String, Object> gauges) {
        GuardInfo guard = new GuardInfo(
                path,
                Gauge.state(gauges, "level", Pressure.NORMAL),
                Gauge.text(gauges, "cause"),
                Gauge.number(gauges, "fraction", -1),
                Gauge.flag(gauges, "restartAdvised"));
        guards.add(
                path,
                name -> new GuardInfo(name, guard.level(), guard.cause(), guard.fraction(), guard.restartAdvised()));
        level = guard.level().compareTo(level) > 0 ? guard.level() : level;
        if (guard.level().compareTo(Pressure.CLEANUP) >= 0) {
            String full = guard.fraction() < 0
                    ? guard.cause()
                    : String.format(Locale.ROOT, "%s at %.1f %%", guard.cause(), 100 * guard.fraction());
            String reason = "memory guard " + path + " at " + guard.level() + ": " + full;
            if (guard.level() == Pressure.EMERGENCY) {
                findings.critical(reason);
            } else {
                findings.warn(reason);
            }
        }
        if (guard.restartAdvised()) {
            findings.critical("memory guard " + path + " advises a restart: what fills memory is out of its reach");
        }
    }

    private void leak(String path, Kind kind, Map<String, Object> gauges) {
        LeakVerdict verdict = Gauge.state(gauges, "verdict", LeakVerdict.INSUFFICIENT_DATA);
        boolean alarm = Gauge.flag(gauges, "alarm");
        String explanation = Gauge.text(gauges, "explanation");
        leaks.add(
                path,
                name -> new LeakInfo(
                        name,
                        Gauge.text(gauges, "series"),
                        verdict,
                        Gauge.number(gauges, "bytesPerHour", Double.NaN),
                        Gauge.number(gauges, "detectableBytesPerHour", Double.POSITIVE_INFINITY),
                        alarm,
                        explanation,
                        Gauge.count(gauges, "samples"),
                        Gauge.count(gauges, "failures")));
        if (alarm) {
            findings.critical("leak watch " + path + " says " + verdict + ": " + explanation);
        }
    }

    private void tasks(String path, Kind kind, Map<String, Object> gauges) {
        BackgroundInfo tasks = tasks(path, gauges);
        background.add(path, name -> name.equals(path) ? tasks : tasks(name, gauges));
        if (tasks.warn()) {
            findings.warn("queue of task manager " + path + " at " + tasks.queued() + "/" + tasks.queueCapacity());
        }
    }

    private static BackgroundInfo tasks(String path, Map<String, Object> gauges) {
        return new BackgroundInfo(
                path,
                Gauge.count(gauges, "active"),
                Gauge.count(gauges, "queued"),
                Gauge.count(gauges, "queueCapacity"),
                Gauge.count(gauges, "completed"),
                Gauge.count(gauges, "failed"),
                Gauge.count(gauges, "timedOut"),
                Gauge.count(gauges, "rejected"),
                Gauge.time(gauges, "oldest"));
    }

    private void pool(String path, Kind kind, Map<String, Object> gauges) {
        PoolInfo pool = pool(path, gauges);
        pools.add(path, name -> name.equals(path) ? pool : pool(name, gauges));
        if (pool.warn()) {
            findings.warn(String.format(
                    Locale.ROOT, "pool %s at %.1f %% (%d/%d)", path, 100 * pool.fraction(), pool.used(), pool.max()));
        }
    }

    private static PoolInfo pool(String path, Map<String, Object> gauges) {
        return new PoolInfo(
                path, Gauge.count(gauges, "leased"), Gauge.count(gauges, "core"), Gauge.count(gauges, "waiting"));
    }

    private void ring(String path, Kind kind, Map<String, Object> gauges) {
        buffers.add(
                path, name -> new BufferInfo(name, kind, Gauge.count(gauges, "size"), Gauge.count(gauges, "capacity")));
    }

    private void budget(String path, Kind kind, Map<String, Object> gauges) {
        buffers.add(
                path, name -> new BufferInfo(name, kind, Gauge.count(gauges, "weight"), Gauge.count(gauges, "budget")));
    }

    private void cache(String path, Kind kind, Map<String, Object> gauges) {
        String used = gauges.containsKey("weight") ? "weight" : "size";
        caches.add(
                path,
                name -> new CacheInfo(
                        name,
                        kind,
                        Gauge.count(gauges, used),
                        Gauge.count(gauges, "maximum"),
                        Gauge.number(gauges, "hitRate", -1)));
    }

    private void sessions(String path, Kind kind, Map<String, Object> gauges) {
        caches.add(
                path,
                name -> new CacheInfo(name, kind, Gauge.count(gauges, "sessions"), Gauge.count(gauges, "maximum"), -1));
    }

    private void tracker(String path, Kind kind, Map<String, Object> gauges) {
        Map<String, Double> figures = new LinkedHashMap<>();
        gauges.forEach((gauge, value) -> {
            double number = value instanceof Number finite ? finite.doubleValue() : Double.NaN;
            if (Double.isFinite(number) && figures.size() < HealthSnapshot.MAX_LISTED) {
                figures.put(Listing.line(gauge), number);
            }
        });
        trackers.add(path, name -> new TrackerInfo(name, figures));
    }
}
