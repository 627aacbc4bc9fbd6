package dev.lifecycle.tests.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Kind;
import dev.lifecycle.State;
import dev.lifecycle.memory.LeakFinding;
import dev.lifecycle.memory.LeakVerdict;
import dev.lifecycle.memory.LeakWatch;
import dev.lifecycle.memory.LeakWatchBuilder;
import dev.lifecycle.memory.PauseBudget;
import dev.lifecycle.memory.PauseBudgetException;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.time.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LeakWatchTest {
    private static boolean runs(String thread) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(each -> each.getName().equals(thread));
    }

    private static void await(String what, java.util.function.BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - end < 0, what);
            Thread.onSpinWait();
        }
    }

    @Test
    void hangsInTheTreeAndEndsItsThreadWithItsOwner() {
        Scope app = Scope.open("app");
        LeakWatch watch = LeakWatch.builder("watch").open(app);
        assertEquals(Kind.LEAK_WATCH, watch.kind());
        await("the first sample", () -> (long) watch.snapshot().gauges().get("samples") > 0);
        assertTrue(runs("lifecycle-leak-watch"));
        assertEquals(LeakVerdict.INSUFFICIENT_DATA, watch.snapshot().gauges().get("verdict"));
        assertEquals(Boolean.FALSE, watch.snapshot().gauges().get("alarm"));
        app.close();
        assertEquals(State.CLOSED, watch.state());
        await("its thread ends", () -> !runs("lifecycle-leak-watch"));
        assertEquals(LeakVerdict.INSUFFICIENT_DATA, watch.finding().verdict(), "asked after the close");
    }

    @Test
    void watchesTheProcessAndWhatItIsTold() {
        try (LeakWatch watch = LeakWatch.builder("watch")
                .bytes("mine", () -> 17)
                .pieces("entries", () -> 3)
                .open()) {
            List<String> series = watch.series();
            assertEquals("heap.live", series.get(0));
            assertTrue(
                    series.containsAll(List.of(
                            "outside",
                            "resident",
                            "direct",
                            "metaspace",
                            "classes",
                            "threads",
                            "finalizers",
                            "leased",
                            "scopes",
                            "mine",
                            "entries")),
                    series::toString);
            assertTrue(watch.curve("mine").inBytes());
            assertEquals("entries", watch.finding("entries").series());
        }
    }

    @Test
    void findsWhatGrowsWhileTimeFlies() throws Exception {
        VirtualTime time = new VirtualTime();
        AtomicLong entries = new AtomicLong();
        CountDownLatch alarm = new CountDownLatch(1);
        try (LeakWatch watch = LeakWatch.builder("watch")
                .pieces("entries", entries::get)
                .every(Duration.ofMinutes(1))
                .listener(found -> {
                    if (found.isAlarm()) {
                        alarm.countDown();
                    }
                })
                .timeSource(time)
                .open()) {
            for (long minute = 1; minute < 1_000 && alarm.getCount() > 0; minute++) {
                long before = minute;
                await("a sample", () -> (long) watch.snapshot().gauges().get("samples") >= before);
                await("it waits", () -> time.parked() > 0);
                entries.addAndGet(7);
                time.advance(Duration.ofMinutes(1));
            }
            assertTrue(
                    alarm.await(0, TimeUnit.SECONDS), watch.finding("entries").explanation());
            LeakFinding found = watch.finding("entries");
            assertEquals(LeakVerdict.LEAKING, found.verdict());
            assertEquals(420, found.perHour(), 30);
            assertTrue(found.toString().startsWith("LEAKING: entries grows by 4"), found::toString);
            assertEquals("entries", watch.finding().series());
        }
    }

    @Test
    void refusesWhatItCannotDoWithTheReason() {
        LeakWatchBuilder builder = LeakWatch.builder("watch").pieces("entries", () -> 0);
        refused("there is a series \"entries\"", () -> builder.bytes("entries", () -> 0));
        refused("there is a series \"heap.live\"", () -> builder.bytes("heap.live", () -> 0));
        refused("every is PT0.5S; it must be from PT1S to PT1M", () -> builder.every(Duration.ofMillis(500)));
        refused("every is PT1M1S; it must be", () -> builder.every(Duration.ofSeconds(61)));
        refused("falseAlarms is NaN; it must be", () -> builder.falseAlarms(Double.NaN));
        refused("bytes is 65535 an hour; it must be at least 65536", () -> builder.growthTarget(65_535, 1));
        refused("pieces is 0 an hour; it must be at least 1", () -> builder.growthTarget(65_536, 0));
        refused("series", () -> builder.bytes("a\nb", () -> 0));
        for (int i = 1; i < 16; i++) {
            builder.bytes("mine" + i, () -> 0);
        }
        refused("there are 16 series", () -> builder.bytes("one more", () -> 0));
        for (int i = 0; i < 64; i++) {
            builder.component("part" + i, () -> 0, () -> 0);
        }
        refused("there are 64 components", () -> builder.component("one more", () -> 0, () -> 0));
        try (LeakWatch watch = LeakWatch.builder("watch").open()) {
            refused(
                    "length is PT0.999S; it must be from PT1S to PT24H",
                    () -> watch.confirm(Duration.ofMillis(999), PauseBudget.defaults()));
            refused("there is no series \"mine\"; there are heap.live, ", () -> watch.finding("mine"));
        }
    }

    private static void refused(String start, org.junit.jupiter.api.function.Executable call) {
        IllegalArgumentException no = assertThrows(IllegalArgumentException.class, call);
        assertTrue(no.getMessage().startsWith(start), no.getMessage());
    }

    @Test
    void refusesToConfirmWhatTheBudgetHasNoRoomFor() {
        PauseBudget tiny = new PauseBudget(Duration.ofNanos(1), Duration.ofNanos(1));
        try (LeakWatch watch = LeakWatch.builder("watch").open()) {
            assertThrows(PauseBudgetException.class, () -> watch.confirm(Duration.ofSeconds(1), tiny));
        }
    }

    @Test
    void anInterruptEndsAConfirmation() throws Exception {
        try (LeakWatch watch = LeakWatch.builder("watch").open()) {
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, () -> watch.confirm(Duration.ofDays(1), PauseBudget.unlimited()));
        }
    }
}
