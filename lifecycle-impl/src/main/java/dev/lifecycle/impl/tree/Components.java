package dev.lifecycle.impl.tree;

import dev.lifecycle.Managed;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Tells who asked for it of each component of the library that is opened. */
public final class Components {
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.tree");
    private static final List<WeakReference<Consumer<Managed>>> WATCHERS = new CopyOnWriteArrayList<>();

    /** Whether there ever was one: one read for each component, in a service where nobody asked. */
    private static volatile boolean watched;

    private Components() {}

    /**
     * Says that a component was opened. Calls watchers of the library, which run no code of users.
     *
     * @param component the node of the tree
     */
    public static void opened(Managed component) {
        if (watched) {
            tell(component);
        }
    }

    private static void tell(Managed component) {
        boolean gone = false;
        for (WeakReference<Consumer<Managed>> reference : WATCHERS) {
            Consumer<Managed> watcher = reference.get();
            gone |= watcher == null;
            try {
                if (watcher != null) {
                    watcher.accept(component);
                }
            } catch (Throwable failure) { // no memory: the component is open all the same, and must not be lost
                LOG.warn("a component was opened and is not counted", failure);
            }
        }
        if (gone) {
            WATCHERS.removeIf(reference -> reference.refersTo(null));
        }
    }

    /**
     * Begins to tell {@code watcher}, until it is collected.
     *
     * @param watcher held weakly
     */
    public static void watch(Consumer<Managed> watcher) {
        WATCHERS.add(new WeakReference<>(watcher));
        watched = true;
    }

    /**
     * Tells {@code watcher} no more.
     *
     * @param watcher known
     */
    public static void unwatch(Consumer<Managed> watcher) {
        WATCHERS.removeIf(reference -> reference.refersTo(watcher) || reference.refersTo(null));
    }
}
