package dev.lifecycle.tests.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Kind;
import dev.lifecycle.LifecycleException;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.collect.BudgetBuffer;
import dev.lifecycle.collect.BudgetExceededException;
import dev.lifecycle.collect.CollectionClosedException;
import dev.lifecycle.collect.OversizeElement;
import dev.lifecycle.leak.LeakDetector;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeClosedException;
import dev.lifecycle.spi.BudgetBufferConfig;
import dev.lifecycle.testing.LeakProbe;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.time.VirtualTime;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Most elements here are numbers that weigh what they are. */
@Timeout(60)
class BudgetBufferTest {
    private final List<List<Integer>> evicted = new ArrayList<>();

    private static BudgetBuffer.Builder<Integer> ofBudget(long budget) {
        return BudgetBuffer.<Integer>builder("chat", Integer::longValue).budget(budget);
    }

    private static BudgetBuffer.Builder<Long> ofLargeBudget(long budget) {
        return BudgetBuffer.<Long>builder("chat", Long::longValue).budget(budget);
    }

    private static void addAll(BudgetBuffer<Integer> buffer, int... elements) {
        IntStream.of(elements).forEach(buffer::add);
    }

    private static void addTimes(BudgetBuffer<Integer> buffer, int times, int element) {
        IntStream.range(0, times).forEach(i -> buffer.add(element));
    }

    private static long sum(List<? extends Number> elements) {
        return elements.stream().mapToLong(Number::longValue).sum();
    }

    // ---- keeping ---------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 9, 100, Long.MAX_VALUE})
    void isNeverAboveItsBudget(long budget) {
        try (BudgetBuffer<Integer> buffer = ofBudget(budget).open()) {
            for (int i = 0; i < 300; i++) {
                buffer.add((int) Math.min(budget, i * 7 % 10));
                assertTrue(buffer.weight() <= budget, buffer::toString);
                assertEquals(sum(buffer.snapshot()), buffer.weight());
                assertEquals(buffer.snapshot().size(), buffer.size());
            }
            assertEquals(300, buffer.added());
            assertEquals(300 - buffer.size(), buffer.evicted());
            assertEquals(budget, buffer.budget());
        }
    }

    @Test
    void evictsTheOldestAndNoMoreThanMust() {
        try (BudgetBuffer<Integer> buffer = ofBudget(10).onEvicted(evicted::add).open()) {
            addAll(buffer, 1, 2, 3, 4);
            assertEquals(List.of(), evicted, "the budget is used up, not exceeded");
            buffer.add(2);
            assertEquals(List.of(List.of(1, 2)), evicted);
            assertEquals(List.of(3, 4, 2), buffer.snapshot());
            assertEquals(9, buffer.weight());
        }
    }

    @Test
    void keepsAnElementThatIsAsHeavyAsTheBudget() {
        try (BudgetBuffer<Integer> buffer = ofBudget(10).onEvicted(evicted::add).open()) {
            addAll(buffer, 1, 10);
            assertEquals(List.of(10), buffer.snapshot());
            assertEquals(List.of(List.of(1)), evicted);
        }
    }

    @Test
    void weighsEachElementOnce() {
        List<Integer> weighed = new ArrayList<>();
        BudgetBuffer.Builder<Integer> builder = BudgetBuffer.<Integer>builder("chat", element -> {
                    weighed.add(element);
                    return element;
                })
                .budget(10);
        try (BudgetBuffer<Integer> buffer = builder.lowWater(5).open()) {
            buffer.pin(1);
            addAll(buffer, 2, 3, 4, 5);
            buffer.addGroup(List.of(6, 0));
            assertThrows(BudgetExceededException.class, () -> buffer.add(11));
            buffer.snapshot();
            buffer.clear();
            assertEquals(List.of(1, 2, 3, 4, 5, 6, 0, 11), weighed);
        }
    }

    @Test
    void saysHowFullItIs() {
        try (BudgetBuffer<Integer> buffer = ofBudget(8_000).open()) {
            addAll(buffer, 7_000, 400, 12);
            assertEquals("chat 7412/8000 in 3", buffer.toString());
            assertEquals("chat 7412/8000 in 3", buffer.managed().toString());
        }
    }

    @Test
    void givesASnapshotThatStaysAsItIs() {
        try (BudgetBuffer<Integer> buffer = ofBudget(3).open()) {
            addAll(buffer, 1, 2);
            List<Integer> before = buffer.snapshot();
            addAll(buffer, 3);
            assertEquals(List.of(1, 2), before);
            assertThrows(UnsupportedOperationException.class, () -> before.set(0, 9));
        }
    }

    @Test
    void keepsNothingAliveThatLeft() {
        try (BudgetBuffer<byte[]> buffer = BudgetBuffer.<byte[]>builder("bytes", bytes -> bytes.length)
                .budget(250)
                .onEvicted(batch -> {})
                .open()) {
            List<Reference<?>> gone = addAndForget(buffer, 10);
            gone.subList(0, 8).forEach(LeakProbe::awaitCollected);
            assertNotNull(gone.get(8).get());
            buffer.clear();
            gone.forEach(LeakProbe::awaitCollected);
            List<Reference<?>> left = addAndForget(buffer, 1);
            buffer.close();
            left.forEach(LeakProbe::awaitCollected);
        }
    }

