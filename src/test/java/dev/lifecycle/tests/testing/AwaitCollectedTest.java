package dev.lifecycle.tests.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.LifecycleException;
import dev.lifecycle.testing.LeakProbe;
import dev.lifecycle.tests.api.ChildJvm;
import java.io.IOException;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.SoftReference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("once")
@Timeout(60)
class AwaitCollectedTest {
    private static final Duration SHORT = Duration.ofMillis(200);

    @Test
    void returnsWhenTheObjectOfAWeakReferenceIsCollected() {
        WeakReference<Object> ref = new WeakReference<>(new Object());
        LeakProbe.awaitCollected(ref);
        assertTrue(ref.refersTo(null));
    }

    @Test
    void returnsWhenTheObjectOfAPhantomReferenceIsCollected() {
        LeakProbe.awaitCollected(new PhantomReference<>(new Object(), new ReferenceQueue<>()));
    }

    @Test
    void returnsForAReferenceThatIsClearedAlready() {
        WeakReference<Object> ref = new WeakReference<>(this);
        ref.clear();
        LeakProbe.awaitCollected(ref, Duration.ofNanos(1));
    }

    @Test
    void failsWhileTheObjectCanBeReached() {
        Object held = new StringBuilder();
        for (Reference<?> ref :
                List.of(new WeakReference<>(held), new PhantomReference<>(held, new ReferenceQueue<>()))) {
            long start = System.nanoTime();
            AssertionError error = assertThrows(AssertionError.class, () -> LeakProbe.awaitCollected(ref, SHORT));
            assertTrue(System.nanoTime() - start >= SHORT.toNanos());
            assertTrue(error.getMessage().contains("is still reachable after "), error.getMessage());
            assertTrue(error.getMessage().contains(" collections in PT0.2S."), error.getMessage());
            assertEquals(
                    ref instanceof WeakReference,
                    error.getMessage().contains("a java.lang.StringBuilder"),
                    "names the class");
        }
        Reference.reachabilityFence(held);
    }

    /** It becomes garbage only while it is waited for. */
    @Test
    void goesOnTryingUntilAnotherThreadLetsGo() throws InterruptedException {
        AtomicReference<Object> holder = new AtomicReference<>(new Object());
        WeakReference<Object> ref = new WeakReference<>(holder.get());
        WeakReference<Object> canary = new WeakReference<>(new Object());
        Thread releaser = new Thread(() -> {
            LeakProbe.awaitCollected(canary); // so a collection ran in vain
            holder.set(null);
        });
        releaser.start();
        LeakProbe.awaitCollected(ref);
        releaser.join();
    }

    @Test
    void keepsAnInterruptAndReportsIt() {
        Object held = new Object();
        Thread.currentThread().interrupt();
        LifecycleException error = assertThrows(
                LifecycleException.class,
                () -> LeakProbe.awaitCollected(new WeakReference<>(held), Duration.ofDays(1)));
        assertTrue(Thread.interrupted());
        assertEquals("interrupted while waiting for an object to be collected", error.getMessage());
        Reference.reachabilityFence(held);
    }

    @Test
    void doesNotMindAnInterruptWhenThereIsNothingToWaitFor() {
        Thread.currentThread().interrupt();
        LeakProbe.awaitCollected(new WeakReference<>(new Object()));
        assertTrue(Thread.interrupted());
    }

    @Test
    void refusesBadInput() {
        WeakReference<Object> ref = new WeakReference<>(this);
        assertEquals(
                "ref",
                assertThrows(NullPointerException.class, () -> LeakProbe.awaitCollected(null))
                        .getMessage());
        assertEquals(
                "timeout",
                assertThrows(NullPointerException.class, () -> LeakProbe.awaitCollected(ref, null))
                        .getMessage());
        for (Duration none : List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofSeconds(Long.MIN_VALUE))) {
            assertEquals(
                    "timeout is " + none + "; it must be longer than zero",
                    assertThrows(IllegalArgumentException.class, () -> LeakProbe.awaitCollected(ref, none))
                            .getMessage());
        }
        String message = assertThrows(
                        IllegalArgumentException.class, () -> LeakProbe.awaitCollected(new SoftReference<>(this)))
                .getMessage();
        assertTrue(message.startsWith("ref is a SoftReference"), message);
    }

    @Test
    void takesAnEnormousTimeout() {
        LeakProbe.awaitCollected(new WeakReference<>(new Object()), Duration.ofSeconds(Long.MAX_VALUE));
    }

    // ---- in other JVMs ---------------------------------------------------------------------------------------------

    /** What the other JVMs run, without an implementation. */
    static final class Main {
        private Main() {}

        public static void main(String[] args) {
            if (Lifecycle.isAvailable()) {
                throw new IllegalStateException("an implementation is there");
            }
            WeakReference<Object> ref = new WeakReference<>(new Object());
            Object held = new Object();
            try {
                LeakProbe.awaitCollected(ref, SHORT.multipliedBy(20));
                System.out.println("collected");
                LeakProbe.awaitCollected(new WeakReference<>(held), SHORT);
            } catch (AssertionError e) {
                System.out.println(e.getMessage());
            }
            Reference.reachabilityFence(held);
        }
    }

    private static ChildJvm.Result run(String... options) throws IOException, InterruptedException {
        String[] arguments = new String[options.length + 4];
        System.arraycopy(options, 0, arguments, 0, options.length);
        arguments[options.length] = "-Xmx32m";
        arguments[options.length + 1] = "-cp";
        arguments[options.length + 2] =
                ChildJvm.path(ChildJvm.locationOf(Lifecycle.class), ChildJvm.locationOf(AwaitCollectedTest.class));
        arguments[options.length + 3] = Main.class.getName();
        return ChildJvm.java(arguments);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"-XX:+UseSerialGC", "-XX:+UseParallelGC", "-XX:+UseG1GC", "-XX:+UseZGC", "-XX:+UseShenandoahGC"})
    void worksWithEveryCollectorAndWithoutAnImplementation(String collector) throws IOException, InterruptedException {
        ChildJvm.Result result = run(collector, "-Xint"); // interpreted frames keep the most alive
        assumeFalse(
                result.exit() == 1 && result.output().contains("Option " + collector + " not supported"), collector);
        List<String> lines = result.lines(0);
        assertEquals("collected", lines.get(0));
        assertTrue(lines.get(1).contains("is still reachable after "), result.output());
    }

    @Test
    void tellsAJvmThatDoesNotCollectOnRequestFromALeak() throws IOException, InterruptedException {
        List<String> lines = run("-XX:+UseSerialGC", "-XX:+DisableExplicitGC").lines(0);
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.get(0).startsWith("the collector does not run when it is asked to: of "), lines.get(0));
        assertTrue(lines.get(0).contains("-XX:+DisableExplicitGC"), lines.get(0));
    }
}
