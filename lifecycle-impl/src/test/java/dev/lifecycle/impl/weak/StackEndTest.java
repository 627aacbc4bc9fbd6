package dev.lifecycle.impl.weak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Kind;
import dev.lifecycle.impl.tree.Await;
import dev.lifecycle.spi.WeakRegistryConfig;
import dev.lifecycle.time.TimeSource;
import dev.lifecycle.weak.Subscription;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where the stack ends inside an operation, wherever that is: no lock stays taken, no count is wrong, no claim stays. */
@Timeout(120)
class StackEndTest {
    private static final int DIVES = 300;

    private final List<Object> kept = new ArrayList<>();
    private int failures;

    /** Runs {@code work} as deep as it can be begun, then one frame higher, until there is room for it. */
    private void dive(Runnable work) {
        try {
            dive(work);
        } catch (StackOverflowError end) {
            try {
                work.run();
            } catch (StackOverflowError again) {
                failures++;
                throw again;
            }
        }
    }

    /** The same behind frames of other sizes: so the end comes at other places. */
    private long dive(Runnable work, int before, long a, long b, long c) {
        if (before > 0) {
            return dive(work, before - 1, b, c, a) + a;
        }
        dive(work);
        return b;
    }

    private void dives(Runnable work, Runnable check) throws InterruptedException {
        work.run(); // loads and links what could not be at the end of the stack
        AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
        Thread thread = new Thread(
                null,
                () -> {
                    for (int i = 0; i < DIVES; i++) {
                        dive(work, i % 37, 1, 2, 3);
                        check.run();
                    }
                },
                "diver",
                200 * 1024);
        thread.setUncaughtExceptionHandler((where, failure) -> thrown.set(failure));
        thread.start();
        Await.until("all dives", () -> !thread.isAlive());
        if (thrown.get() != null) {
            throw new AssertionError("in a dive", thrown.get());
        }
        assertTrue(failures > DIVES / 10, "the stack ended inside " + failures + " times");
    }

    private static void locksAreFree(WeakTable table) {
        for (int region = 0; region < 16; region++) {
            Locks.Lock lock = table.locks().get(region); // the reaper may have it at this moment
            Settled.check("a free lock", () -> (lock.word & Locks.Lock.TAKEN) == 0);
        }
    }

    @Test
    void inPutAndRemoveOfOrdinaryKeys() throws InterruptedException {
        IdentityMap<Object, Object> map = IdentityMapModelTest.open(false);
        map.put(this, "keeps the reaper awake");
        dives(
                () -> {
                    Object key = new Object();
                    kept.add(key);
                    map.put(key, "value");
                    if (kept.size() % 3 > 0) {
                        map.remove(key);
                    }
                },
                () -> {
                    locksAreFree(map.table);
                    Settled.check("invariants", map::invariantsHold);
                });
        Object last = new Object();
        for (int i = 0; i < 100; i++) {
            assertNull(map.put(new Object(), last));
        }
        map.close();
        assertEquals(0, map.approxSize());
    }

    @Test
    void inPutAndRemoveOfHosts() throws Exception {
        IdentityMap<Object, Object> map = IdentityMapModelTest.open(false);
        map.put(this, "keeps the reaper awake");
        List<Object> hosts = new ArrayList<>();
        dives(
                () -> {
                    Object host = new IdentityMapModelTest.Host();
                    hosts.add(host);
                    map.put(host, "value");
                    map.put(host, "next");
                    if (hosts.size() % 3 > 0) {
                        map.remove(host);
                    }
                },
                () -> {
                    locksAreFree(map.table);
                    Settled.check("invariants", map::invariantsHold);
                    hosts.forEach(host -> map.put(host, "again")); // nobody has a claim on it
                    hosts.clear();
                });
        map.put(new IdentityMapModelTest.Host(), "the next one takes out what is left of claims");
        Field claims = Pins.class.getDeclaredField("CLAIMS");
        claims.setAccessible(true);
        Map<?, ?> left = (Map<?, ?>) claims.get(null); // those of other tests leave with their hosts
        // Not isEmpty(): its count is wrong for good where the stack ended between a removal and the count of it.
        Settled.check("no claim is left", () -> !left.keySet().iterator().hasNext());
        map.close();
    }

    @Test
    void inPutAndRemoveOfWeakValues() throws InterruptedException {
        ValueMap<Object, Object> map = ValueMapModelTest.open();
        map.put(-1, this);
        dives(
                () -> {
                    int key = kept.size();
                    Object value = new Object();
                    kept.add(value);
                    map.put(key, value);
                    map.put(key, this);
                    if (key % 3 > 0) {
                        map.remove(key);
                    }
                },
                () -> {
                    locksAreFree(map.table);
                    Settled.check("invariants", map::invariantsHold);
                });
        map.close();
    }

