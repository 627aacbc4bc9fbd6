package dev.lifecycle.impl.leak;

import static org.junit.jupiter.api.Assertions.assertNotSame;

import dev.lifecycle.impl.tree.Await;
import dev.lifecycle.leak.LeakDetector;
import java.lang.ref.WeakReference;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The library pins no class loader: neither its own, after use, nor that of who uses it, during. */
class ClassLoaderTest {

    /** What the throwaway loader runs; loaded there, by name. */
    static final class Use implements Runnable {
        private static Object keeper;

        @Override
        public void run() {
            Detectors make = new Detectors();
            make.capture = LeakDetector.Capture.STACK;
            make.heldLongerThan = Duration.ofMillis(5).toNanos();
            Detector<Object> detector = make.open();
            keeper = detector; // as applications do
            int[] heard = new int[1];
            detector.addListener(report -> heard[0]++);
            detector.track(new Object()).touch("hint");
            Await.collection();
            Await.until("found, told and timed", () -> detector.stats().leaked() == 1 && heard[0] > 0);
            detector.track(this);
            Await.until("held", () -> detector.stats().heldTooLong() > 0);
            LibraryDetector.instance().track(this).close(this);
            make.close();
        }
    }

    /** Opens and closes from a loader of an application, while the library stays busy on behalf of another. */
    static final class Application implements Runnable {
        static LeakDetector<Object> shared;

        @Override
        public void run() {
            Object object = new Object();
            LeakDetector.Tracker<Object> tracker = shared.track(object);
            tracker.close(object);
        }
    }

    @Test
    void theLibraryIsCollectableAfterUse() throws Exception {
        WeakReference<ClassLoader> loader = useInItsOwnLoader();
        Await.within(Duration.ofSeconds(20), "the loader is collected", () -> {
            System.gc();
            return loader.refersTo(null);
        });
    }

    private static WeakReference<ClassLoader> useInItsOwnLoader() throws Exception {
        try (URLClassLoader loader = throwaway(true)) {
            Class<?> use = loader.loadClass(Use.class.getName());
            assertNotSame(Use.class, use);
            run(use);
            return new WeakReference<>(loader);
        }
    }

    @Test
    void anApplicationThatStartedTheReaperIsCollectableWhileItRuns() throws Exception {
        try (Detectors make = new Detectors()) {
            Detector<Object> detector = make.open();
            WeakReference<ClassLoader> loader = useShared(detector);
            detector.track(this); // keeps the reaper running
            Await.within(Duration.ofSeconds(20), "the loader is collected", () -> {
                System.gc();
                return loader.refersTo(null);
            });
        }
    }

    private static WeakReference<ClassLoader> useShared(Detector<Object> detector) throws Exception {
        try (URLClassLoader loader = throwaway(false)) {
            Class<?> application = loader.loadClass(Application.class.getName());
            java.lang.reflect.Field shared = application.getDeclaredField("shared");
            shared.setAccessible(true);
            shared.set(null, detector);
            run(application);
            return new WeakReference<>(loader);
        }
    }

    private static void run(Class<?> type) throws Exception {
        Constructor<?> constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        Object instance = constructor.newInstance();
        Method method = type.getDeclaredMethod("run");
        method.setAccessible(true);
        method.invoke(instance);
    }

    /** A loader of its own copies of the tests, and, where told to, of the library. */
    private static URLClassLoader throwaway(boolean libraryToo) {
        URL[] urls = {location(ClassLoaderTest.class), location(Detector.class), location(LeakDetector.class)};
        return new URLClassLoader(urls, ClassLoaderTest.class.getClassLoader()) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                boolean own = libraryToo
                        ? name.startsWith("dev.lifecycle.")
                        : name.startsWith(ClassLoaderTest.class.getName());
                if (!own) {
                    return super.loadClass(name, resolve);
                }
                synchronized (getClassLoadingLock(name)) {
                    Class<?> known = findLoadedClass(name);
                    return known != null ? known : findClass(name);
                }
            }
        };
    }

    private static URL location(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation();
    }
}
