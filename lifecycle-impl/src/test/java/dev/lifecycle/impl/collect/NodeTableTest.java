package dev.lifecycle.impl.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.collect.RemovalCause;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The hash table of a cache: what is in it is found, whatever happens beside the search. */
class NodeTableTest {

    /** A key of a hash that the test picks, which does something when it is compared next. */
    private static final class Key {
        private final int number;
        private final int hash;
        private @Nullable Runnable comparing;

        Key(int number, int hash) {
            this.number = number;
            this.hash = hash;
        }

        @Override
        public boolean equals(Object other) {
            Runnable once = comparing;
            comparing = null;
            if (once != null) {
                once.run();
            }
            return other instanceof Key key && key.number == number;
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    private static Removed put(NodeTable table, Object key, Object value) {
        Removed removed = new Removed(RemovalCause.REPLACED);
        assertEquals(
                NodeTable.Outcome.PUT,
                table.put(new CacheNode(key, table.hash(key), value), known -> true, removed, null));
        return removed;
    }

    private static @Nullable Object get(NodeTable table, Object key) {
        CacheNode node = table.find(key, table.hash(key));
        return node == null ? null : node.value;
    }

    private static boolean remove(NodeTable table, Object key) {
        CacheNode node = table.find(key, table.hash(key));
        return node != null && table.retire(node, new Removed(RemovalCause.INVALIDATED));
    }

    /** Operations: the key and what is done with it; a third of the keys have one hash. */
    @Property(tries = 500)
    void behavesAsAMap(
            @ForAll @Size(max = 200) List<@IntRange(max = 119) Integer> operations,
            @ForAll @IntRange(max = 1) int large) {
        NodeTable table = new NodeTable(large == 0 ? 10 : 100_000);
        Map<Integer, Object> model = new HashMap<>();
        long inserted = 0;
        for (int operation : operations) {
            int number = operation % 30;
            Key key = new Key(number, number < 10 ? 7 : number);
            if (operation < 90) {
                Object value = new Object();
                assertSame(model.put(number, value), put(table, key, value).value);
                inserted++;
            } else {
                assertEquals(model.remove(number) != null, remove(table, key));
            }
            assertTrue(table.invariantsHold());
            assertEquals(model.size(), table.size());
            assertSame(model.get(number), get(table, key));
        }
        for (int number = 0; number < 30; number++) {
            assertSame(model.get(number), get(table, new Key(number, number < 10 ? 7 : number)));
        }
        assertEquals(inserted, table.inserted());
        assertEquals(
                inserted - model.size(),
                table.removed(RemovalCause.REPLACED) + table.removed(RemovalCause.INVALIDATED));
    }

    @Test
    void findsAKeyThatIsReplacedWhileTheSearchIsOnAnotherNodeOfItsBin() {
        NodeTable table = new NodeTable(10);
        Key key = new Key(1, 7);
        Key before = new Key(2, 7); // at the head: the search comes by it first
        put(table, key, "old");
        put(table, before, "other");
        before.comparing = () -> put(table, key, "new");
        assertEquals("new", get(table, key));
    }

    @Test
    void findsAKeyThatIsReplacedTwiceWhileTheSearchIsOnIt() {
        NodeTable table = new NodeTable(10);
        Key key = new Key(1, 7);
        put(table, key, 1);
        key.comparing = () -> {
            put(table, new Key(1, 7), 2);
            put(table, new Key(1, 7), 3);
        };
        assertEquals(3, get(table, new Key(1, 7)));
    }

    @Test
    void findsNothingWhenTheKeyIsRemovedWhileTheSearchIsOnIt() {
        NodeTable table = new NodeTable(10);
        Key key = new Key(1, 7);
        put(table, key, "value");
        key.comparing = () -> assertTrue(remove(table, key));
        assertNull(get(table, new Key(1, 7)));
    }

    @Test
    void findsAKeyWhoseBinsDoubleWhileTheSearchIsOnAnotherNode() {
        NodeTable table = new NodeTable(10);
        Key key = new Key(1, 7);
        Key before = new Key(2, 7);
        put(table, key, "value");
        put(table, before, "other");
        before.comparing = () -> {
            for (int number = 3; number < 200; number++) {
                put(table, new Key(number, number), number);
            }
        };
        assertEquals("value", get(table, key));
        assertTrue(table.invariantsHold());
    }

    @Test
    void answersAReaderThoughEachLookMeetsANewerNode() {
        NodeTable table = new NodeTable(10);
        Key key = new Key(1, 7);
        Key before = new Key(2, 7);
        put(table, key, 0);
        put(table, before, "other");
        AtomicInteger values = new AtomicInteger();
        before.comparing = new Runnable() {
            @Override
            public void run() {
                put(table, key, values.incrementAndGet());
                put(table, new Key(3, 7), "head");
                before.comparing = values.get() < 100 ? this : null;
            }
        };
        assertNotNull(get(table, key));
    }

    @Test
    void keepsWhatAReaderFoundWhileItIsPutAgainAndOthersComeAndGo() throws InterruptedException {
        for (int hashes : new int[] {1, 1 << 20}) {
            NodeTable table = new NodeTable(10);
            int stable = 8;
            for (int number = 0; number < stable; number++) {
                put(table, new Key(number, number % hashes), 0L);
            }
            AtomicBoolean stop = new AtomicBoolean();
            List<String> wrong = new ArrayList<>();
            Thread reader = new Thread(() -> {
                long[] seen = new long[stable];
                for (int i = 0; !stop.get() && wrong.isEmpty(); i++) {
                    int number = i % stable;
                    CacheNode node = null;
                    Object value = null;
                    while (value == null) {
                        Key key = new Key(number, number % hashes);
                        node = table.find(key, table.hash(key));
                        if (node == null) {
                            wrong.add("missed " + number);
                            return;
                        }
                        value = node.value;
                    }
                    if ((Long) value < seen[number]) {
                        wrong.add("saw " + value + " after " + seen[number]);
                    }
                    seen[number] = (Long) value;
                }
            });
            reader.start();
            int passing = hashes == 1 ? 20 : 20_000; // of one hash, few: each search meets them all
            for (long round = 1; round <= 20_000 && wrong.isEmpty(); round++) {
                int number = (int) (round % stable);
                put(table, new Key(number, number % hashes), round);
                int other = stable + (int) (round % passing);
                put(table, new Key(other, other % hashes), round); // lets it grow
                if (hashes == 1 || round % 3 == 0) {
                    remove(table, new Key(other, other % hashes));
                }
            }
            stop.set(true);
            reader.join();
            assertEquals(List.of(), wrong);
            assertTrue(table.invariantsHold());
        }
    }

    @Test
    void findsEachKeyWhileItGrowsThroughManySizes() throws InterruptedException {
        for (int round = 0; round < 20; round++) {
            NodeTable table = new NodeTable(10);
            AtomicInteger known = new AtomicInteger();
            List<Integer> missed = new ArrayList<>();
            Thread reader = new Thread(() -> {
                int count = 0;
                while (count < 20_000 && missed.isEmpty()) {
                    count = known.get();
                    for (int number = Math.max(0, count - 20); number < count; number++) {
                        if (get(table, number) == null) {
                            missed.add(number);
                        }
                    }
                    for (int number = 0; number < Math.min(10, count); number++) {
                        if (get(table, number) == null) {
                            missed.add(number);
                        }
                    }
                }
            });
            reader.start();
            for (int number = 0; number < 20_000; number++) {
                put(table, number, number);
                known.set(number + 1);
            }
            reader.join();
            assertEquals(List.of(), missed);
            assertTrue(table.invariantsHold());
        }
    }
}