    @Test
    void inIntern() throws InterruptedException {
        Interner<Object> interner = InternerModelTest.open();
        interner.intern(this);
        dives(
                () -> {
                    Object instance = new Object();
                    kept.add(instance);
                    interner.intern(instance);
                },
                () -> {
                    locksAreFree(interner.table);
                    Settled.check("invariants", interner::invariantsHold);
                });
        interner.close();
    }

    @Test
    void inClear() throws InterruptedException {
        IdentityMap<Object, Object> map = IdentityMapModelTest.open(false);
        Runnable fill = () -> {
            for (int i = 0; i < 50; i++) {
                kept.add(new Object());
                map.put(kept.get(kept.size() - 1), "value");
            }
        };
        fill.run();
        dives(map::clear, () -> {
            locksAreFree(map.table);
            Settled.check("invariants", map::invariantsHold);
            fill.run(); // not at the end of the stack: there the reaper may have to be started, and takes other locks
        });
        map.close();
    }

    @Test
    void inAddToARegistry() throws InterruptedException {
        LiveRegistry registry =
                (LiveRegistry) LiveRegistry.open(new WeakRegistryConfig("model", false, TimeSource.system()), null);
        registry.add(Kind.RESOURCE, "keeps the reaper awake", this);
        dives(
                () -> {
                    Object instance = new Object();
                    kept.add(instance);
                    registry.add(Kind.RESOURCE, "n", instance);
                    if (kept.size() % 3 > 0) {
                        registry.remove(instance);
                    }
                },
                () -> {
                    locksAreFree(registry.table);
                    Settled.check("invariants", registry::invariantsHold);
                });
        registry.close();
    }

    @Test
    void inCloseOfTheOnlyListener() throws InterruptedException {
        AtomicInteger heard = new AtomicInteger();
        AtomicReference<Hub<Integer>> hub = new AtomicReference<>(HubModelTest.hub(10, false));
        AtomicReference<Subscription> sole = new AtomicReference<>(hub.get().on(heard::addAndGet));
        dives(() -> sole.get().close(), () -> {
            sole.get().close(); // if there was no room for it before
            assertEquals(0, hub.get().emit(1), "deliveries after close() has returned");
            assertEquals(0, heard.get());
            assertTrue(hub.get().invariantsHold());
            hub.get().close();
            hub.set(HubModelTest.hub(10, false));
            sole.set(hub.get().on(heard::addAndGet));
        });
        hub.get().close();
    }

    /** Runs tasks when it is told to. One that is not taken leaves nothing behind: ArrayDeque, where its stack ends, may lose the next one. */
    private static final class Later implements Executor {
        private Runnable[] tasks = new Runnable[1_000];
        private int count;

        @Override
        public void execute(Runnable task) {
            tasks[count] = task;
            count++;
        }

        void runAll() {
            Runnable[] due = Arrays.copyOf(tasks, count);
            tasks = new Runnable[tasks.length];
            count = 0;
            for (Runnable task : due) {
                task.run();
            }
        }
    }

    @Test
    void inEmitByAnExecutor() throws InterruptedException {
        try (Hub<Integer> hub = HubModelTest.hub(10, false)) {
            AtomicInteger heard = new AtomicInteger();
            hub.on(value -> heard.incrementAndGet());
            Later later = new Later();
            QueuedEmitter<Integer> emitter = (QueuedEmitter<Integer>) hub.emitTo(later);
            Runnable all = later::runAll;
            dives(() -> emitter.emit(1), () -> {
                all.run();
                int before = heard.get();
                assertTrue(emitter.emit(2));
                all.run();
                assertTrue(heard.get() > before, "the emitter still delivers");
                assertTrue(emitter.invariantsHold());
            });
        }
    }

    @Test
    void inEmitOnTheThreadOfTheCaller() throws InterruptedException {
        try (Hub<Integer> hub = HubModelTest.hub(10, false)) {
            AtomicInteger heard = new AtomicInteger();
            hub.on(value -> heard.incrementAndGet());
            QueuedEmitter<Integer> emitter = (QueuedEmitter<Integer>) hub.emitTo(Runnable::run);
            dives(() -> emitter.emit(1), () -> {
                int before = heard.get();
                assertTrue(emitter.emit(2));
                assertTrue(heard.get() > before, "the emitter still delivers");
                assertTrue(emitter.invariantsHold());
            });
        }
    }
}