    private static List<Reference<?>> addAndForget(BudgetBuffer<byte[]> buffer, int count) {
        List<Reference<?>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] element = new byte[100];
            buffer.add(element);
            all.add(new WeakReference<>(element));
        }
        return all;
    }

    // ---- the low-water mark ----------------------------------------------------------------------------------------

    @Test
    void cutsToTheLowWaterMarkInOneBatch() {
        try (BudgetBuffer<Integer> buffer =
                ofBudget(15_000).lowWater(8_000).onEvicted(evicted::add).open()) {
            addTimes(buffer, 150, 100);
            assertEquals(15_000, buffer.weight());
            assertEquals(List.of(), evicted);
            buffer.add(100);
            assertEquals(8_000, buffer.weight());
            assertEquals(List.of(Collections.nCopies(71, 100)), evicted);
        }
    }

    @Test
    void evictsAllOthersWhenWhatIsNewIsAboveTheLowWaterMark() {
        try (BudgetBuffer<Integer> buffer =
                ofBudget(10).lowWater(0).onEvicted(evicted::add).open()) {
            addAll(buffer, 3, 3, 3, 2);
            assertEquals(List.of(2), buffer.snapshot());
            addAll(buffer, 9);
            assertEquals(List.of(9), buffer.snapshot());
            assertEquals(List.of(List.of(3, 3, 3), List.of(2)), evicted);
        }
    }

    @Test
    void countsWhatIsPinnedTowardsTheLowWaterMark() {
        try (BudgetBuffer<Integer> buffer = ofBudget(20).lowWater(10).open()) {
            buffer.pin(5);
            addAll(buffer, 4, 4, 4, 4);
            assertEquals(List.of(5, 4), buffer.snapshot());
        }
    }

    // ---- pins ------------------------------------------------------------------------------------------------------

    @Test
    void keepsWhatIsPinnedInFrontForGood() {
        try (BudgetBuffer<Integer> buffer = ofBudget(10).onEvicted(evicted::add).open()) {
            buffer.add(4);
            buffer.pin(2);
            buffer.add(3);
            buffer.pin(1);
            assertEquals(List.of(2, 1, 4, 3), buffer.snapshot());
            addAll(buffer, 5, 6, 7);
            assertEquals(List.of(2, 1, 7), buffer.snapshot());
            assertEquals(10, buffer.weight());
            assertEquals(List.of(List.of(4, 3), List.of(5), List.of(6)), evicted);
        }
    }

    @Test
    void evictsTheOldestWhenAPinNeedsTheirRoom() {
        try (BudgetBuffer<Integer> buffer = ofBudget(10).onEvicted(evicted::add).open()) {
            addAll(buffer, 1, 2, 3, 4);
            buffer.pin(6);
            assertEquals(List.of(6, 4), buffer.snapshot());
            assertEquals(List.of(List.of(1, 2, 3)), evicted);
        }
    }

    @ParameterizedTest
    @EnumSource(OversizeElement.class)
    void refusesToPinMoreThanTheBudget(OversizeElement oversize) {
        BudgetBuffer.Builder<Integer> builder = ofBudget(10).oversize(oversize);
        if (oversize == OversizeElement.SHRINK) {
            builder.shrinker((element, room) -> 0);
        }
        try (BudgetBuffer<Integer> buffer = builder.open()) {
            buffer.pin(7);
            buffer.add(3);
            BudgetExceededException thrown = assertThrows(BudgetExceededException.class, () -> buffer.pin(4));
            assertEquals(
                    "a java.lang.Integer to pin weighs 4, and the budget of chat has room for 3 beside what is pinned:"
                            + " 7 of 10. Raise the budget, or pin less",
                    thrown.getMessage());
            assertEquals(4, thrown.value());
            assertEquals(3, thrown.limit());
            assertEquals(List.of(7, 3), buffer.snapshot());
            assertEquals(2, buffer.added());
        }
    }

    @Test
    void hasNoRoomForAnythingWhenPinsFillIt() {
        try (BudgetBuffer<Integer> buffer = ofBudget(10).open()) {
            buffer.add(1);
            buffer.pin(10);
            assertEquals(List.of(10), buffer.snapshot());
            assertThrows(BudgetExceededException.class, () -> buffer.add(1));
            buffer.add(0);
            assertEquals(List.of(10, 0), buffer.snapshot());
        }
    }

    // ---- groups ----------------------------------------------------------------------------------------------------

    @Test
    void letsGroupsLeaveTogether() {
        try (BudgetBuffer<Integer> buffer = ofBudget(10).onEvicted(evicted::add).open()) {
            buffer.addGroup(List.of(1, 2, 3));
            buffer.addGroup(List.of(2, 2));
            buffer.add(1);
            assertEquals(List.of(2, 2, 1), buffer.snapshot());
            buffer.addGroup(List.of(3, 3));
            assertEquals(List.of(1, 3, 3), buffer.snapshot());
            assertEquals(List.of(List.of(1, 2, 3), List.of(2, 2)), evicted);
        }
    }

    @Test
    void cutsToTheLowWaterMarkInWholeGroups() {
        try (BudgetBuffer<Integer> buffer =
                ofBudget(10).lowWater(6).onEvicted(evicted::add).open()) {
            buffer.addGroup(List.of(1, 1));
            buffer.addGroup(List.of(1, 4));
            buffer.add(4);
            assertEquals(List.of(4), buffer.snapshot(), "1 + 4 cannot stay: 1, 4, 4 weigh 9");
            assertEquals(List.of(List.of(1, 1, 1, 4)), evicted);
        }
    }

    @Test
    void takesAGroupOnlyAsAWhole() {
        try (BudgetBuffer<Integer> buffer = ofBudget(10).onEvicted(evicted::add).open()) {
            buffer.add(5);
            String message = assertThrows(BudgetExceededException.class, () -> buffer.addGroup(List.of(4, 4, 4)))
                    .getMessage();
            assertEquals(
                    "a group of 3 weighs 12, and the budget of chat has room for 10 beside what is pinned: 0 of 10."
                            + " Raise the budget, shorten it, or choose another OversizeElement",
                    message);
            assertEquals(List.of(5), buffer.snapshot());
            assertEquals(1, buffer.added());
            assertEquals(List.of(), evicted);
        }
    }

    @Test
    void copiesAGroup() {
        try (BudgetBuffer<Integer> buffer = ofBudget(10).open()) {
            List<Integer> group = new ArrayList<>(List.of(1, 2));
            buffer.addGroup(group);
            group.set(0, 100);
            assertEquals(List.of(1, 2), buffer.snapshot());
        }
    }

    @Test
    void takesAnEmptyGroupForNothing() {
        try (BudgetBuffer<Integer> buffer = ofBudget(10).open()) {
            buffer.addGroup(List.of());
            assertEquals(0, buffer.added());
        }
    }

    // ---- heavy elements --------------------------------------------------------------------------------------------

    @Test
    void rejectsWhatIsHeavierThanTheRoom() {
        try (BudgetBuffer<Integer> buffer = ofBudget(10).onEvicted(evicted::add).open()) {
            buffer.pin(4);
            buffer.add(3);
            BudgetExceededException thrown = assertThrows(BudgetExceededException.class, () -> buffer.add(7));
            assertEquals(
                    "a java.lang.Integer weighs 7, and the budget of chat has room for 6 beside what is pinned: 4 of 10."
                            + " Raise the budget, shorten it, or choose another OversizeElement",
                    thrown.getMessage());
            assertEquals(7, thrown.value());
            assertEquals(6, thrown.limit());
            assertEquals(List.of(4, 3), buffer.snapshot());
            assertEquals(List.of(), evicted);
        }
    }

    @Test
    void keepsAHeavyElementAloneUntilTheNextOneComes() {
        try (BudgetBuffer<Integer> buffer = ofBudget(10)
                .oversize(OversizeElement.KEEP_ALONE)
                .onEvicted(evicted::add)
                .open()) {
            buffer.pin(2);
            addAll(buffer, 1, 3, 20);
            assertEquals(List.of(2, 20), buffer.snapshot());
            assertEquals(22, buffer.weight());
            addAll(buffer, 0, 30);
            assertEquals(List.of(2, 30), buffer.snapshot());
            buffer.pin(1);
            assertEquals(List.of(2, 1), buffer.snapshot());
            buffer.addGroup(List.of(9, 9));
            assertEquals(List.of(2, 1, 9, 9), buffer.snapshot());
            buffer.add(7);
            assertEquals(List.of(2, 1, 7), buffer.snapshot());
            assertEquals(List.of(List.of(1, 3), List.of(20), List.of(0), List.of(30), List.of(9, 9)), evicted);
        }
    }

    @Test
    void shrinksAHeavyElementToTheRoom() {
        List<String> asked = new ArrayList<>();
        try (BudgetBuffer<Integer> buffer = ofBudget(10)
                .oversize(OversizeElement.SHRINK)
                .shrinker((element, room) -> {
                    asked.add(element + " to " + room);
                    return (int) room;
                })
                .open()) {
            buffer.pin(3);
            addAll(buffer, 2, 7, 20);
            assertEquals(List.of("20 to 7"), asked);
            assertEquals(List.of(3, 7), buffer.snapshot());
            assertEquals(4, buffer.added());
        }
    }

    @Test
    void shrinksTheHeaviestOfAGroupToEqualShares() {
        try (BudgetBuffer<Integer> buffer = ofBudget(100)
                .oversize(OversizeElement.SHRINK)
                .shrinker((element, room) -> (int) room)
                .open()) {
            buffer.addGroup(List.of(10, 2_000, 50, 3_000));
            assertEquals(List.of(10, 30, 30, 30), buffer.snapshot());
            buffer.addGroup(List.of(20, Integer.MAX_VALUE));
            assertEquals(List.of(20, 80), buffer.snapshot());
        }
    }

    @Test
    void shrinksAGroupWhoseSumCannotBeCounted() {
        try (BudgetBuffer<Long> buffer = ofLargeBudget(Long.MAX_VALUE)
                .oversize(OversizeElement.SHRINK)
                .shrinker((element, room) -> room)
                .open()) {
            buffer.addGroup(List.of(Long.MAX_VALUE, Long.MAX_VALUE, 7L));
            assertEquals(List.of(Long.MAX_VALUE / 2 - 3, Long.MAX_VALUE / 2 - 3, 7L), buffer.snapshot());
        }
    }

    @Test
    void refusesWhatAShrinkerLeftTooHeavy() {
        try (BudgetBuffer<Integer> buffer = ofBudget(10)
                .oversize(OversizeElement.SHRINK)
                .shrinker((element, room) -> element - 1)
                .open()) {
            buffer.add(2);
            BudgetExceededException thrown = assertThrows(BudgetExceededException.class, () -> buffer.add(12));
            assertEquals(
                    "the shrinker of chat returned a java.lang.Integer of weight 11 for a java.lang.Integer of weight 12,"
                            + " and was asked for at most 10. Correct it, or raise the budget",
                    thrown.getMessage());
            assertEquals(List.of(2), buffer.snapshot());
        }
    }

    @Test
    void shrinksAgainWhenAPinTookTheRoomMeanwhile() {
        List<BudgetBuffer<Integer>> self = new ArrayList<>();
        List<Long> rooms = new ArrayList<>();
        try (BudgetBuffer<Integer> buffer = ofBudget(10)
                .oversize(OversizeElement.SHRINK)
                .shrinker((element, room) -> {
                    rooms.add(room);
                    if (rooms.size() <= 2) {
                        self.get(0).pin(3);
                    }
                    return (int) room;
                })
                .open()) {
            self.add(buffer);
            buffer.add(11);
            assertEquals(List.of(10L, 7L, 4L), rooms);
            assertEquals(List.of(3, 3, 4), buffer.snapshot());
        }
    }

    // ---- how many --------------------------------------------------------------------------------------------------

    @Test
    void boundsElementsThatWeighNothing() {
        try (BudgetBuffer<Integer> buffer =
                ofBudget(10).lowWater(1).maxElements(3).onEvicted(evicted::add).open()) {
            addTimes(buffer, 5, 0);
            assertEquals(3, buffer.size());
            assertEquals(List.of(List.of(0), List.of(0)), evicted, "no more than must");
            buffer.pin(1);
            buffer.addGroup(List.of(0, 2));
            assertEquals(List.of(1, 0, 2), buffer.snapshot());
            buffer.add(0);
            assertEquals(List.of(1, 0), buffer.snapshot(), "a group leaves as a whole");
        }
    }

    @Test
    void holdsAMillionElementsUnlessItIsSaid() {
        try (BudgetBuffer<Integer> buffer = ofBudget(1).open()) {
            addTimes(buffer, (1 << 20) + 5, 0);
            assertEquals(1 << 20, buffer.size());
            assertEquals(5, buffer.evicted());
        }
    }

    @ParameterizedTest
    @EnumSource(OversizeElement.class)
    void refusesMoreElementsThanItMayHold(OversizeElement oversize) {
        BudgetBuffer.Builder<Integer> builder = ofBudget(10).maxElements(2).oversize(oversize);
        if (oversize == OversizeElement.SHRINK) {
            builder.shrinker((element, room) -> 0);
        }
        try (BudgetBuffer<Integer> buffer = builder.open()) {
            assertEquals(
                    "elements to add to chat are 3, and it may hold 2 beside what is pinned: maxElements is 2."
                            + " Raise it, or pin less",
                    assertThrows(BudgetExceededException.class, () -> buffer.addGroup(List.of(0, 0, 0)))
                            .getMessage());
            buffer.pin(0);
            assertThrows(BudgetExceededException.class, () -> buffer.addGroup(List.of(0, 0)));
            buffer.pin(1);
            BudgetExceededException thrown = assertThrows(BudgetExceededException.class, () -> buffer.pin(0));
            assertEquals(1, thrown.value());
            assertEquals(0, thrown.limit());
            assertThrows(BudgetExceededException.class, () -> buffer.add(0));
            assertEquals(List.of(0, 1), buffer.snapshot());
        }
    }

    // ---- large numbers ---------------------------------------------------------------------------------------------

    @Test
    void countsUpToTheLargestNumber() {
        try (BudgetBuffer<Long> buffer = ofLargeBudget(Long.MAX_VALUE).open()) {
            buffer.add(Long.MAX_VALUE);
            buffer.add(0L);
            assertEquals(2, buffer.size());
            buffer.add(1L);
            assertEquals(List.of(0L, 1L), buffer.snapshot());
            buffer.add(Long.MAX_VALUE - 1);
            assertEquals(Long.MAX_VALUE, buffer.weight());
            buffer.pin(Long.MAX_VALUE);
            assertEquals(List.of(Long.MAX_VALUE), buffer.snapshot());
            assertEquals(Long.MAX_VALUE, buffer.weight());
        }
    }

    @Test
    void refusesAGroupWhoseSumCannotBeCounted() {
        try (BudgetBuffer<Long> buffer = ofLargeBudget(Long.MAX_VALUE).open()) {
            BudgetExceededException thrown = assertThrows(
                    BudgetExceededException.class, () -> buffer.addGroup(List.of(Long.MAX_VALUE, Long.MAX_VALUE)));
            assertTrue(
                    thrown.getMessage().startsWith("a group of 2 weighs more than 9223372036854775807,"),
                    thrown::getMessage);
            assertEquals(Long.MAX_VALUE, thrown.value());
            assertEquals(0, buffer.size());
        }
    }

    @Test
    void keepsNothingAloneThatCannotBeCounted() {
        try (BudgetBuffer<Long> buffer =
                ofLargeBudget(10).oversize(OversizeElement.KEEP_ALONE).open()) {
            buffer.pin(1L);
            buffer.add(5L);
            String message = assertThrows(BudgetExceededException.class, () -> buffer.add(Long.MAX_VALUE))
                    .getMessage();
            assertTrue(message.endsWith("Even alone, it is more than can be counted: correct the weigher"), message);
            assertThrows(BudgetExceededException.class, () -> buffer.addGroup(List.of(Long.MAX_VALUE, 1L)));
            assertEquals(List.of(1L, 5L), buffer.snapshot());
            buffer.add(Long.MAX_VALUE - 1);
            assertEquals(Long.MAX_VALUE, buffer.weight());
            buffer.add(2L);
            assertEquals(List.of(1L, 2L), buffer.snapshot());
        }
    }

    // ---- the listener ----------------------------------------------------------------------------------------------

    @Test
    void tellsOnTheThreadThatAddsWhenTheNewElementIsIn() {
        List<String> heard = new ArrayList<>();
        List<BudgetBuffer<Integer>> self = new ArrayList<>();
        try (BudgetBuffer<Integer> buffer = ofBudget(3)
                .onEvicted(batch -> heard.add(
                        Thread.currentThread().getName() + batch + self.get(0).snapshot()))
                .open()) {
            self.add(buffer);
            addAll(buffer, 1, 2, 3);
            assertEquals(List.of(Thread.currentThread().getName() + "[1, 2][3]"), heard);
        }
    }

    @Test
    void letsItsListenerAddASummary() {
        List<BudgetBuffer<Integer>> self = new ArrayList<>();
        try (BudgetBuffer<Integer> buffer = ofBudget(10)
                .lowWater(6)
                .onEvicted(batch -> self.get(0).add(batch.size()))
                .open()) {
            self.add(buffer);
            addAll(buffer, 4, 3, 3, 2);
            assertEquals(List.of(3, 2, 2), buffer.snapshot(), "the summary stands after what is new");
        }
    }

    @Test
    void endsAListenerThatEvictsForEver() {
        List<BudgetBuffer<Integer>> self = new ArrayList<>();
        List<Exception> failures = new ArrayList<>();
        try (BudgetBuffer<Integer> buffer = ofBudget(2)
                .onEvicted(batch -> {
                    evicted.add(batch);
                    try {
                        self.get(0).add(1);
                    } catch (LifecycleException tooDeep) {
                        failures.add(tooDeep);
                        throw tooDeep;
                    }
                })
                .open()) {
            self.add(buffer);
            addAll(buffer, 1, 1, 1);
            assertEquals(BudgetBufferConfig.MAX_DEPTH, evicted.size());
            assertEquals(1, failures.size());
            assertEquals(
                    "the listeners of chat and others add what evicts again, 16 calls deep; nothing was added."
                            + " Set a lowWater below the budget 2 that leaves room for what they add",
                    failures.get(0).getMessage());
            assertEquals(1L, buffer.managed().snapshot().gauges().get("listenerFailures"));
            assertEquals(List.of(1, 1), buffer.snapshot());
            buffer.add(1);
            assertEquals(2 * BudgetBufferConfig.MAX_DEPTH, evicted.size(), "the next call begins anew");
            assertEquals(buffer.added(), buffer.size() + buffer.evicted());
        }
    }

    @Test
    void countsWhatItsListenerThrowsAndGoesOn() {
        try (BudgetBuffer<Integer> buffer = ofBudget(1)
                .onEvicted(batch -> {
                    throw new AssertionError("batch " + batch);
                })
                .open()) {
            addTimes(buffer, 10, 1);
            assertEquals(List.of(1), buffer.snapshot());
            assertEquals(9L, buffer.managed().snapshot().gauges().get("listenerFailures"));
            assertEquals(9, buffer.evicted());
        }
    }

    @Test
    void letsItsListenerCloseIt() {
        List<BudgetBuffer<Integer>> self = new ArrayList<>();
        BudgetBuffer<Integer> buffer =
                ofBudget(1).onEvicted(batch -> self.get(0).close()).open();
        self.add(buffer);
        addTimes(buffer, 2, 1);
        assertEquals(State.CLOSED, buffer.state());
        assertEquals(0, buffer.size());
    }

    @Test
    void handsOverAListThatIsImmutableAndItsOwn() {
        try (BudgetBuffer<Integer> buffer = ofBudget(1).onEvicted(evicted::add).open()) {
            addAll(buffer, 1, 1);
            buffer.clear();
            assertEquals(List.of(List.of(1)), evicted);
            assertThrows(
                    UnsupportedOperationException.class, () -> evicted.get(0).set(0, 9));
        }
    }

    @Test
    void worksWithoutAListener() {
        try (BudgetBuffer<Integer> buffer = ofBudget(2).open()) {
            addTimes(buffer, 5, 1);
            assertEquals(3, buffer.evicted());
            assertNull(buffer.managed().snapshot().gauges().get("listenerFailures"));
        }
    }

    // ---- functions that fail ---------------------------------------------------------------------------------------

    @Test
    void leavesNothingBehindWhenTheWeigherThrows() {
        AtomicBoolean broken = new AtomicBoolean();
        IllegalStateException failure = new IllegalStateException("planted");
        BudgetBuffer.Builder<Integer> builder = BudgetBuffer.<Integer>builder("chat", element -> {
            if (broken.get() && element == 3) {
                throw failure;
            }
            return element;
        });
        try (BudgetBuffer<Integer> buffer =
                builder.budget(5).onEvicted(evicted::add).open()) {
            addAll(buffer, 1, 2);
            broken.set(true);
            assertSame(failure, assertThrows(IllegalStateException.class, () -> buffer.add(3)));
            assertSame(failure, assertThrows(IllegalStateException.class, () -> buffer.pin(3)));
            assertSame(failure, assertThrows(IllegalStateException.class, () -> buffer.addGroup(List.of(1, 3))));
            broken.set(false);
            assertUntouched(buffer);
            buffer.add(3);
            assertEquals(List.of(2, 3), buffer.snapshot());
        }
    }

    private void assertUntouched(BudgetBuffer<Integer> buffer) {
        assertEquals(List.of(1, 2), buffer.snapshot());
        assertEquals(3, buffer.weight());
        assertEquals(2, buffer.added());
        assertEquals(0, buffer.evicted());
        assertEquals(List.of(), evicted);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, -5, Long.MIN_VALUE})
    void refusesNegativeWeights(long weight) {
        try (BudgetBuffer<String> buffer = BudgetBuffer.<String>builder("chat", text -> weight)
                .budget(5)
                .oversize(OversizeElement.SHRINK)
                .shrinker((text, room) -> "")
                .open()) {
            List<Executable> calls =
                    List.of(() -> buffer.add("x"), () -> buffer.pin("x"), () -> buffer.addGroup(List.of("x")));
            for (Executable call : calls) {
                assertEquals(
                        "the weigher of chat returned " + weight
                                + " for a java.lang.String; a weight must be at least 0",
                        messageOf(call));
            }
            assertEquals(0, buffer.added());
        }
    }

    @Test
    void leavesNothingBehindWhenTheShrinkerFails() {
        AssertionError failure = new AssertionError("planted");
        BudgetBuffer.Shrinker<Integer> shrinker = (element, room) -> {
            if (element == 10) {
                throw failure;
            }
            return element == 11 ? null : -1;
        };
        try (BudgetBuffer<Integer> buffer = ofBudget(5)
                .oversize(OversizeElement.SHRINK)
                .shrinker(shrinker)
                .onEvicted(evicted::add)
                .open()) {
            addAll(buffer, 1, 2);
            assertSame(failure, assertThrows(AssertionError.class, () -> buffer.add(10)));
            assertEquals("the shrinker of chat returned null for a java.lang.Integer", nullOf(() -> buffer.add(11)));
            assertTrue(messageOf(() -> buffer.addGroup(List.of(0, 12))).startsWith("the weigher of chat returned -1"));
            assertUntouched(buffer);
        }
    }

    @Test
    void letsItsFunctionsUseAndCloseIt() {
        List<BudgetBuffer<Integer>> self = new ArrayList<>();
        BudgetBuffer<Integer> buffer = BudgetBuffer.<Integer>builder("chat", element -> {
                    if (element == 5) {
                        self.get(0).add(1);
                        self.get(0).snapshot();
                    } else if (element == 6) {
                        self.get(0).close();
                    }
                    return element;
                })
                .budget(10)
                .open();
        self.add(buffer);
        buffer.add(5);
        assertEquals(List.of(1, 5), buffer.snapshot());
        assertThrows(CollectionClosedException.class, () -> buffer.add(6));
        assertEquals(0, buffer.size());
    }

    // ---- clearing --------------------------------------------------------------------------------------------------

    @Test
    void clearsAllButWhatIsPinnedAndTellsNobody() {
        try (BudgetBuffer<Integer> buffer = ofBudget(10).onEvicted(evicted::add).open()) {
            buffer.pin(2);
            addAll(buffer, 1, 3);
            assertEquals(2, buffer.clear());
            assertEquals(List.of(2), buffer.snapshot());
            assertEquals(2, buffer.weight());
            assertEquals(0, buffer.clear());
            assertEquals(0, buffer.evicted());
            assertEquals(3, buffer.added());
            assertEquals(List.of(), evicted);
            addAll(buffer, 8);
            assertEquals(List.of(2, 8), buffer.snapshot());
        }
    }

    // ---- life ------------------------------------------------------------------------------------------------------

    @Test
    void refusesElementsOnceItIsClosed() {
        List<Integer> weighed = new ArrayList<>();
        BudgetBuffer<Integer> buffer = BudgetBuffer.<Integer>builder("chat", element -> {
                    weighed.add(element);
                    return element;
                })
                .budget(3)
                .onEvicted(evicted::add)
                .open();
        buffer.pin(1);
        addAll(buffer, 1, 2);
        assertEquals(State.OPEN, buffer.state());
        buffer.close();
        buffer.close();
        assertEquals(State.CLOSED, buffer.state());
        for (Executable call :
                List.<Executable>of(() -> buffer.add(4), () -> buffer.pin(4), () -> buffer.addGroup(List.of(4)))) {
            String message = assertThrows(CollectionClosedException.class, call).getMessage();
            assertTrue(message.startsWith("BudgetBuffer chat is closed since PT"), message);
            assertTrue(message.endsWith("by thread " + Thread.currentThread().getName() + "; nothing was added"));
        }
        assertEquals(List.of(1, 1, 2), weighed, "what comes too late is not weighed");
        assertEquals(List.of(), buffer.snapshot());
        assertEquals(0, buffer.clear());
        assertEquals(0, buffer.size());
        assertEquals(0, buffer.weight());
        assertEquals(3, buffer.added());
        assertEquals(1, buffer.evicted());
        assertEquals(List.of(List.of(1)), evicted, "what is left is nobody's");
    }

    @Test
    void hangsInItsOwnersTree() {
        VirtualTime time = new VirtualTime();
        try (Scope app = Scope.open("app")) {
            BudgetBuffer<Integer> buffer =
                    ofBudget(10).timeSource(time).onEvicted(evicted::add).open(app);
            buffer.pin(2);
            addAll(buffer, 1, 3, 6);
            time.advance(Duration.ofSeconds(3));
            Snapshot seen = app.snapshot().children().get(0);
            assertEquals("chat", seen.name());
            assertEquals(Kind.BUDGET_BUFFER, seen.kind());
            assertEquals(State.OPEN, seen.state());
            assertEquals(Duration.ofSeconds(3), seen.age());
            assertEquals(
                    "{weight=8, budget=10, size=2, pinned=1, added=4, evicted=2, listenerFailures=0}",
                    seen.gauges().toString());
            buffer.close();
            assertEquals(List.of(), app.snapshot().children(), "nothing stays behind");
        }
    }

    @Test
    void isClosedByItsOwner() {
        Scope app = Scope.open("app");
        BudgetBuffer<Integer> buffer = ofBudget(2).open(app);
        app.close();
        assertEquals(State.CLOSED, buffer.state());
        assertSame(State.CLOSED, buffer.managed().state());
        assertThrows(ScopeClosedException.class, () -> ofBudget(2).open(app));
    }

    @Test
    void isClosedThroughItsNodeToo() {
        BudgetBuffer<Integer> buffer = ofBudget(2).open();
        assertSame(buffer.managed(), buffer.managed());
        assertEquals("chat", buffer.managed().name());
        assertEquals("chat", buffer.name());
        buffer.managed().close();
        assertThrows(CollectionClosedException.class, () -> buffer.add(2));
    }

    @Test
    void isReportedWhenItIsDroppedWithoutAnOwner() {
        List<LeakReport> heard = new CopyOnWriteArrayList<>();
        try (LeakDetector.Registration listening = LeakDetector.library().addListener(heard::add)) {
            LeakProbe.awaitCollected(drop("dropped conversation"));
            Await.until(
                    "reported",
                    () -> heard.stream()
                            .anyMatch(report -> report.label().equals("dropped conversation")
                                    && report.type().equals(BudgetBuffer.class.getName())));
        }
    }

    private static Reference<?> drop(String name) {
        return new WeakReference<>(BudgetBuffer.<Integer>builder(name, Integer::longValue)
                .budget(2)
                .open());
    }

    // ---- many threads ----------------------------------------------------------------------------------------------

    /** Each element has a number of its own: none is lost, none is handed over twice. */
    private record Message(long number, long weight) {}

    @Test
    void losesNothingBetweenThreads() throws Exception {
        int writers = 2 + 2 * Runtime.getRuntime().availableProcessors();
        int adds = 20_000;
        long budget = 500;
        AtomicLong numbers = new AtomicLong();
        LongAdder weighed = new LongAdder();
        LongAdder cleared = new LongAdder();
        LongAdder handedOver = new LongAdder();
        AtomicInteger aboveBudget = new AtomicInteger();
        AtomicInteger tornGroups = new AtomicInteger();
        Consumer<List<Message>> listener = batch -> {
            handedOver.add(batch.size());
            tornGroups.addAndGet(torn(batch));
        };
        BudgetBuffer<Message> buffer = BudgetBuffer.<Message>builder("chat", message -> {
                    weighed.increment();
                    return message.weight();
                })
                .budget(budget)
                .lowWater(300)
                .onEvicted(listener)
                .open();
        buffer.pin(new Message(-1, 50));
        CyclicBarrier start = new CyclicBarrier(writers + 1);
        AtomicBoolean done = new AtomicBoolean();
        Callable<Void> writer = () -> {
            start.await();
            for (int i = 0; i < adds; i++) {
                long number = numbers.getAndAdd(2);
                if (i % 3 == 0) { // a group has an even number and the one after it
                    buffer.addGroup(List.of(new Message(number, i % 50), new Message(number + 1, i % 7)));
                } else {
                    buffer.add(new Message(-number - 2, i % 50));
                }
                if (i % 5_000 == 4_999) {
                    cleared.add(buffer.clear());
                }
            }
            return null;
        };
        Callable<Void> reader = () -> {
            start.await();
            while (!done.get()) {
                List<Message> seen = buffer.snapshot();
                long weight = seen.stream().mapToLong(Message::weight).sum();
                if (weight > budget || buffer.weight() > budget || seen.get(0).number() != -1) {
                    aboveBudget.incrementAndGet();
                }
                tornGroups.addAndGet(torn(seen));
            }
            return null;
        };
        ExecutorService threads = Executors.newFixedThreadPool(writers + 1);
        try {
            Future<Void> reading = threads.submit(reader);
            List<Future<Void>> writing = new ArrayList<>();
            for (int i = 0; i < writers; i++) {
                writing.add(threads.submit(writer));
            }
            for (Future<Void> each : writing) {
                each.get();
            }
            done.set(true);
            reading.get();
        } finally {
            threads.shutdownNow();
            assertTrue(threads.awaitTermination(10, TimeUnit.SECONDS));
        }
        assertEquals(0, aboveBudget.get());
        assertEquals(0, tornGroups.get());
        assertEquals(weighed.sum(), buffer.added(), "each is weighed once");
        assertEquals(buffer.added(), buffer.size() + buffer.evicted() + cleared.sum());
        assertEquals(buffer.evicted(), handedOver.sum());
        assertEquals(buffer.size(), buffer.snapshot().size());
        assertEquals(buffer.snapshot().stream().mapToLong(Message::weight).sum(), buffer.weight());
        buffer.close();
    }

    /** How many groups are there without their second element, or the other way round. */
    private static int torn(List<Message> messages) {
        int torn = 0;
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i).number() >= 0) {
                long first = messages.get(i).number();
                boolean whole = first % 2 == 0
                        && i + 1 < messages.size()
                        && messages.get(i + 1).number() == first + 1;
                torn += whole ? 0 : 1;
                i++;
            }
        }
        return torn;
    }

    @Test
    void refusesOrForgetsWhatComesBesideAClose() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 2_000; round++) {
                BudgetBuffer<Integer> buffer = ofBudget(10).open();
                CyclicBarrier start = new CyclicBarrier(2);
                Future<Integer> adding = threads.submit(() -> {
                    start.await();
                    for (int added = 0; ; added++) {
                        try {
                            buffer.add(1);
                        } catch (CollectionClosedException closed) {
                            return added;
                        }
                    }
                });
                Future<?> closing = threads.submit(() -> {
                    start.await();
                    buffer.close();
                    return null;
                });
                closing.get();
                assertEquals((int) adding.get(), buffer.added());
                assertEquals(List.of(), buffer.snapshot());
                assertEquals(0, buffer.weight());
            }
        } finally {
            threads.shutdownNow();
            assertTrue(threads.awaitTermination(10, TimeUnit.SECONDS));
        }
    }

    // ---- bad input -------------------------------------------------------------------------------------------------

    @Test
    void refusesNull() {
        try (BudgetBuffer<Integer> buffer = ofBudget(2).open()) {
            assertEquals("element", nullOf(() -> buffer.add(null)));
            assertEquals("element", nullOf(() -> buffer.pin(null)));
            assertEquals("group", nullOf(() -> buffer.addGroup(null)));
            assertEquals("group[1]", nullOf(() -> buffer.addGroup(Arrays.asList(1, null))));
            assertEquals("name", nullOf(() -> BudgetBuffer.builder(null, element -> 1)));
            assertEquals("weigher", nullOf(() -> BudgetBuffer.builder("chat", null)));
            assertEquals("policy", nullOf(() -> ofBudget(1).oversize(null)));
            assertEquals("function", nullOf(() -> ofBudget(1).shrinker(null)));
            assertEquals("batch", nullOf(() -> ofBudget(1).onEvicted(null)));
            assertEquals("clock", nullOf(() -> ofBudget(1).timeSource(null)));
            assertEquals("owner", nullOf(() -> ofBudget(1).open(null)));
            assertEquals(0, buffer.size());
        }
    }

    private static String nullOf(Executable call) {
        return assertThrows(NullPointerException.class, call).getMessage();
    }

    @Test
    void refusesSettingsThatAreOutOfBounds() {
        assertEquals("budget is 0; it must be at least 1", messageOf(() -> ofBudget(0)));
        assertEquals("budget is -1; it must be at least 1", messageOf(() -> ofBudget(-1)));
        assertEquals(
                "lowWater is -1; it must be at least 0, and at most the budget",
                messageOf(() -> ofBudget(1).lowWater(-1)));
        assertEquals(
                "maxElements is 0; it must be between 1 and 1073741824",
                messageOf(() -> ofBudget(1).maxElements(0)));
        assertEquals(
                "maxElements is 1073741825; it must be between 1 and 1073741824",
                messageOf(() -> ofBudget(1).maxElements((1 << 30) + 1)));
        assertTrue(messageOf(() -> BudgetBuffer.builder(" ", each -> 1)).startsWith("name is blank"));
    }

    @Test
    void refusesSettingsThatDoNotFit() {
        assertEquals(
                "budget is not set; call budget(n) before open()",
                messageOf(() -> BudgetBuffer.builder("chat", each -> 1).open()));
        assertEquals(
                "lowWater is 11 and budget is 10; it must be at most the budget",
                messageOf(() -> ofBudget(10).lowWater(11).open()));
        assertEquals(
                "oversize is SHRINK and shrinker is not set; call shrinker(function)",
                messageOf(() -> ofBudget(10).oversize(OversizeElement.SHRINK).open()));
        assertEquals(
                "shrinker is set and oversize is REJECT; call oversize(OversizeElement.SHRINK)",
                messageOf(() -> ofBudget(10).shrinker((each, room) -> 0).open()));
    }

    private static String messageOf(Executable call) {
        return assertThrows(IllegalArgumentException.class, call).getMessage();
    }
}
