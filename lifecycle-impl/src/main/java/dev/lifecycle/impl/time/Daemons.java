package dev.lifecycle.impl.time;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.security.AccessController;
import java.security.PrivilegedAction;
import org.jspecify.annotations.Nullable;

/** Makes the daemon threads of the library: those that serve many callers keep neither locals nor a class loader of one. */
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

    /**
     * Makes a thread that runs tasks of users, begun by whoever comes: a virtual one where there are any.
     *
     * @param name what thread dumps show
     * @param body runs in it
     * @return a thread that does not keep the JVM alive, not started
     */
    public static Thread worker(String name, Runnable body) {
        if (UNSTARTED_ALONE != null) {
            try {
                Thread thread = (Thread) UNSTARTED_ALONE.invoke(name, body);
                thread.setContextClassLoader(null);
                return thread;
            } catch (Throwable unavailable) { // a platform thread will do
                return thread(name, body);
            }
        }
        return thread(name, body);
    }

    private static final @Nullable MethodHandle UNSTARTED_VIRTUAL = findVirtual(true);
    private static final @Nullable MethodHandle UNSTARTED_ALONE = findVirtual(false);
    private static final @Nullable MethodHandle IS_VIRTUAL = findIsVirtual();

    /**
     * Whether a thread is a virtual one.
     *
     * @param thread any thread
     * @return false where there are none
     */
    public static boolean isVirtual(Thread thread) {
        try {
            return IS_VIRTUAL != null && (boolean) IS_VIRTUAL.invokeExact(thread);
        } catch (Throwable never) {
            return false;
        }
    }

    /** Finds {@code Thread.isVirtual()}, JDK 21 and later. */
    private static @Nullable MethodHandle findIsVirtual() {
        try {
            return MethodHandles.publicLookup()
                    .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
        } catch (ReflectiveOperationException | RuntimeException before21) {
            return null;
        }
    }

    /**
     * Finds {@code Thread.ofVirtual().name(name).inheritInheritableThreadLocals(inherits).unstarted(body)}, JDK 21 and later, as
     * (name, body).
     */
    private static @Nullable MethodHandle findVirtual(boolean inherits) {
        try {
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            Class<?> builder = Class.forName("java.lang.Thread$Builder$OfVirtual");
            MethodHandle ofVirtual = lookup.findStatic(Thread.class, "ofVirtual", MethodType.methodType(builder));
            MethodHandle name = lookup.findVirtual(builder, "name", MethodType.methodType(builder, String.class));
            MethodHandle unstarted =
                    lookup.findVirtual(builder, "unstarted", MethodType.methodType(Thread.class, Runnable.class));
            MethodHandle inherit = lookup.findVirtual(
                    builder, "inheritInheritableThreadLocals", MethodType.methodType(builder, boolean.class));
            MethodHandle named = MethodHandles.foldArguments(name, ofVirtual); // (name) -> builder
            MethodHandle set = MethodHandles.insertArguments(inherit, 1, inherits); // (builder) -> builder
            MethodHandle made = MethodHandles.filterReturnValue(named, set);
            return MethodHandles.filterArguments(unstarted, 0, made); // (name, body) -> thread
        } catch (ReflectiveOperationException | RuntimeException before21) {
            return null;
        }
    }
}
