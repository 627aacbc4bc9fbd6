package dev.lifecycle.tests.binding;

import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.lifecycle.Lease;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.leak.LeakDetector;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.leak.Site;
import dev.lifecycle.scope.ChildPolicy;
import dev.lifecycle.scope.CloseException;
import dev.lifecycle.scope.CloseTimeoutException;
import dev.lifecycle.scope.Guarded;
import dev.lifecycle.scope.OverrunPolicy;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.task.Lazy;
import dev.lifecycle.task.Limiter;
import dev.lifecycle.task.Schedule;
import dev.lifecycle.task.SingleFlight;
import dev.lifecycle.task.TaskHandle;
import dev.lifecycle.task.TaskManager;
import dev.lifecycle.task.TaskSpec;
import dev.lifecycle.task.TaskState;
import dev.lifecycle.task.Timer;
import dev.lifecycle.testing.LeakProbe;
import dev.lifecycle.tests.api.ChildJvm;
import dev.lifecycle.time.VirtualTime;
import dev.lifecycle.weak.AttachmentHost;
import dev.lifecycle.weak.WeakInterner;
import dev.lifecycle.weak.WeakKeyMap;
import dev.lifecycle.weak.WeakValueMap;
import java.io.IOException;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.lang.reflect.Constructor;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The library pins no class loader: once all is closed, an application that is undeployed with it can be collected. */
@Tag("once")
@Timeout(240)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClassLoaderTest {
    /** The threads of the library end within about ten seconds after the last scope. */
    private static final Duration LIMIT = Duration.ofSeconds(150); // of a machine that does much else besides

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

    // ---- what runs in the class loader to be dropped; refers to the api and the JDK alone -------------------------

    /** Common to all of them: bounded waits, with the copy of the library that was loaded with them. */
    abstract static class Use implements Runnable {
        static final Site SITE = Site.here();
        static final Duration SHORT = Duration.ofMillis(5);

        /** As applications do, in their static fields. */
        static Object keeper;

        @Override
        public void run() {
            try {
                use();
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
        }

        abstract void use() throws Exception;

        static void check(boolean holds, String what) {
            if (!holds) {
                throw new IllegalStateException("not so: " + what);
            }
        }

        /** Collects until {@code condition} holds. */
        static void await(String what, BooleanSupplier condition) {
            long start = System.nanoTime();
            while (!condition.getAsBoolean()) {
                check(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(20), what);
                System.gc();
            }
        }

        /** Runs {@code work} until the library reports something like {@code wanted} by it. */
        static void awaitReport(String what, Predicate<LeakReport> wanted, Runnable work) throws InterruptedException {
            Semaphore heard = new Semaphore(0);
            try (LeakDetector.Registration listening = LeakDetector.library().addListener(report -> {
                if (wanted.test(report)) {
                    heard.release();
                }
            })) {
                work.run();
                await(what, heard::tryAcquire);
            }
        }

        static void wait(CountDownLatch latch) {
            boolean interrupted = false;
            while (latch.getCount() > 0) {
                try {
                    latch.await();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Opens and closes named scopes in all ways. */
    static final class Roots extends Use {
        @Override
        void use() throws Exception {
            AtomicInteger closed = new AtomicInteger();
            Scope app = Scope.builder("app").site(SITE).open();
            keeper = app;
            Scope child = app.child("child");
            child.own(closed::incrementAndGet);
            child.hold(closed::incrementAndGet, () -> "held").close();
            app.child().child("grandchild").defer(closed::incrementAndGet);
            check(!Lifecycle.roots().isEmpty() && !app.snapshot().toJson().isEmpty(), "it is described");
            Scope moved = Scope.open("moved");
            moved.own(closed::incrementAndGet);
            moved.moveTo(app);
            app.detachAll().close();
            app.close();
            check(closed.get() == 4, "closed " + closed);
            ExecutorService workers = Executors.newSingleThreadExecutor();
            Scope async = Scope.open("async");
            async.own(workers, ExecutorService::shutdown);
            async.closeAsync(workers).toCompletableFuture().get(20, TimeUnit.SECONDS);
            check(workers.awaitTermination(20, TimeUnit.SECONDS), "its thread ends");
            try (Scope confined = Scope.builder("confined").confined().open()) {
                confined.child("below").own(closed::incrementAndGet);
            }
        }
    }

    /** Closes under deadlines, with closers that keep them and closers that do not. */
    static final class Deadlines extends Use {
        @Override
        void use() throws Exception {
            for (OverrunPolicy policy : OverrunPolicy.values()) {
                Scope quick = Scope.builder("quick")
                        .deadline(Duration.ofSeconds(20))
                        .overrun(policy)
                        .open();
                quick.own(() -> {});
                quick.close();
            }
            Scope interrupted = Scope.builder("interrupted")
                    .deadline(SHORT)
                    .overrun(OverrunPolicy.INTERRUPT)
                    .open();
            interrupted.own(() -> new CountDownLatch(1).await());
            fails(interrupted);
            CountDownLatch free = new CountDownLatch(1);
            CountDownLatch gone = new CountDownLatch(1);
            Scope abandoned = Scope.builder("abandoned")
                    .deadline(SHORT)
                    .overrun(OverrunPolicy.ABANDON)
                    .open();
            abandoned.own(() -> {
                wait(free);
                gone.countDown();
            });
            abandoned.own(() -> {});
            fails(abandoned);
            free.countDown();
            check(gone.await(20, TimeUnit.SECONDS), "the helper goes on");
        }

        private static void fails(Scope scope) {
            try {
                scope.close();
            } catch (CloseException | CloseTimeoutException expected) {
                Thread.interrupted();
                return;
            }
            check(false, "the deadline holds");
        }
    }

    /** Lends resources; some leases are closed, some are dropped. */
    static final class Leases extends Use {
        @Override
        void use() throws Exception {
            Scope app = Scope.open("lender");
            AtomicInteger closed = new AtomicInteger();
            Guarded<AutoCloseable> guarded = app.share(closed::incrementAndGet);
            try (Lease<AutoCloseable> lease = guarded.lease()) {
                check(lease.get() != null, "lent");
            }
            awaitReport(
                    "the dropped lease is reported", report -> report.label().equals("dropped"), () -> drop(guarded));
            await("the dropped lease is given back", () -> guarded.leases() == 0);
            app.close();
            check(closed.get() == 1, "closed once");
        }

        private static void drop(Guarded<AutoCloseable> guarded) {
            guarded.lease().label("dropped");
        }
    }

    /** Makes the leak detector report everything there is. */
    static final class Leaks extends Use {
        @Override
        void use() throws Exception {
            awaitReport(
                    "collected",
                    report -> report.kind() == LeakReport.Kind.COLLECTED_UNCLOSED,
                    () -> Scope.open("dropped").defer(() -> {}));
            Scope app = Scope.builder("app")
                    .heldLongerThan(SHORT)
                    .childPolicy(ChildPolicy.REPORT)
                    .open();
            awaitReport("held", report -> report.label().equals("first"), () -> app.child("first"));
            awaitReport("held, with its stack", report -> report.stack().length > 0, () -> app.child("first"));
            awaitReport("outlived", report -> report.kind() == LeakReport.Kind.OUTLIVED_SCOPE, app::close);
            Scope.builder("swept, of an age it will not reach")
                    .heldLongerThan(Duration.ofDays(1))
                    .open()
                    .close();
            LeakDetector<Object> own =
                    LeakDetector.forType(Object.class).sampling(1).open();
            keeper = own;
            own.track(own).close(own);
            own.close();
            try (LeakProbe probe = LeakProbe.open("probe")) {
                probe.scope().child("below").close();
            }
            check(!LeakDetector.library().drain().isEmpty(), "reports wait");
            check(LeakDetector.library().stats().leaked() > 0, "counted");
        }
    }

    /** Uses a clock that stands still for ever afterwards. */
    static final class StoppedClock extends Use {
        @Override
        void use() throws Exception {
            VirtualTime time = new VirtualTime();
            for (OverrunPolicy policy : OverrunPolicy.values()) {
                Scope app = Scope.builder("app")
                        .timeSource(time)
                        .deadline(Duration.ofSeconds(10))
                        .overrun(policy)
                        .heldLongerThan(Duration.ofHours(1))
                        .open();
                app.own(() -> {});
                app.close();
            }
        }
    }

    // ------------------------------------------------------------------------------------------------------------------

    /** Fills weak maps with what lives, dies and is of the JDK; leaves one unclosed. */
    static final class WeakMaps extends Use {
        static final class Key implements AttachmentHost {
            private volatile Object attachments;

            @Override
            public Object attachments() {
                return attachments;
            }

            @Override
            public void attachments(Object attachments) {
                this.attachments = attachments;
            }
        }

        @Override
        void use() throws Exception {
            AtomicInteger told = new AtomicInteger();
            WeakKeyMap<Object, Object> map = WeakKeyMap.builder("keys")
                    .onEvict(value -> told.incrementAndGet())
                    .open();
            WeakValueMap<Object, Object> values = WeakValueMap.builder("values").open();
            WeakInterner<Object> interner = WeakInterner.builder("interner").open();
            Key host = new Key();
            keeper = host;
            map.put(host, this);
            map.put(new Object(), this);
            map.put(Thread.currentThread(), this); // lives on
            map.put("of the JDK", this);
            values.put("key", new Key());
            interner.intern(interner.intern(new Key()));
            await("told and purged", () -> told.get() > 0 && values.approxSize() == 0 && interner.approxSize() == 0);
            WeakKeyMap.builder("dropped").open().put(Thread.currentThread(), new Key());
            map.close();
            values.close();
            interner.close();
        }
    }

    /** Runs tasks that end, that are given up, that repeat and that are cancelled; leaves a manager unclosed. */
    static final class Tasks extends Use {
        @Override
        void use() throws Exception {
            Scope app = Scope.open("app");
            TaskManager tasks = TaskManager.builder("tasks").open(app);
            keeper = tasks;
            check(tasks.submit(TaskSpec.of("one", "tests"), context -> this).join() == this, "it runs");
            CountDownLatch free = new CountDownLatch(1);
            CountDownLatch gone = new CountDownLatch(1);
            TaskHandle<Object> stuck =
                    tasks.submit(TaskSpec.of("stuck", "tests").withHardTimeout(SHORT), context -> {
                        wait(free);
                        gone.countDown();
                        return this;
                    });
            await("it is given up", () -> stuck.state() == TaskState.TIMED_OUT);
            free.countDown();
            wait(gone);
            CountDownLatch runs = new CountDownLatch(3);
            tasks.repeat(Schedule.every(SHORT), TaskSpec.of("often", "tests"), context -> {
                runs.countDown();
                throw new IllegalStateException("of a test");
            });
            wait(runs);
            CompletableFuture<Object> heard = tasks.submit(
                            TaskSpec.of("waits", "tests").withInterruptTimeout(SHORT),
                            context -> new CountDownLatch(1).await(1, TimeUnit.DAYS))
                    .toFuture()
                    .handle((value, failure) -> this);
            check(heard.get(20, TimeUnit.SECONDS) == this, "it is interrupted");
            check(tasks.asExecutorService("view").submit(() -> this).get() == this, "the view runs it");
            tasks.submit(app, TaskSpec.of("owned", "tests"), context -> new CountDownLatch(1).await(1, TimeUnit.DAYS));
            app.close();
            TaskManager dropped = TaskManager.builder("dropped").open();
            check(dropped.submit(TaskSpec.of("one", "tests"), context -> this).join() == this, "it runs, too");
        }
    }

    /** Uses the shared timer and one of its own, a limiter, single flights, lazy values. */
    static final class Guards extends Use {
        @Override
        void use() throws Exception {
            Scope app = Scope.open("app");
            CountDownLatch fired = new CountDownLatch(2);
            Timer timer = Timer.builder("timer").open(app);
            timer.schedule(SHORT, fired::countDown, Runnable::run);
            timer.schedule(Duration.ofDays(1), fired::countDown, Runnable::run);
            Timer.shared().schedule(SHORT, fired::countDown, Runnable::run);
            Timer.shared()
                    .schedule(Duration.ofDays(1), fired::countDown, Runnable::run)
                    .cancel();
            wait(fired);
            Limiter limiter = Limiter.builder("limiter", 1).wait(SHORT).open(app);
            check(limiter.call(() -> limiter.tryAcquire().isEmpty()), "it is full");
            SingleFlight<Object, Object> flight =
                    SingleFlight.builder("flight").resultTtl(Duration.ofDays(1)).open(app);
            keeper = flight;
            check(flight.get(this, () -> this, Duration.ofSeconds(20)) == this, "it is loaded");
            Lazy<Object> lazy = Lazy.builder("lazy", () -> (Object) this)
                    .maxIdle(Duration.ofDays(1))
                    .onClose(value -> {})
                    .open(app);
            check(lazy.get() == this, "it is made");
            app.close();
        }
    }

    private static final List<Class<?>> USES = List.of(
            Roots.class,
            Deadlines.class,
            Leases.class,
            Leaks.class,
            StoppedClock.class,
            WeakMaps.class,
            Tasks.class,
            Guards.class);

    /** The threads of all copies end at the same time, then: waiting for one after the other would take a minute. */
    private static final Map<Class<?>, Reference<?>> LOADERS = new HashMap<>();

    static List<Class<?>> uses() {
        return USES;
    }

    @ParameterizedTest
    @MethodSource("uses")
    @Order(1)
    void worksInALoaderOfItsOwn(Class<?> use) throws Exception {
        LOADERS.put(use, useInItsOwnLoader(use));
    }

    @ParameterizedTest
    @MethodSource("uses")
    @Order(2)
    void isCollectableAfterUse(Class<?> use) {
        LeakProbe.awaitCollected(Objects.requireNonNull(LOADERS.get(use), "it did not work"), LIMIT);
    }

    /** In a method of its own: no variable of the caller keeps the loader. */
    private static Reference<?> useInItsOwnLoader(Class<?> type) throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader context = thread.getContextClassLoader();
        try (URLClassLoader loader = throwaway()) {
            thread.setContextClassLoader(loader); // as in a container
            Class<?> copy = loader.loadClass(type.getName());
            assertNotSame(type, copy);
            assertSame(loader, loader.loadClass(Scope.class.getName()).getClassLoader());
            Constructor<?> constructor = copy.getDeclaredConstructor();
            constructor.setAccessible(true);
            ((Runnable) constructor.newInstance()).run();
            return new WeakReference<>(loader);
        } finally {
            thread.setContextClassLoader(context);
        }
    }

    private static URLClassLoader throwaway() throws IOException {
        Class<?> impl = Lifecycle.provider().getClass();
        URL[] urls = {url(Scope.class), url(impl), url(ClassLoaderTest.class)};
        return new URLClassLoader("throwaway", urls, PARENT);
    }

    private static URL url(Class<?> type) throws IOException {
        Path location = ChildJvm.locationOf(type);
        return location.toUri().toURL();
    }
}
