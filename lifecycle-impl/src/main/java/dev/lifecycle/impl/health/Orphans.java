package dev.lifecycle.impl.health;

import dev.lifecycle.impl.tree.Reaper;
import java.lang.ref.WeakReference;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Ends what servers have left running that were dropped without being closed: threads of the JDK know nothing of that. */
final class Orphans extends Reaper.Client {
    private static final Set<Orphan> OPEN = ConcurrentHashMap.newKeySet(); // identity: Orphan has no equals
    private static final Orphans INSTANCE = new Orphans();

    private Orphans() {}

    /** A server that is open, and what to do once it is collected. */
    static final class Orphan extends WeakReference<Server> implements Reaper.Reapable {
        private final Runnable end;

        private Orphan(Server server, Runnable end) {
            super(server, Reaper.queue());
            this.end = end;
        }

        @Override
        public void reap() {
            if (OPEN.remove(this)) {
                end.run();
            }
        }
    }

    /** Calls {@code end}, which does not block and does not refer to {@code server}, once that is collected. */
    static Orphan watch(Server server, Runnable end) {
        Orphan orphan = new Orphan(server, end);
        OPEN.add(orphan);
        INSTANCE.watch();
        return orphan;
    }

    static void forget(Orphan orphan) {
        OPEN.remove(orphan);
    }

    @Override
    protected boolean isLive() {
        return !OPEN.isEmpty();
    }
}
