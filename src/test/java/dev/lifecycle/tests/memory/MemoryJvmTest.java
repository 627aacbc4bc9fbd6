package dev.lifecycle.tests.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Pressure;
import dev.lifecycle.memory.GcMethod;
import dev.lifecycle.memory.GcReport;
import dev.lifecycle.memory.GcRequester;
import dev.lifecycle.memory.MemoryGuard;
import dev.lifecycle.memory.MemorySource;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.tests.api.ChildJvm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What collectors do, each in a process of its own. */
@Tag("once")
@Timeout(120)
class MemoryJvmTest {
    /** How long a healthy service is watched. */
    private static final int SECONDS = Integer.getInteger("memory.churn.seconds", 2);

    private static List<String> child(List<String> options, String... arguments) throws Exception {
        Path java = ChildJvm.tool(Path.of(System.getProperty("java.home")), "java");
        List<String> all = new ArrayList<>(options);
        all.add("-XX:+IgnoreUnrecognizedVMOptions");
        all.addAll(List.of(
                "-cp",
                ChildJvm.path(
                        ChildJvm.locationOf(Child.class),
                        ChildJvm.locationOf(Scope.class),
                        ChildJvm.locationOf(Lifecycle.provider().getClass())),
                Child.class.getName()));
        all.addAll(List.of(arguments));
        List<String> lines = ChildJvm.run(java, all.toArray(new String[0])).lines(0);
        assertTrue(lines.contains("done"), () -> String.join("\n", lines));
        return lines;
    }

    private static String line(List<String> lines, String start) {
        return lines.stream()
                .filter(each -> each.startsWith(start + " "))
                .findFirst()
                .orElseThrow(() -> new AssertionError(start + " is not in " + lines))
                .substring(start.length() + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"G1", "Serial", "Z"})
    void aCollectionThatWasAskedForFreesTheGarbage(String collector) throws Exception {
        String heap = collector.equals("Z") ? "-Xmx2g" : "-Xmx256m"; // that one collects from a tenth on by itself
        List<String> lines = child(List.of(heap, "-XX:+Use" + collector + "GC"), "gc", "SYSTEM_GC");
        assumeHas(collector, lines);
        assertTrue(line(lines, "effective").startsWith("true"), lines::toString);
        assertTrue(Long.parseLong(line(lines, "freed")) > 30L << 20, lines::toString);
    }

    /** A virtual machine may have been built without it. */
    private static void assumeHas(String collector, List<String> lines) {
        String name = line(lines, "collector");
        Assumptions.assumeTrue(name.startsWith(collector), name + " in the place of " + collector);
    }

    /** By a collector that takes the heap as a whole, when it has just done so by itself. */
    @ParameterizedTest
    @ValueSource(strings = {"G1", "Parallel", "Serial", "Z"})
    void doesNotAskSoonAfterACollectionOfItsOwnAccord(String collector) throws Exception {
        List<String> lines = child(List.of("-Xmx256m", "-XX:+Use" + collector + "GC"), "after");
        assumeHas(collector, lines);
        assertEquals("false the whole heap was collected less than a minute ago", line(lines, "effective"));
        assertEquals("0", line(lines, "collections"));
    }

    @Test
    void saysWhenItIsSwitchedOffAndOffersAWayThatWorks() throws Exception {
        List<String> options = List.of("-Xmx256m", "-XX:+UseG1GC", "-XX:+DisableExplicitGC");
        List<String> off = child(options, "gc", "SYSTEM_GC");
        assertEquals(
                "false DisableExplicitGC is set: System.gc() does nothing; use DIAGNOSTIC_COMMAND",
                line(off, "effective"));
        assertEquals("0", line(off, "collections"));
        List<String> auto = child(options, "gc", "AUTO");
        assertTrue(line(auto, "effective").startsWith("false DisableExplicitGC is set, and AUTO"), auto::toString);
        List<String> command = child(options, "gc", "DIAGNOSTIC_COMMAND");
        assertTrue(line(command, "effective").startsWith("true"), command::toString);
        assertTrue(Long.parseLong(line(command, "freed")) > 50L << 20, command::toString);
    }

    @Test
    void saysWhenItOnlyBeginsACycle() throws Exception {
        List<String> options = List.of("-Xmx256m", "-XX:+UseG1GC", "-XX:+ExplicitGCInvokesConcurrent");
        List<String> begun = child(options, "gc", "SYSTEM_GC");
        assertTrue(line(begun, "effective").startsWith("false ExplicitGCInvokesConcurrent is set"), begun::toString);
        List<String> whole = child(options, "gc", "LIVE_HISTOGRAM");
        assertTrue(line(whole, "effective").startsWith("true"), whole::toString);
        assertTrue(Long.parseLong(line(whole, "objects")) > 10_000, whole::toString);
    }

