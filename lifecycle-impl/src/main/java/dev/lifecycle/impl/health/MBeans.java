package dev.lifecycle.impl.health;

import dev.lifecycle.Managed;
import dev.lifecycle.health.HealthSnapshot;
import dev.lifecycle.impl.scope.Census;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.scope.Scope;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/** The MBeans of a reporter: its own, and one for each component of the tree. Loaded only where they are wanted. */
final class MBeans {
    /*
     * `registered` has a name before the server knows it. Who closes sets `closed`, then takes back what is registered; who registers looks at `closed` afterwards, and takes back its own: one
     * of the two sees the other. No lock is held, since the server tells its listeners.
     */
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.health");
    private static final int MOST = 1_000;
    private static final int MOST_EQUAL = 100; // of one kind, name and path
    private static final Pattern PLAIN = Pattern.compile("[\\w.@-]([\\w .@-]*[\\w.@-])?");

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private final Map<ObjectName, WeakReference<Managed>> registered = new ConcurrentHashMap<>();
    private volatile boolean closed;
    private boolean complained; // of one thread: that an MBean could not be registered

    /** Registers that of a reporter. */
    void add(Reporter reporter) {
        WeakReference<Managed> component = new WeakReference<>(reporter);
        WeakReference<Reporter> weak = new WeakReference<>(reporter);
        register("", reporter, component, () -> {
            Reporter open = weak.get();
            return open == null ? null : figures(open.health());
        });
    }

    /** Registers those of what was opened since, and takes back those of what is closed. On one thread at a time. */
    void update(@Nullable Scope within, Reporter reporter) {
        Set<Managed> known = Collections.newSetFromMap(new IdentityHashMap<>());
        registered.forEach((name, reference) -> {
            Managed component = reference.get();
            if (component == null || isClosed(component)) {
                remove(name);
            } else {
                known.add(component);
            }
        });
        known.add(reporter);
        List<Census.Found<Managed>> found = new ArrayList<>();
        Census.walk(within, Managed.class, found);
        for (Census.Found<Managed> each : found) {
            if (registered.size() >= MOST || closed) {
                return;
            }
            if (known.add(each.component())) {
                WeakReference<Managed> weak = new WeakReference<>(each.component());
                register(each.scopePath(), each.component(), weak, () -> {
                    Managed open = weak.get();
                    return open == null ? null : open.snapshot().gauges();
                });
            }
        }
    }

    private static boolean isClosed(Managed component) {
        try {
            return component.state() == dev.lifecycle.State.CLOSED;
        } catch (Throwable ofStranger) {
            return false;
        }
    }

    private void register(
            String scope,
            Managed component,
            WeakReference<Managed> weak,
            Supplier<@Nullable Map<String, Object>> figures) {
        try {
            String base =
                    "dev.lifecycle:type=" + component.kind().name() + ",name=" + value(Listing.line(component.name()));
            String withPath = scope.isEmpty() ? base : base + ",path=" + value(Listing.line(scope));
            MBeanView view = new MBeanView(component.kind().name(), figures);
            for (int i = 0; i < MOST_EQUAL; i++) {
                ObjectName name = new ObjectName(i == 0 ? base : i == 1 ? withPath : withPath + ",number=" + i);
                if (register(name, weak, view)) {
                    return;
                }
            }
        } catch (Throwable failure) { // of a stranger, or of the server
            if (!complained) {
                complained = true;
                LOG.warn("a component has no MBean; others that follow are not told of", failure);
            }
        }
    }

    /** Returns whether the name was free. */
    private boolean register(ObjectName name, WeakReference<Managed> component, MBeanView view) throws JMException {
        if (registered.putIfAbsent(name, component) != null) {
            return false;
        }
        boolean done = false;
        try {
            server.registerMBean(view, name);
            done = true;
        } catch (InstanceAlreadyExistsException taken) { // by another reporter, or a stranger
            return false;
        } finally {
            if (!done) {
                registered.remove(name);
            } else if (closed) {
                remove(name);
            }
        }
        return true;
    }

    private void remove(ObjectName name) {
        registered.remove(name);
        try {
            server.unregisterMBean(name);
        } catch (InstanceNotFoundException gone) { // it was not registered yet, or a stranger took it back
            return;
        } catch (JMException | RuntimeException failure) {
            LOG.warn("an MBean could not be taken back: " + name, failure);
        }
    }

    /** What a key stands for: in quotes if a plain name would not do. */
    private static String value(String text) {
        return PLAIN.matcher(text).matches() ? text : ObjectName.quote(text);
    }

    int count() {
        return registered.size();
    }

    /** Takes all back. */
    void close() {
        closed = true;
        registered.keySet().forEach(this::remove);
    }

    private static Map<String, Object> figures(HealthSnapshot health) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("status", health.status());
        figures.put("reasons", String.join("; ", health.reasons()));
        figures.put("level", health.level());
        known(figures, "residentBytes", health.memory().residentBytes());
        known(figures, "virtualBytes", health.memory().virtualBytes());
        known(figures, "usedBytes", health.memory().usedBytes());
        known(figures, "neededBytes", health.memory().neededBytes());
        known(figures, "limitBytes", health.memory().limitBytes());
        known(figures, "usedFraction", health.memory().fraction());
        figures.put("limitOf", health.memory().source());
        known(figures, "heapUsedBytes", health.heap().usedBytes());
        known(figures, "heapCommittedBytes", health.heap().committedBytes());
        known(figures, "heapMaxBytes", health.heap().maxBytes());
        known(figures, "heapLiveBytes", health.heap().liveBytes());
        known(figures, "processorsProcess", health.cpu().process());
        known(figures, "processorsSystem", health.cpu().system());
        figures.put("line", health.toLogLine());
        figures.put("json", health.toJson());
        return figures;
    }

    private static void known(Map<String, Object> figures, String name, long value) {
        if (value >= 0) {
            figures.put(name, value);
        }
    }

    private static void known(Map<String, Object> figures, String name, double value) {
        if (value >= 0) { // and a number
            figures.put(name, value);
        }
    }
}
