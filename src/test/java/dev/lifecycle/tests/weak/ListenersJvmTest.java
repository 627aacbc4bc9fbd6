package dev.lifecycle.tests.weak;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.tests.api.ChildJvm;
import dev.lifecycle.weak.FailurePolicy;
import dev.lifecycle.weak.ListenerException;
import dev.lifecycle.weak.Listeners;
import dev.lifecycle.weak.Subscription;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Listeners under each collector, and without memory, each in a process of its own. */
@Tag("once")
@Timeout(120)
class ListenersJvmTest {

    private static ChildJvm.Result run(Class<?> program, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(options));
        Path api = ChildJvm.locationOf(Listeners.class);
        Path impl = ChildJvm.locationOf(Lifecycle.provider().getClass());
        command.add("-cp");
        command.add(ChildJvm.path(api, impl, ChildJvm.locationOf(ListenersJvmTest.class)));
        command.add(program.getName());
        return ChildJvm.java(command.toArray(String[]::new));
    }

    /** Owners die while others stay; without events. */
    public static final class Collects {
        private Collects() {}

        /** Runs it. */
        public static void main(String[] args) {
            Listeners<Integer> hub = Listeners.<Integer>builder("numbers").open();
            AtomicInteger calls = new AtomicInteger();
            Object kept = new Object();
            hub.onWeak(kept, (owner, value) -> calls.addAndGet(value));
            List<Subscription> dying = subscribe(hub, calls);
            long start = System.nanoTime();
            while (hub.size() > 1) {
                if (System.nanoTime() - start > 30_000_000_000L) {
                    throw new IllegalStateException(hub.size() + " are left");
                }
                System.gc();
                Thread.yield();
            }
            if (hub.emit(1) != 1 || calls.get() != 1 || dying.stream().anyMatch(Subscription::isOpen)) {
                throw new IllegalStateException("delivered to " + calls);
            }
            Reference.reachabilityFence(kept);
            hub.close();
            System.out.println("collected");
        }

        private static List<Subscription> subscribe(Listeners<Integer> hub, AtomicInteger calls) {
            List<Subscription> all = new ArrayList<>();
            for (int i = 0; i < 900; i++) {
                all.add(hub.onWeak(new byte[10], (owner, value) -> calls.addAndGet(value + 1)));
            }
            return all;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"-XX:+UseSerialGC", "-XX:+UseParallelGC", "-XX:+UseG1GC", "-XX:+UseZGC", "-XX:+UseShenandoahGC"})
    void endsWeakSubscriptionsUnderEachCollector(String collector) throws Exception {
        ChildJvm.Result result = run(Collects.class, "-Xmx128m", "-XX:+IgnoreUnrecognizedVMOptions", collector);
        Assumptions.assumeFalse(result.output().contains("Option " + collector), "this JVM has no such collector");
        assertEquals(List.of("collected"), result.lines(0));
    }

    /** A listener that needs more memory than there is, and a subscription for which there is none. */
    public static final class Exhausts {
        private static Object[] ballast;
        private static final int CLOSED = 5;
        private static byte[] reserve = new byte[1 << 20];

        private Exhausts() {}

        /** Runs it. */
        public static void main(String[] args) {
            Listeners<Integer> hub = Listeners.<Integer>builder("numbers")
                    .reportAbove(Integer.MAX_VALUE)
                    .open();
            AtomicInteger calls = new AtomicInteger();
            hub.on(value -> fill());
            hub.on(value -> ballast = null);
            hub.on(value -> calls.incrementAndGet());
            try {
                hub.emit(1);
                throw new IllegalStateException("no failure");
            } catch (ListenerException failed) {
                if (failed.count() != 1 || !(failed.getCause() instanceof OutOfMemoryError) || calls.get() != 1) {
                    throw new IllegalStateException("otherwise", failed);
                }
            }
            List<Subscription> open = new ArrayList<>(1 << 20);
            AtomicInteger heard = new AtomicInteger();
            Consumer<Integer> counts = new Consumer<>() { // not a lambda: to link one needs memory
                        @Override
                        public void accept(Integer value) {
                            heard.incrementAndGet();
                        }
                    };
            try {
                fill();
            } catch (OutOfMemoryError full) {
                reserve = null; // room for some of them
            }
            int refused = 0;
            for (int i = 0; i < 200_000 && refused == 0; i++) {
                try {
                    open.add(hub.on(counts));
                } catch (OutOfMemoryError noRoom) {
                    refused++;
                }
            }
            for (int i = 0; i < CLOSED; i++) {
                open.get(i).close(); // must not fail, though there is no room
            }
            ballast = null;
            int left = open.size() - CLOSED;
            if (refused == 0 || hub.size() != left + 3) {
                throw new IllegalStateException("refused " + refused + ", size " + hub.size() + " of " + left);
            }
            try {
                hub.emit(1);
            } catch (ListenerException failed) {
                calls.get();
            }
            if (heard.get() != left) {
                throw new IllegalStateException("delivered to " + heard + " of " + left);
            }
            System.out.println("survived");
        }

        /** Keeps what it allocates, until nothing is left. */
        private static void fill() {
            for (int size = 1 << 20; size > 0; size /= 2) {
                try {
                    while (true) {
                        ballast = new Object[] {ballast, new byte[size]};
                    }
                } catch (OutOfMemoryError none) {
                    if (size == 1) {
                        throw none;
                    }
                }
            }
        }
    }

    @Test
    void survivesWithoutMemory() throws Exception {
        List<String> lines = run(Exhausts.class, "-Xmx20m", "-XX:+UseSerialGC")
                .lines(0); // others may complain that they have no memory
        assertEquals("survived", lines.get(lines.size() - 1));
    }

    /** A failure that is logged while there is no memory for the line. */
    public static final class FailsFull {
        private FailsFull() {}

        /** Runs it. */
        public static void main(String[] args) {
            Listeners.Builder<Integer> builder = Listeners.<Integer>builder("numbers");
            try (Listeners<Integer> logging =
                            builder.onFailure(FailurePolicy.LOG).open();
                    Listeners<Integer> handling = builder.onFailure(failure -> {
                                throw new IllegalStateException("planted");
                            })
                            .open()) {
                check(logging);
                check(handling);
            }
            System.out.println("all were called");
        }

        private static void check(Listeners<Integer> hub) {
            AtomicInteger calls = new AtomicInteger();
            hub.on(value -> {
                if (value > 0) {
                    Exhausts.fill();
                }
            });
            hub.on(value -> Exhausts.ballast = null);
            hub.on(value -> calls.incrementAndGet());
            hub.emit(0); // links what could not be without memory
            int delivered = hub.emit(1);
            if (delivered != 2 || calls.get() != 2) {
                throw new IllegalStateException("delivered to " + delivered);
            }
        }
    }

    @Test
    void callsTheOthersAlsoWhereThereIsNoMemoryToLog() throws Exception {
        List<String> lines = run(FailsFull.class, "-Xmx20m", "-XX:+UseSerialGC").lines(0);
        assertEquals("all were called", lines.get(lines.size() - 1));
    }
}