    /** Garbage fills the heap again and again, a third of it is alive. */
    @ParameterizedTest
    @ValueSource(strings = {"G1", "Parallel", "Serial", "Z", "Shenandoah"})
    void aHealthyHeapFullOfGarbageIsNoPressure(String collector) throws Exception {
        List<String> lines =
                child(List.of("-Xmx192m", "-Xms192m", "-XX:+Use" + collector + "GC"), "churn", String.valueOf(SECONDS));
        assumeHas(collector, lines);
        assertEquals("0", line(lines, "changes"), lines::toString);
        assertTrue(Double.parseDouble(line(lines, "raw")) > 0.5, () -> "there was no garbage: " + lines);
    }

    /** What is alive grows beyond the limit of a level: that is found, by the live set. */
    @ParameterizedTest
    @ValueSource(strings = {"G1", "Parallel", "Serial", "Z", "Shenandoah"})
    void aHeapFullOfWhatIsAliveIsPressure(String collector) throws Exception {
        List<String> lines = child(List.of("-Xmx192m", "-XX:+Use" + collector + "GC"), "fill");
        assumeHas(collector, lines);
        assertEquals("heap.live", line(lines, "cause"), lines::toString);
    }

    /** Run by other processes. */
    static final class Child {
        private Child() {}

        private static Object kept = "";

        private static void say(String what, Object value) {
            System.out.println(what + " " + value);
        }

        public static void main(String[] arguments) throws Exception {
            switch (arguments[0]) {
                case "gc" -> gc(GcMethod.valueOf(arguments[1]));
                case "after" -> after();
                case "churn" -> churn(Integer.parseInt(arguments[1]));
                default -> fill();
            }
            System.out.println("done");
        }

        private static void gc(GcMethod method) {
            try (GcRequester requester = GcRequester.builder("child").open()) {
                for (int i = 0; i < 100; i++) {
                    kept = new byte[1 << 20];
                }
                kept = "";
                GcReport report = requester.request(method);
                say("collector", report.collector());
                say("effective", report.effective() + " " + report.note());
                say("freed", report.freed());
                say("objects", report.objects());
                say("collections", report.collections());
                System.out.println(report.logLine());
                GcReport again = requester.request(method);
                if (again.effective()
                        || report.collections() > 0 && again.note().isEmpty()) {
                    throw new AssertionError("asked twice: " + again.logLine());
                }
            }
        }

        private static void after() {
            try (GcRequester requester = GcRequester.builder("child").open()) {
                System.gc();
                GcReport report = requester.request(GcMethod.SYSTEM_GC);
                say("collector", report.collector());
                say("effective", report.effective() + " " + report.note());
                say("collections", report.collections());
            }
        }

        private static MemoryGuard guard(AtomicInteger changes) {
            return MemoryGuard.builder("child")
                    .source(MemorySource.heapLive())
                    .poll(Duration.ofMillis(10), Duration.ofMillis(10))
                    .listener(event -> {
                        System.out.println(event);
                        changes.incrementAndGet();
                    })
                    .open();
        }

        private static String collector() {
            try (GcRequester requester = GcRequester.builder("child").open()) {
                return requester.snapshot().gauges().get("collector").toString();
            }
        }

        private static void churn(int seconds) {
            say("collector", collector());
            AtomicInteger changes = new AtomicInteger();
            try (MemoryGuard guard = guard(changes)) {
                byte[][] alive = new byte[3_840][]; // 60 MB
                Runtime heap = Runtime.getRuntime();
                double most = 0;
                long begun = System.nanoTime();
                long end = begun + seconds * 1_000_000_000L;
                for (int i = 0; System.nanoTime() < end; i++) {
                    for (int j = 0; j < 64; j++) {
                        alive[(64 * i + j) % alive.length] = new byte[1 << 14]; // it grows old before it dies
                        kept = new byte[1 << 14];
                    }
                    while (System.nanoTime() - begun < i * 10_000_000L) { // 200 MB/s
                        LockSupport.parkNanos(1_000_000); // collectors need the processor
                    }
                    most = Math.max(most, (double) (heap.totalMemory() - heap.freeMemory()) / heap.maxMemory());
                }
                say("raw", most);
                say("stats", guard.stats());
                say("changes", changes.get());
                kept = alive;
            }
        }

        private static void fill() throws InterruptedException {
            say("collector", collector());
            try (MemoryGuard guard = guard(new AtomicInteger())) {
                List<byte[]> alive = new ArrayList<>();
                long end = System.nanoTime() + 60_000_000_000L;
                while (guard.level() == Pressure.NORMAL && System.nanoTime() < end) {
                    if (alive.size() < 1_400) { // of 192 MB
                        alive.add(new byte[100 << 10]);
                    }
                    for (int j = 0; j < 64; j++) {
                        kept = new byte[1 << 14];
                    }
                    Thread.yield();
                }
                say("alive", alive.size());
                say("cause", guard.stats().cause());
                say("stats", guard.stats());
                if (guard.level() == Pressure.NORMAL) {
                    throw new AssertionError("not seen");
                }
            }
        }
    }
}
