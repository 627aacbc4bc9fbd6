package dev.lifecycle.impl.time;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.security.AccessController;
import java.security.PrivilegedAction;
import org.jspecify.annotations.Nullable;

/** Makes the daemon threads of the library: platform threads that keep neither locals nor a class loader of a caller. */
public final class Daemons {

    private Daemons() {}

    /**
     * Makes a thread.
     *
     * @param name what thread dumps show
     * @param body runs in it
     * @return a daemon thread, not started
     */
    public static Thread thread(String name, Runnable body) {
        return INHERITS_CONTEXT ? Unprivileged.thread(name, body) : make(name, body);
    }

    /**
     * Before JDK 24 a new thread keeps the protection domains on the stack of its creator, and so the class loader of who
     * happened to be the first to open something. Apart, since the JDK will drop the class it uses.
     */
    @SuppressWarnings("removal")
    private static final class Unprivileged {
        static Thread thread(String name, Runnable body) {
            PrivilegedAction<Thread> action = () -> make(name, body);
            return AccessController.doPrivileged(action);
        }
    }

    private static final boolean INHERITS_CONTEXT = Runtime.version().feature() < 24;

    private static Thread make(String name, Runnable body) {
        Thread thread = new Thread(null, body, name, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        return thread;
    }

    /**
     * Makes a thread that runs closers of users: a virtual one where there are any, since many may be stuck.
     *
     * @param name what thread dumps show
     * @param body runs in it
     * @return a thread that does not keep the JVM alive, not started
     */
    public static Thread closer(String name, Runnable body) {
        if (UNSTARTED_VIRTUAL != null) {
            try {
                return (Thread) UNSTARTED_VIRTUAL.invoke(name, body);
            } catch (Throwable unavailable) { // a platform thread will do
                return thread(name, body);
            }
        }
        return thread(name, body);
    }

    private static final @Nullable MethodHandle UNSTARTED_VIRTUAL = findVirtual();

    /** Finds {@code Thread.ofVirtual().name(name).unstarted(body)}, JDK 21 and later, as (name, body). */
    private static @Nullable MethodHandle findVirtual() {
        try {
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            Class<?> builder = Class.forName("java.lang.Thread$Builder$OfVirtual");
            MethodHandle ofVirtual = lookup.findStatic(Thread.class, "ofVirtual", MethodType.methodType(builder));
            MethodHandle name = lookup.findVirtual(builder, "name", MethodType.methodType(builder, String.class));
            MethodHandle unstarted =
                    lookup.findVirtual(builder, "unstarted", MethodType.methodType(Thread.class, Runnable.class));
            MethodHandle named = MethodHandles.foldArguments(name, ofVirtual); // (name) -> builder
            return MethodHandles.filterArguments(unstarted, 0, named); // (name, body) -> thread
        } catch (ReflectiveOperationException | RuntimeException before21) {
            return null;
        }
    }
}
