package dev.lifecycle.tests.weak;

import static org.junit.jupiter.api.Assertions.assertNotSame;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.testing.LeakProbe;
import dev.lifecycle.tests.api.ChildJvm;
import dev.lifecycle.weak.Emitter;
import dev.lifecycle.weak.Listeners;
import dev.lifecycle.weak.Subscription;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.lang.reflect.Constructor;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An application that is undeployed with its listeners can be collected. */
@Tag("once")
@Timeout(120)
class ListenersClassLoaderTest {
    private static final ClassLoader PARENT = new ClassLoader(ClassLoader.getPlatformClassLoader()) {
        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("dev.lifecycle.")) { // the JDK's loaders see the api where it is on the module path
                throw new ClassNotFoundException(name);
            }
            return super.loadClass(name, resolve);
        }
    };

    /** What runs in the loader to be dropped; refers to the api and the JDK alone. */
    static final class Use implements Runnable {
        /** As applications do, in their static fields. */
        static Object keeper;

        @Override
        public void run() {
            AtomicInteger calls = new AtomicInteger();
            Listeners<Integer> hub =
                    Listeners.<Integer>builder("numbers").reportAbove(8).open();
            keeper = hub;
            Scope view = Scope.open("view");
            Object owner = new Object();
            for (int i = 0; i < 20; i++) {
                hub.on(view, calls::addAndGet);
                hub.onWeak(owner, (any, value) -> calls.addAndGet(value));
            }
            // a class of the JDK, whose class value must not lead here
            BiConsumer<Object, Object> ofTheJdk = new java.util.HashMap<Object, Object>()::put;
            Subscription one = hub.onWeak(owner, ofTheJdk);
            Emitter<Integer> emitter = hub.emitTo(Runnable::run);
            emitter.emit(1);
            try {
                check(one.closeAndAwait(Duration.ofSeconds(20)));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            view.close();
            check(calls.get() == 40);
            hub.close();
            check(hub.size() == 0);
        }

        private static void check(boolean holds) {
            if (!holds) {
                throw new IllegalStateException("not so");
            }
        }
    }

    @Test
    void pinNoClassLoader() throws Exception {
        LeakProbe.awaitCollected(useInItsOwnLoader(), Duration.ofSeconds(60));
    }

    private static Reference<?> useInItsOwnLoader() throws Exception {
        Class<?> impl = Lifecycle.provider().getClass();
        URL[] urls = {url(Scope.class), url(impl), url(ListenersClassLoaderTest.class)};
        try (URLClassLoader loader = new URLClassLoader("throwaway", urls, PARENT)) {
            Class<?> copy = loader.loadClass(Use.class.getName());
            assertNotSame(Use.class, copy);
            Constructor<?> constructor = copy.getDeclaredConstructor();
            constructor.setAccessible(true);
            ((Runnable) constructor.newInstance()).run();
            return new WeakReference<>(loader);
        }
    }

    private static URL url(Class<?> type) throws MalformedURLException {
        return ChildJvm.locationOf(type).toUri().toURL();
    }
}
