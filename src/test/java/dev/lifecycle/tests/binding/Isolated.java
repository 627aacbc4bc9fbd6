package dev.lifecycle.tests.binding;

import dev.lifecycle.Lifecycle;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.function.ThrowingSupplier;

/** A copy of the api in a class loader of its own, which has yet to look for an implementation. */
final class Isolated implements AutoCloseable {
    /**
     * The platform class loader, without what is under test: the class loaders of the JDK know each other's modules, so
     * that it sees the api of these tests where that is on the module path.
     */
    private static final ClassLoader PARENT = new ClassLoader(ClassLoader.getPlatformClassLoader()) {
        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("dev.lifecycle.")) {
                throw new ClassNotFoundException(name);
            }
            return super.loadClass(name, resolve);
        }
    };

    private final ClassLoader loader;
    private ClassLoader context;

    private Isolated(ClassLoader loader, ClassLoader context) {
        this.loader = loader;
        this.context = context;
    }

    /** The api and more on one class path, below the platform class loader; the context class loader sees nothing of it. */
    static Isolated classPath(Path... more) throws IOException {
        Path[] all = new Path[more.length + 1];
        all[0] = Workshop.API;
        System.arraycopy(more, 0, all, 1, more.length);
        return of(new URLClassLoader("isolated", Workshop.urls(all), PARENT));
    }

    static Isolated of(ClassLoader loader) {
        return new Isolated(loader, ClassLoader.getPlatformClassLoader());
    }

    /** Sets the context class loader of the calls. */
    Isolated context(ClassLoader other) {
        context = other;
        return this;
    }

    ClassLoader loader() {
        return loader;
    }

    boolean isAvailable() throws Exception {
        return (boolean) call("isAvailable");
    }

    Object provider() throws Exception {
        return call("provider");
    }

    Optional<?> find() throws Exception {
        return (Optional<?>) call("find");
    }

    /** What {@code provider()} throws. */
    RuntimeException failure() throws Exception {
        try {
            throw new AssertionError("bound to " + provider());
        } catch (InvocationTargetException e) {
            if (e.getCause().getClass().getName().equals("dev.lifecycle.ProviderMissingException")) {
                return (RuntimeException) e.getCause();
            }
            throw new AssertionError("another failure", e.getCause());
        }
    }

    private Object call(String method) throws Exception {
        return within(() ->
                loader.loadClass(Lifecycle.class.getName()).getMethod(method).invoke(null));
    }

    private <T> T within(Callable<T> work) throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(context);
        try {
            return work.call();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Runs {@code work} while the system property that picks an implementation is set. */
    static <T> T picking(String value, ThrowingSupplier<T> work) throws Throwable {
        System.setProperty("dev.lifecycle.provider", value);
        try {
            return work.get();
        } finally {
            System.clearProperty("dev.lifecycle.provider");
        }
    }

    @Override
    public void close() throws IOException {
        if (loader instanceof URLClassLoader closeable) {
            closeable.close();
        }
    }
}
