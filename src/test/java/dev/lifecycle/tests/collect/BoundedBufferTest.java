package dev.lifecycle.tests.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Kind;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.collect.BoundedBuffer;
import dev.lifecycle.collect.CollectionClosedException;
import dev.lifecycle.leak.LeakDetector;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeClosedException;
import dev.lifecycle.spi.BoundedBufferConfig;
import dev.lifecycle.testing.LeakProbe;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.time.VirtualTime;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class BoundedBufferTest {

    private static BoundedBuffer.Builder<Integer> ofCapacity(int capacity) {
        return BoundedBuffer.<Integer>builder("numbers").capacity(capacity);
    }

    private static void fill(BoundedBuffer<Integer> buffer, int from, int to) {
        IntStream.range(from, to).forEach(buffer::add);
    }

    private static List<Integer> range(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    // ---- keeping ---------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 1_000})
    void keepsTheNewestAndReturnsWhatItDisplaces(int capacity) {
        try (BoundedBuffer<Integer> buffer = ofCapacity(capacity).open()) {
            for (int i = 0; i < 3 * capacity; i++) {
                Integer displaced = buffer.add(i);
                assertEquals(i < capacity ? null : i - capacity, displaced);
                assertEquals(range(Math.max(0, i + 1 - capacity), i + 1), buffer.snapshot());
            }
            assertEquals(capacity, buffer.size());
            assertEquals(capacity, buffer.capacity());
            assertEquals(3L * capacity, buffer.added());
            assertEquals(2L * capacity, buffer.dropped());
        }
    }

    @Test
    void saysHowFullItIs() {
        try (BoundedBuffer<Integer> buffer = ofCapacity(1_000).open()) {
            fill(buffer, 0, 156);
            assertEquals("numbers 156/1000", buffer.toString());
        }
    }

    @Test
    void givesASnapshotThatStaysAsItIs() {
        try (BoundedBuffer<Integer> buffer = ofCapacity(2).open()) {
            fill(buffer, 0, 2);
            List<Integer> before = buffer.snapshot();
            fill(buffer, 2, 4);
            assertEquals(range(0, 2), before);
            assertThrows(UnsupportedOperationException.class, () -> before.set(0, 9));
        }
    }

    @Test
    void keepsNothingAliveThatItDisplacedOrDrained() {
        try (BoundedBuffer<Object> buffer =
                BoundedBuffer.builder("objects").capacity(2).open()) {
            List<Reference<?>> gone = addAndForget(buffer, 10);
            gone.subList(0, 8).forEach(LeakProbe::awaitCollected);
            buffer.drain(each -> {});
            gone.forEach(LeakProbe::awaitCollected);
            List<Reference<?>> left = addAndForget(buffer, 2);
            buffer.close();
            left.forEach(LeakProbe::awaitCollected);
        }
    }

    private static List<Reference<?>> addAndForget(BoundedBuffer<Object> buffer, int count) {
        List<Reference<?>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Object element = new byte[100];
            buffer.add(element);
            all.add(new WeakReference<>(element));
        }
        return all;
    }

    // ---- draining --------------------------------------------------------------------------------------------------

    @Test
    void drainsAllOldestFirstAndGoesOn() {
        try (BoundedBuffer<Integer> buffer = ofCapacity(3).open()) {
            List<Integer> drained = new ArrayList<>();
            assertEquals(0, buffer.drain(drained::add));
            fill(buffer, 0, 5);
            assertEquals(3, buffer.drain(drained::add));
            assertEquals(range(2, 5), drained);
            assertEquals(0, buffer.size());
            assertEquals(List.of(), buffer.snapshot());
            assertEquals(2, buffer.dropped(), "what is drained is not dropped");
            assertNull(buffer.add(5));
            assertEquals(List.of(5), buffer.snapshot());
            assertEquals(6, buffer.added());
        }
    }

    @Test
    void handsOverTheRestWhenAConsumerThrows() {
        try (BoundedBuffer<Integer> buffer = ofCapacity(50).open()) {
            fill(buffer, 0, 50);
            List<Integer> drained = new ArrayList<>();
            IllegalStateException thrown = assertThrows(
                    IllegalStateException.class,
                    () -> buffer.drain(each -> {
                        drained.add(each);
                        throw new IllegalStateException("number " + each);
                    }));
            assertEquals(range(0, 50), drained);
            assertEquals("number 0", thrown.getMessage());
            assertEquals(32, thrown.getSuppressed().length);
            assertEquals(0, buffer.size());
        }
    }

    @Test
    void letsAConsumerUseTheBuffer() {
        try (BoundedBuffer<Integer> buffer = ofCapacity(2).open()) {
            fill(buffer, 0, 2);
            assertEquals(2, buffer.drain(each -> buffer.add(each + 10)));
            assertEquals(List.of(10, 11), buffer.snapshot());
        }
    }

    // ---- ages ------------------------------------------------------------------------------------------------------

    @Test
    void tellsTheAgeOfTheOldest() {
        VirtualTime time = new VirtualTime(Long.MAX_VALUE - 5); // readings wrap
        try (BoundedBuffer<Integer> buffer =
                ofCapacity(2).recordAges().timeSource(time).open()) {
            assertEquals(Duration.ZERO, buffer.oldestAge());
            for (int i = 0; i < 5; i++) {
                buffer.add(i);
                time.advance(Duration.ofSeconds(1));
                assertEquals(Duration.ofSeconds(i == 0 ? 1 : 2), buffer.oldestAge());
            }
            buffer.drain(each -> {});
            assertEquals(Duration.ZERO, buffer.oldestAge());
        }
    }

    @Test
    void refusesToTellAgesItDoesNotRecord() {
        try (BoundedBuffer<Integer> buffer = ofCapacity(2).open()) {
            IllegalStateException thrown = assertThrows(IllegalStateException.class, buffer::oldestAge);
            assertTrue(thrown.getMessage().contains("recordAges()"), thrown::getMessage);
        }
    }

    // ---- the listener ----------------------------------------------------------------------------------------------

    @Test
    void tellsWhatIsDisplacedAndWhatIsLeftInTheEnd() {
        List<Integer> heard = new ArrayList<>();
        BoundedBuffer<Integer> buffer = ofCapacity(2).onDisplaced(heard::add).open();
        fill(buffer, 0, 3);
        assertEquals(List.of(0), heard);
        buffer.drain(each -> {});
        fill(buffer, 3, 5);
        assertEquals(List.of(0), heard, "what is drained is its consumer's");
        buffer.close();
        assertEquals(List.of(0, 3, 4), heard);
        buffer.close();
        assertEquals(List.of(0, 3, 4), heard);
    }

    @Test
    void countsWhatItsListenerThrowsAndGoesOn() {
        BoundedBuffer<Integer> buffer = ofCapacity(1)
                .onDisplaced(each -> {
                    throw new AssertionError("number " + each);
                })
                .open();
        fill(buffer, 0, 10);
        assertEquals(List.of(9), buffer.snapshot());
        buffer.close();
        assertEquals(10L, buffer.managed().snapshot().gauges().get("listenerFailures"));
    }

    @Test
    void letsItsListenerUseAndCloseIt() {
        List<Integer> heard = new ArrayList<>();
        List<BoundedBuffer<Integer>> self = new ArrayList<>();
        BoundedBuffer<Integer> buffer = ofCapacity(2)
                .onDisplaced(each -> {
                    heard.add(each);
                    if (each == 0) {
                        self.get(0).close();
                    }
                })
                .open();
        self.add(buffer);
        fill(buffer, 0, 3);
        assertEquals(List.of(0, 1, 2), heard);
        assertEquals(State.CLOSED, buffer.state());
    }

    @Test
    void endsAListenerThatAddsForEver() {
        List<BoundedBuffer<Integer>> self = new ArrayList<>();
        BoundedBuffer<Integer> buffer =
                ofCapacity(2).onDisplaced(each -> self.get(0).add(each + 100)).open();
        self.add(buffer);
        fill(buffer, 0, 3);
        assertEquals(2 + 1 + 15, buffer.added(), "sixteen calls deep, counting the first");
        assertEquals(1L, buffer.managed().snapshot().gauges().get("listenerFailures"), "the last one's add");
        assertEquals(2, buffer.drain(each -> {}));
        assertNull(buffer.add(1), "it goes on");
        buffer.close();
    }

    // ---- stripes ---------------------------------------------------------------------------------------------------

    @Test
    void keepsNearlyTheNewestInStripesEachInOrder() {
        int stripes = 4;
        try (BoundedBuffer<Integer> buffer = ofCapacity(1_002).stripes(stripes).open()) {
            fill(buffer, 0, 100_000);
            List<Integer> kept = buffer.snapshot();
            assertEquals(1_002, kept.size());
            assertEquals(1_002, buffer.size());
            assertEquals(98_998, buffer.dropped());
            assertEquals(100_000, buffer.added());
            assertEquals(1_002, kept.stream().distinct().count());
            assertTrue(Collections.min(kept) > 90_000, () -> "oldest: " + Collections.min(kept));
            List<Integer> drained = new ArrayList<>();
            assertEquals(1_002, buffer.drain(drained::add));
            assertEquals(kept, drained);
        }
    }

    // ---- life ------------------------------------------------------------------------------------------------------

    @Test
    void refusesElementsOnceItIsClosed() {
        BoundedBuffer<Integer> buffer = ofCapacity(2).open();
        buffer.add(1);
        assertEquals(State.OPEN, buffer.state());
        buffer.close();
        assertEquals(State.CLOSED, buffer.state());
        String message = assertThrows(CollectionClosedException.class, () -> buffer.add(2))
                .getMessage();
        assertTrue(message.startsWith("BoundedBuffer numbers is closed since PT"), message);
        assertTrue(message.endsWith("by thread " + Thread.currentThread().getName() + "; the element was not added"));
        assertEquals(List.of(), buffer.snapshot());
        assertEquals(0, buffer.drain(each -> {}));
        assertEquals(0, buffer.size());
        assertEquals(1, buffer.added());
        assertEquals(0, buffer.dropped());
    }

    @Test
    void hangsInItsOwnersTree() {
        try (Scope app = Scope.open("app")) {
            BoundedBuffer<Integer> buffer = ofCapacity(2).recordAges().open(app);
            fill(buffer, 0, 3);
            Snapshot seen = app.snapshot().children().get(0);
            assertEquals("numbers", seen.name());
            assertEquals(Kind.BOUNDED_BUFFER, seen.kind());
            assertEquals(State.OPEN, seen.state());
            assertEquals(
                    List.of("size", "capacity", "added", "dropped", "oldest"),
                    List.copyOf(seen.gauges().keySet()));
            assertEquals(2, seen.gauges().get("size"));
            assertEquals(1L, seen.gauges().get("dropped"));
            buffer.close();
            assertEquals(List.of(), app.snapshot().children(), "nothing stays behind");
        }
    }

    @Test
    void isClosedByItsOwner() {
        Scope app = Scope.open("app");
        BoundedBuffer<Integer> buffer = ofCapacity(2).open(app);
        app.close();
        assertEquals(State.CLOSED, buffer.state());
        assertSame(State.CLOSED, buffer.managed().state());
        assertThrows(ScopeClosedException.class, () -> ofCapacity(2).open(app));
    }

    @Test
    void isClosedThroughItsNodeToo() {
        BoundedBuffer<Integer> buffer = ofCapacity(2).open();
        assertSame(buffer.managed(), buffer.managed());
        buffer.managed().close();
        assertThrows(CollectionClosedException.class, () -> buffer.add(2));
    }

    @Test
    void isReportedWhenItIsDroppedWithoutAnOwner() {
        List<LeakReport> heard = new CopyOnWriteArrayList<>();
        try (LeakDetector.Registration listening = LeakDetector.library().addListener(heard::add)) {
            LeakProbe.awaitCollected(drop("dropped buffer"));
            Await.until(
                    "reported",
                    () -> heard.stream()
                            .anyMatch(report -> report.label().equals("dropped buffer")
                                    && report.type().equals(BoundedBuffer.class.getName())));
            assertFalse(heard.stream().anyMatch(report -> report.label().equals("numbers")));
        }
    }

    private static Reference<?> drop(String name) {
        ofCapacity(2).open().close();
        return new WeakReference<>(BoundedBuffer.builder(name).capacity(2).open());
    }

    // ---- bad input -------------------------------------------------------------------------------------------------

    @Test
    void refusesNull() {
        try (BoundedBuffer<Integer> buffer = ofCapacity(2).open()) {
            assertEquals("element", nullOf(() -> buffer.add(null)));
            assertEquals("consumer", nullOf(() -> buffer.drain(null)));
            assertEquals("name", nullOf(() -> BoundedBuffer.builder(null)));
            assertEquals("listener", nullOf(() -> ofCapacity(1).onDisplaced(null)));
            assertEquals("clock", nullOf(() -> ofCapacity(1).timeSource(null)));
            assertEquals("owner", nullOf(() -> ofCapacity(1).open(null)));
            assertEquals(0, buffer.size());
        }
    }

    private static String nullOf(org.junit.jupiter.api.function.Executable call) {
        return assertThrows(NullPointerException.class, call).getMessage();
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, BoundedBufferConfig.MAX_CAPACITY + 1, Integer.MAX_VALUE})
    void refusesACapacityThatIsOutOfBounds(int capacity) {
        String message = assertThrows(IllegalArgumentException.class, () -> ofCapacity(capacity))
                .getMessage();
        assertEquals("capacity is " + capacity + "; it must be between 1 and 1073741824", message);
    }

    @Test
    void refusesSettingsThatDoNotFit() {
        assertEquals(
                "capacity is not set; call capacity(n) before open()",
                messageOf(() -> BoundedBuffer.builder("x").open()));
        assertEquals(
                "stripes is 0; it must be between 1 and 1024",
                messageOf(() -> ofCapacity(1).stripes(0)));
        assertEquals(
                "stripes is 1025; it must be between 1 and 1024",
                messageOf(() -> ofCapacity(1).stripes(1_025)));
        assertEquals(
                "stripes is 3 and capacity is 2; each stripe must hold at least one element",
                messageOf(() -> ofCapacity(2).stripes(3).open()));
        assertTrue(messageOf(() -> BoundedBuffer.builder(" ")).startsWith("name is blank"));
    }

    private static String messageOf(org.junit.jupiter.api.function.Executable call) {
        return assertThrows(IllegalArgumentException.class, call).getMessage();
    }
}
