package dev.lifecycle.testing;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.LifecycleException;
import dev.lifecycle.Managed;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.leak.Site;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a probe was told to look for, beside its scope. Guarded by the probe. */
final class Expectations {
    /** As many as {@link Lifecycle#roots} lists. */
    private static final int MAX_ROOTS = 1_000;

    private final List<Unreachable> objects = new ArrayList<>();
    private final IdentityHashMap<Managed, Site> components = new IdentityHashMap<>();
    private final List<Threads> threads = new ArrayList<>();
    private @Nullable Set<Long> rootsBefore;

    /** An object that is to be collected, and where it was handed to the probe. */
    static final class Unreachable extends WeakReference<Object> {
        final String type;
        final Site site;

        Unreachable(Object object, Site site) {
            super(object);
            this.type = object.getClass().getName();
            this.site = site;
        }
    }

    void collected(Object object, Site site) {
        objects.add(new Unreachable(object, site));
    }

    void closed(Managed component, Site site) {
        components.put(component, site);
    }

    /** Which roots are open now. */
    static Set<Long> roots() {
        List<Snapshot> open = Lifecycle.roots();
        if (open.size() >= MAX_ROOTS) {
            throw new LifecycleException("at least " + open.size() + " named root scopes are open, and no more are"
                    + " listed: new ones could not be told from old ones. Close the roots of earlier tests");
        }
        Set<Long> ids = new HashSet<>();
        open.forEach(snapshot -> ids.add(snapshot.id()));
        return ids;
    }

    /** Of several calls, the first says from when on. */
    void noNewRoots(Set<Long> before) {
        if (rootsBefore == null) {
            rootsBefore = before;
        }
    }

    void noNewThreads(@Nullable String prefix) {
        threads.add(new Threads(prefix));
    }

    /** Looks at everything; waits for objects and threads, but no longer than {@code nanos} altogether. */
    void check(Findings findings, long nanos) {
        components.forEach((component, site) -> {
            try {
                if (component.state() != State.CLOSED) {
                    findings.addComponent(component, site);
                }
            } catch (Throwable failure) { // the code of a stranger: the other checks are made all the same
                findings.addUntold(component, site, failure);
            }
        });
        components.clear(); // they may be what keeps the objects alive
        if (rootsBefore != null) {
            Set<Long> before = rootsBefore;
            Lifecycle.roots().stream()
                    .filter(root -> root.state() != State.CLOSED && !before.contains(root.id()))
                    .forEach(findings::addRoot);
        }
        Garbage.Pauses pauses = new Garbage.Pauses(nanos);
        if (!objects.isEmpty()) {
            Garbage.Outcome<Unreachable> outcome = Garbage.await(objects, pauses.left());
            outcome.left().forEach(left -> findings.addObject(left, outcome));
        }
        for (Threads some : threads) {
            List<Thread> alive = some.alive();
            while (!alive.isEmpty() && pauses.next()) {
                alive = some.alive();
            }
            findings.addThreads(alive, pauses.interrupted());
        }
    }
}
