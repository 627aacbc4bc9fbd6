package dev.lifecycle.impl.weak;

import dev.lifecycle.Kind;
import dev.lifecycle.LifecycleException;
import dev.lifecycle.Managed;
import dev.lifecycle.Names;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.impl.time.SteadyClock;
import dev.lifecycle.impl.tree.Components;
import dev.lifecycle.impl.weak.Tallies.Tally;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.WeakRegistryConfig;
import dev.lifecycle.time.TimeSource;
import dev.lifecycle.weak.WeakRegistry;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Counts what is alive. */
public final class LiveRegistry extends Registry<Object> implements WeakRegistry {
    private final TimeSource clock;
    private final Tallies tallies = new Tallies();
    private final @Nullable Consumer<Managed> components; // null: they are not asked for
    private volatile boolean isOff; // an instance came or went at the end of a stack: a tally may be wrong

    private LiveRegistry(WeakRegistryConfig config) {
        super(config.name(), Kind.WEAK_REGISTRY, null, config.timeSource());
        clock = SteadyClock.of(config.timeSource());
        components = config.components() ? this::opened : null;
    }

    /** See {@link WeakRegistry.Builder#open(Scope)}. */
    public static WeakRegistry open(WeakRegistryConfig config, @Nullable Scope owner) {
        LiveRegistry registry = new LiveRegistry(config);
        registry.enter(owner, WeakRegistry.class);
        if (registry.components != null) {
            Components.watch(registry.components);
            if (registry.state() != State.OPEN) { // its owner was closed meanwhile, and may have said so before
                Components.unwatch(registry.components);
            }
        }
        return registry;
    }

    /** What the registry knows of an instance. */
    private record Life(Tally tally, long since) {}

    @Override
    public <T> T add(Kind kind, String name, T instance) {
        Objects.requireNonNull(kind, "kind");
        Names.check(name, "name");
        Objects.requireNonNull(instance, "instance");
        int hash = Identity.hash(instance);
        Life life = new Life(tallies.of(kind, name), clock.nanos());
        WeakNode fresh = null;
        while (true) {
            int version = table.version(hash);
            WeakNode node = table.find(instance, hash);
            if (node != null && node.item() != null) {
                return instance;
            }
            if (life.tally.isGivenUp()) { // meanwhile, as nobody was in it
                life = new Life(tallies.of(kind, name), life.since);
                fresh = null;
            }
            if (fresh == null) {
                Identity.check(instance, "instance", name(), "Count those that hold it");
                fresh = new WeakNode(instance, hash, table, life);
            }
            if (put(fresh, life, node, version)) {
                Reference.reachabilityFence(instance);
                return instance;
            }
        }
    }

    private boolean put(WeakNode fresh, Life life, @Nullable WeakNode replaced, int version) {
        if (!life.tally.enters()) { // before it is in: it may leave at once
            return false;
        }
        WeakTable.Outcome outcome;
        try {
            outcome = table.put(fresh, replaced, version);
        } catch (Throwable noRoom) { // in the table or not: to find out takes room, too
            isOff = true;
            throw noRoom;
        }
        if (outcome == WeakTable.Outcome.PUT) {
            life.tally.added.incrementAndGet();
            return true;
        }
        life.tally.alive.decrementAndGet();
        if (outcome == WeakTable.Outcome.REFUSED) {
            throw closed();
        }
        return false;
    }

    private void opened(Managed component) {
        try {
            add(component.kind(), component.name(), component);
        } catch (LifecycleException closed) { // it is no more asked for
            return;
        }
    }

    @Override
    @Nullable
    Object leave(WeakNode node) {
        if (node.takeItem() instanceof Life life) {
            life.tally.alive.decrementAndGet();
        }
        return null; // nobody is told: there is no hook
    }

    @Override
    public boolean remove(Object instance) {
        Objects.requireNonNull(instance, "instance");
        WeakNode node = table.find(instance, Identity.hash(instance));
        return node != null && forget(node);
    }

    private boolean forget(WeakNode node) {
        if (!(node.takeItem() instanceof Life life)) {
            return false;
        }
        try {
            life.tally.alive.decrementAndGet();
            table.remove(node);
        } catch (StackOverflowError noRoom) { // in the table, it stands for nothing; it leaves with its instance
            isOff = true;
            throw noRoom;
        }
        return true;
    }

    @Override
    public long alive() {
        return table.count();
    }

    @Override
    public Map<Kind, Long> kinds() {
        return tallies().kinds();
    }

    @Override
    public List<Count> counts() {
        return tallies().counts();
    }

    /** The tallies, counted anew from the table if that may be needed. While others come and go, the next call tries again. */
    private Tallies tallies() {
        if (isOff) {
            isOff = false; // before: what goes wrong meanwhile says so again
            Map<Tally, Long> found = new HashMap<>();
            List<WeakNode> left = new ArrayList<>();
            table.forEach(node -> {
                if (node.item() instanceof Life life) {
                    found.merge(life.tally, 1L, Long::sum);
                } else {
                    left.add(node);
                }
            });
            left.forEach(table::remove); // those that forget() had no room for
            if (!tallies.recount(tally -> found.getOrDefault(tally, 0L))) {
                isOff = true;
            }
        }
        return tallies;
    }

    @Override
    public List<Instance> sample(Kind kind, int max) {
        Objects.requireNonNull(kind, "kind");
        if (max < 1 || max > WeakRegistryConfig.MAX_SAMPLE) {
            throw new IllegalArgumentException(
                    "max is " + max + "; it must be between 1 and " + WeakRegistryConfig.MAX_SAMPLE);
        }
        long now = clock.nanos();
        List<Instance> found = new ArrayList<>();
        table.search(node -> {
            if (node.item() instanceof Life life && life.tally.kind.equals(kind)) {
                Object instance = node.get();
                if (instance != null) {
                    Duration age = Duration.ofNanos(Math.max(0, now - life.since));
                    found.add(new Instance(kind, life.tally.name, age, new WeakReference<>(instance)));
                }
            }
            return found.size() < max;
        });
        found.sort(Comparator.comparing(Instance::age).reversed());
        return Collections.unmodifiableList(found);
    }

    @Override
    public Mark mark() {
        return new Mark(tallies().counts());
    }

    @Override
    public List<Growth> growthSince(Mark mark) {
        return tallies().growthSince(mark.counts());
    }

    @Override
    void empty() {
        if (components != null) {
            Components.unwatch(components);
        }
        super.empty();
    }

    @Override
    public Map<String, Object> gauges() {
        Map<String, Object> gauges = super.gauges();
        int omitted = tallies().counts().size() - WeakRegistryConfig.MAX_CHILDREN;
        if (omitted > 0) {
            gauges.put("omitted", omitted);
        }
        return gauges;
    }

    @Override
    public List<Snapshot> children() {
        List<Count> counts = tallies().counts();
        List<Snapshot> children = new ArrayList<>();
        for (Count count : counts.subList(0, Math.min(counts.size(), WeakRegistryConfig.MAX_CHILDREN))) {
            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put("alive", count.alive());
            figures.put("added", count.added());
            children.add(new Snapshot(0, count.name(), count.kind(), State.OPEN, Duration.ZERO, figures, List.of()));
        }
        return children;
    }

    /** Whether the invariants hold; only while nobody else uses it. */
    boolean invariantsHold() {
        long alive = tallies().counts().stream().mapToLong(Count::alive).sum();
        return table.invariantsHold() && alive == table.count();
    }
}
