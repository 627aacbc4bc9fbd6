package dev.lifecycle.impl.scope;

import dev.lifecycle.Snapshot;
import dev.lifecycle.impl.tree.Reaper;
import java.lang.ref.WeakReference;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The named scopes without a parent, known weakly: a root that is dropped disappears. */
public final class Roots extends Reaper.Client {
    private static final int MAX_LISTED = 1_000;
    private static final AtomicLong COUNT = new AtomicLong();
    private static final Roots INSTANCE = new Roots();

    private final Set<Entry> open = ConcurrentHashMap.newKeySet(); // identity: Entry has no equals

    private Roots() {}

    /** One root. */
    static final class Entry extends WeakReference<BaseScope> implements Reaper.Reapable {

        private final long number = COUNT.getAndIncrement(); // in the order of opening

        private Entry(BaseScope scope) {
            super(scope, Reaper.queue());
        }

        @Override
        public void reap() {
            INSTANCE.open.remove(this);
        }
    }

    static Entry add(BaseScope scope) {
        Entry entry = new Entry(scope);
        INSTANCE.open.add(entry);
        INSTANCE.watch();
        return entry;
    }

    static void remove(Entry entry) {
        INSTANCE.open.remove(entry);
    }

    @Override
    protected boolean isLive() {
        return !open.isEmpty();
    }

    /** Adds those that are open, in no order. */
    static void addTo(Collection<BaseScope> to) {
        for (Entry each : INSTANCE.open) {
            BaseScope root = each.get();
            if (root != null) {
                to.add(root);
            }
        }
    }

    /** See {@link dev.lifecycle.Lifecycle#roots}. */
    public static List<Snapshot> list() {
        return INSTANCE.open.stream()
                .sorted(Comparator.comparingLong(entry -> entry.number))
                .map(WeakReference::get)
                .filter(Objects::nonNull)
                .limit(MAX_LISTED)
                .map(BaseScope::snapshot)
                .toList();
    }
}
