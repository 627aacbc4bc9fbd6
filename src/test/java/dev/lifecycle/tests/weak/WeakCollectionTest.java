package dev.lifecycle.tests.weak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.leak.LeakDetector;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.testing.LeakProbe;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.tests.api.ChildJvm;
import dev.lifecycle.weak.WeakKeyMap;
import dev.lifecycle.weak.WeakValueMap;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is held weakly, once nobody else holds it; and what goes with it. */
@Tag("once")
@Timeout(120)
class WeakCollectionTest {
    private static final AtomicInteger TESTS = new AtomicInteger();

    /** Puts so many in; returns what has to stay for the entries to stay but for their referents, and a canary. */
    private static List<Object> fill(Structure structure, Structure.Subject subject, int count) {
        List<Object> handles = new ArrayList<>();
        Object referent = null;
        for (int i = 0; i < count; i++) {
            referent = structure.referent();
            handles.add(subject.add(referent));
        }
        handles.add(new WeakReference<>(referent));
        return handles;
    }

    private static Reference<?> canary(List<Object> handles) {
        return (Reference<?>) handles.get(handles.size() - 1);
    }

    @ParameterizedTest
    @EnumSource
    void anIdleOneIsEmptyASecondAfterTheCollection(Structure structure) {
        long took = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 3 && took > TimeUnit.SECONDS.toNanos(1); attempt++) { // the machine may be busy
            try (Structure.Subject subject = structure.open("idle")) {
                List<Object> handles = fill(structure, subject, 10_000);
                LeakProbe.awaitCollected(canary(handles));
                long begin = System.nanoTime();
                Await.until("empty", () -> subject.size() == 0);
                took = System.nanoTime() - begin;
                Reference.reachabilityFence(handles);
            }
        }
        assertTrue(took <= TimeUnit.SECONDS.toNanos(1), "took " + TimeUnit.NANOSECONDS.toMillis(took) + " ms");
    }

    @ParameterizedTest
    @EnumSource
    void keepsWhatLives(Structure structure) {
        try (Structure.Subject subject = structure.open("map")) {
            List<Object> kept = new ArrayList<>();
            List<Object> handles = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                kept.add(structure.referent());
                handles.add(subject.add(kept.get(i)));
            }
            handles.addAll(fill(structure, subject, 1_000));
            LeakProbe.awaitCollected(canary(handles));
            Await.until("the dead have left", () -> subject.size() == 1_000);
            LeakProbe.awaitCollected(new WeakReference<>(new Object()));
            subject.purge();
            assertEquals(1_000, subject.size());
            Reference.reachabilityFence(kept);
        }
    }

    @ParameterizedTest
    @EnumSource
    void purgesAtOnceWhatWasCollected(Structure structure) {
        if (structure == Structure.WEAK_VALUES) {
            return; // purge is about keys
        }
        try (Structure.Subject subject = structure.open("map")) {
            List<Object> handles = fill(structure, subject, 1_000);
            LeakProbe.awaitCollected(canary(handles));
            subject.purge();
            assertEquals(0, subject.size());
            Await.until(
                    "counted",
                    () -> subject.managed().snapshot().gauges().get("collected").equals(1_000L));
        }
    }

    @Test
    void aPurgeBesideTheReaperTellsOfEachOnce() {
        List<Object> told = new CopyOnWriteArrayList<>();
        try (WeakValueMap<Object, Object> map =
                WeakValueMap.builder("map").onEvict(told::add).open()) {
            LeakProbe.awaitCollected(dyingValues(map));
            map.purge();
            assertEquals(0, map.approxSize());
            Await.until("told of all", () -> told.size() >= 1_000);
            LeakProbe.awaitCollected(
                    new WeakReference<>(new Object())); // the reaper has heard of them by then, if it does
            assertEquals(1_000, told.size());
            assertEquals(1_000, new HashSet<>(told).size());
        }
    }

    private static Reference<?> dyingValues(WeakValueMap<Object, Object> map) {
        Object last = new Object();
        for (int i = 0; i < 1_000; i++) {
            last = new Object();
            map.put(i, last);
        }
        return new WeakReference<>(last);
    }

    @Test
    void aMillionThatDieInOneCollectionLeaveSoon() {
        AtomicInteger told = new AtomicInteger();
        try (WeakKeyMap<Object, Object> map = WeakKeyMap.builder("million")
                .onEvict(value -> told.incrementAndGet())
                .open()) {
            Object living = new Object();
            map.put(living, "stays");
            List<Object> keys = new ArrayList<>();
            Reference<?> last = dieMillion(map, keys);
            assertEquals(1_000_001, map.approxSize());
            keys.clear();
            LeakProbe.awaitCollected(last);
            long begin = System.nanoTime();
            Await.until("all have left", () -> map.approxSize() == 1);
            System.out.println("a million entries left within " + (System.nanoTime() - begin) / 1_000_000 + " ms");
            Await.until("all are told", () -> told.get() == 1_000_000);
            assertEquals("stays", map.get(living));
        }
    }

    private static Reference<?> dieMillion(WeakKeyMap<Object, Object> map, List<Object> keys) {
        for (int i = 0; i < 1_000_000; i++) {
            Object key = new Object();
            keys.add(key);
            map.put(key, "value");
        }
        return new WeakReference<>(keys.get(999_999));
    }

    // ---- dropped without being closed ------------------------------------------------------------------------------

    private static Reference<?> drop(Structure structure, String name, List<Object> kept) {
        Structure.Subject subject = structure.open(name);
        for (int i = 0; i < 10; i++) {
            Object referent = structure.referent();
            kept.add(referent);
            kept.add(subject.add(referent));
        }
        return new WeakReference<>(subject.self());
    }

    @ParameterizedTest
    @EnumSource
    void oneThatIsDroppedUnclosedIsReportedAndCollected(Structure structure) {
        String name = "weak leak " + TESTS.incrementAndGet();
        List<LeakReport> heard = new CopyOnWriteArrayList<>();
        Logger log = Logger.getLogger("dev.lifecycle.leak");
        log.setUseParentHandlers(false);
        try (LeakDetector.Registration listening = LeakDetector.library().addListener(report -> {
            if (report.label().equals(name)) {
                heard.add(report);
            }
        })) {
            List<Object> kept = new ArrayList<>();
            LeakProbe.awaitCollected(drop(structure, name, kept));
            Await.until("reported", () -> !heard.isEmpty());
            assertEquals(LeakReport.Kind.COLLECTED_UNCLOSED, heard.get(0).kind());
            assertTrue(
                    heard.get(0).type().startsWith("dev.lifecycle.weak.Weak"),
                    heard.get(0).type());
            Reference.reachabilityFence(kept);
        } finally {
            log.setUseParentHandlers(true);
        }
    }

    @Test
    void oneWhoseValuesReferToItIsCollectedThoughItsKeysLive() {
        List<Object> keys = new ArrayList<>();
        LeakProbe.awaitCollected(dropSelfish(keys));
        Reference.reachabilityFence(keys);
    }

    private static Reference<?> dropSelfish(List<Object> keys) {
        WeakKeyMap<Object, Object> map = WeakKeyMap.builder("selfish").open();
        for (int i = 0; i < 100; i++) {
            keys.add(new Object());
            map.put(keys.get(i), map);
        }
        return new WeakReference<>(map);
    }

    @Test
    void aValueIsReleasedWithItsKey() {
        try (WeakKeyMap<Object, Object> map = WeakKeyMap.builder("map").open()) {
            LeakProbe.awaitCollected(valueOfDying(map));
        }
    }

    private static Reference<?> valueOfDying(WeakKeyMap<Object, Object> map) {
        Object value = new Object();
        map.put(new Object(), value);
        return new WeakReference<>(value);
    }

    @Test
    void anOwnedOneIsKeptByItsOwnerAlone() {
        List<Object> kept = new ArrayList<>();
        Reference<?> map;
        try (Scope app = Scope.open("app")) {
            map = new WeakReference<>(fillOwned(app, kept));
            LeakProbe.awaitCollected(new WeakReference<>(new Object()));
            assertFalse(map.refersTo(null));
        }
        LeakProbe.awaitCollected(map);
    }

    private static Object fillOwned(Scope app, List<Object> kept) {
        WeakKeyMap<Object, Object> map = WeakKeyMap.builder("owned").open(app);
        kept.add(new Host());
        map.put(kept.get(0), map);
        return map;
    }

    // ---- class loaders ---------------------------------------------------------------------------------------------

    /** Loaded by a loader of its own, too. */
    static final class Plugin {}

    private static Reference<?> usePlugin(Structure structure, Structure.Subject subject) throws Exception {
        URL[] urls = {ChildJvm.locationOf(Plugin.class).toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(urls, WeakCollectionTest.class.getClassLoader()) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                synchronized (getClassLoadingLock(name)) {
                    return name.equals(Plugin.class.getName()) ? findClass(name) : super.loadClass(name, resolve);
                }
            }
        }) {
            Class<?> type = loader.loadClass(Plugin.class.getName());
            assertNotSame(Plugin.class, type);
            var constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            subject.add(constructor.newInstance());
            subject.add(type);
            return new WeakReference<>(loader);
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsNoClassLoader(Structure structure) throws Exception {
        try (Structure.Subject subject = structure.open("plugins")) {
            Reference<?> loader = usePlugin(structure, subject);
            LeakProbe.awaitCollected(loader);
            Await.until("empty", () -> subject.size() == 0);
        }
    }
}
