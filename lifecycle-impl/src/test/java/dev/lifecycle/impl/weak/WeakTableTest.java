package dev.lifecycle.impl.weak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.lifecycle.impl.tree.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The hash table of weak references: its slots, its marks, its versions. */
@Timeout(60)
class WeakTableTest {
    private final WeakTable table = new WeakTable(node -> {});
    private final List<Object> kept = new ArrayList<>();

    private WeakNode put(int hash) {
        Object referent = new Object();
        kept.add(referent);
        WeakNode node = new WeakNode(referent, hash, table, "item");
        assertEquals(WeakTable.Outcome.PUT, table.put(node, null, table.version(hash)));
        return node;
    }

    private int length() {
        @Nullable WeakNode[] slots = table.slots(0);
        return slots == null ? 0 : slots.length;
    }

    private boolean finds(WeakNode node) {
        return table.find(node.get(), node.hash) == node;
    }

    @Test
    void growsAndShrinksWithWhatIsInARegion() {
        assertEquals(0, length());
        List<WeakNode> nodes = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            nodes.add(put(i));
            assertTrue(i % 100 > 0 || table.invariantsHold());
        }
        assertTrue(length() >= 20_000 && length() <= 64 * 1024, "length " + length());
        for (WeakNode node : nodes) {
            assertTrue(finds(node));
        }
        int left = nodes.size();
        for (WeakNode node : nodes) {
            assertTrue(table.remove(node));
            left--;
            assertTrue(left % 100 > 0 || table.invariantsHold());
            assertTrue(length() <= Math.max(8, 8 * (left + 1) * 2), left + " in " + length());
        }
        assertEquals(8, length());
        assertEquals(0, table.count());
        assertEquals(0, table.locks().get(0).used, "no marks are left");
    }

    @Test
    void marksGoWhereARunOfSlotsEnds() {
        List<WeakNode> nodes = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            nodes.add(put(3)); // one run, over the end of the array
        }
        for (int i = 1; i < 5; i++) {
            assertTrue(table.remove(nodes.get(i == 4 ? 4 : i)));
            assertTrue(table.invariantsHold());
            assertTrue(finds(nodes.get(0)));
        }
        assertEquals(1, table.locks().get(0).used);
    }

    @Test
    void comingAndGoingAtOnePlaceDoesNotFillTheRegion() {
        WeakNode first = put(0);
        for (int i = 0; i < 10_000; i++) {
            WeakNode passing = put(i & 7);
            assertTrue(finds(first) && finds(passing));
            assertTrue(table.remove(passing));
            assertTrue(table.invariantsHold());
        }
        assertTrue(length() <= 16, "length " + length());
    }

    @Test
    void aNodeThatHasLeftLeavesNoMore() {
        WeakNode node = put(1);
        assertTrue(table.remove(node));
        assertEquals(false, table.remove(node));
        assertEquals(0, table.count());
    }

    @Test
    void refusesANodeIfAnotherCameInSinceTheVersionWasRead() {
        int version = table.version(0);
        put(1);
        WeakNode late = new WeakNode(new Object(), 0, table, "item");
        assertEquals(WeakTable.Outcome.CHANGED, table.put(late, null, version));
        assertEquals(WeakTable.Outcome.PUT, table.put(late, null, table.version(0)));
    }

    @Test
    void aReplacementComesInOnlyWhereTheFormerStillIs() {
        WeakNode former = put(0);
        WeakNode next = new WeakNode(kept, 0, table, "item");
        assertEquals(WeakTable.Outcome.PUT, table.put(next, former, -1));
        assertEquals(WeakTable.Outcome.CHANGED, table.put(new WeakNode(kept, 0, table, "item"), former, -1));
        assertEquals(1, table.count());
        int version = table.version(0);
        assertTrue(table.remove(next));
        assertEquals(version, table.version(0), "what leaves changes no version");
    }

    @Test
    void versionsGoOnBeyondTheLargestNumber() {
        Locks.Lock lock = table.locks().get(0);
        lock.word = Integer.MAX_VALUE - 1 - 2 * Locks.Lock.VERSION; // even: free
        for (int i = 0; i < 10; i++) {
            int version = table.version(i);
            assertEquals(0, version & Locks.Lock.TAKEN);
            put(i);
            assertTrue(table.version(i) != version);
            assertEquals(
                    WeakTable.Outcome.CHANGED, table.put(new WeakNode(new Object(), i, table, "item"), null, version));
        }
        assertTrue(lock.word < 0, "it did wrap");
        assertTrue(table.invariantsHold());
        assertEquals(10, table.count());
    }

    private static boolean reaperRuns() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("lifecycle-reaper"));
    }

    @Test
    void wakesTheReaperWithTheFirstNode() {
        long begin = System.nanoTime();
        while (reaperRuns() && System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(5)) {
            Thread.onSpinWait();
        }
        assumeFalse(reaperRuns(), "another test keeps it busy");
        put(1);
        assertTrue(reaperRuns());
        kept.clear();
        Await.until("it has come by", () -> {
            System.gc();
            return table.count() == 0;
        });
    }

    @Test
    void refusesAllOnceShutAndKeepsWhatIsInUntilCleared() {
        WeakNode in = put(0);
        table.shut();
        Object key = new Object();
        assertTrue(finds(in));
        for (int hash : new int[] {0, 1 << 28, -1}) {
            WeakNode late = new WeakNode(key, hash, table, "item");
            assertEquals(WeakTable.Outcome.REFUSED, table.put(late, null, table.version(hash)));
        }
        List<WeakNode> left = new ArrayList<>();
        table.clear(left::add);
        assertEquals(List.of(in), left);
        assertEquals(0, table.count());
        assertTrue(table.invariantsHold());
    }
}
