package dev.lifecycle.impl.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EvictionPolicyTest {

    private static final class Node extends Slot {
        final int key;
        private final int weight;

        Node(int key, int hash, int weight) {
            super(hash);
            this.key = key;
            this.weight = weight;
        }

        @Override
        public int weight() {
            return weight;
        }
    }

    /** A cache as small as can be: gets a key, and puts it if it is absent. */
    private static final class Cache {
        final EvictionPolicy policy;
        final Map<Integer, Node> nodes = new HashMap<>();
        final boolean flat; // all hashes alike

        Cache(long maximum, boolean flat) {
            policy = new EvictionPolicy(maximum, false, 7);
            this.flat = flat;
        }

        boolean access(int key) {
            int hash = flat ? 42 : mix(key);
            Node node = nodes.get(key);
            if (node != null) {
                node.use();
                policy.sampled(hash);
                return true;
            }
            for (Slot gone = evict(); gone != null; gone = evict()) {
                nodes.remove(((Node) gone).key);
            }
            node = new Node(key, hash, 1);
            nodes.put(key, node);
            policy.add(node);
            assertTrue(policy.total() <= policy.maximum());
            assertEquals(nodes.size(), policy.total());
            return false;
        }

        private Slot evict() {
            return policy.evict(policy.maximum() - 1);
        }

        /** Hits of so many rounds through so many keys. */
        int loop(int rounds, int first, int keys) {
            int hits = 0;
            for (int round = 0; round < rounds; round++) {
                for (int i = 0; i < keys; i++) {
                    hits += access(first + i) ? 1 : 0;
                }
            }
            return hits;
        }
    }

    private static int mix(int key) {
        int mixed = (key + 1) * 0x9e3779b1;
        mixed = (mixed ^ mixed >>> 15) * 0x85ebca6b;
        return mixed ^ mixed >>> 13;
    }

    private static Node node(int key, int weight) {
        return new Node(key, mix(key), weight);
    }

    @ParameterizedTest
    @CsvSource({
        "1, false",
        "2, false",
        "3, false",
        "16, false",
        "512, false",
        "513, false",
        "1, true",
        "3, true",
        "513, true"
    })
    void keepsTheBoundAtEverySize(int maximum, boolean flat) {
        Cache cache = new Cache(maximum, flat);
        Random random = new Random(maximum);
        for (int i = 0; i < 20_000; i++) {
            cache.access((int) (Math.pow(random.nextDouble(), 3) * maximum * 4));
            if (i % 1_000 == 0) {
                assertTrue(cache.policy.invariantsHold());
            }
        }
        assertEquals(maximum, cache.policy.total());
        assertTrue(cache.policy.invariantsHold());
    }

    @Test
    void holdsAllWhileThereIsRoom() {
        Cache cache = new Cache(1_000, false);
        assertEquals(0, cache.loop(1, 0, 1_000));
        assertEquals(1_000, cache.loop(1, 0, 1_000));
    }

    @Test
    void keepsWhatIsUsedThroughAScan() {
        Cache cache = new Cache(1_000, false);
        cache.loop(5, 0, 500);
        cache.loop(1, 1_000_000, 10_000); // nothing twice
        assertTrue(cache.loop(1, 0, 500) > 450);
    }

    @Test
    void findsItsWayThroughPhasesOfLoopsAndOfRecency() {
        Cache cache = new Cache(1_000, false);
        for (int phase = 0; phase < 3; phase++) {
            int pairs = 0;
            for (int i = 0; i < 200_000; i++) { // each key twice, 300 others in between
                pairs += cache.access(phase * 10_000_000 + i) ? 1 : 0;
                pairs += i >= 300 && cache.access(phase * 10_000_000 + i - 300) ? 1 : 0;
            }
            assertTrue(pairs > 100_000, "only " + pairs + " hits of 200000 pairs");
            int loops = cache.loop(200, -10_000_000 * (phase + 1), 1_500);
            assertTrue(loops > 120_000, "only " + loops + " hits of 200 loops");
            assertTrue(cache.policy.invariantsHold());
        }
    }

    @Test
    void letsSomeNewcomersStayWhenTheOldOnesLookEverSoPopular() {
        EvictionPolicy policy = new EvictionPolicy(100, false, 1);
        for (int i = 0; i < 100; i++) {
            policy.add(node(i, 1));
        }
        for (int i = 0; i < 5_000; i++) { // the same hashes again and again
            Node again = node(i % 100, 1);
            policy.add(again);
            policy.remove(again);
        }
        int stayed = 0;
        for (int i = 100; i < 20_100; i++) {
            policy.add(node(i, 1));
            Slot gone = policy.evict();
            stayed += gone != null && ((Node) gone).key < 100 ? 1 : 0;
        }
        assertTrue(stayed >= 50, "only " + stayed + " gave way");
    }

    @Test
    void takesTheWeightlessOnlyAsTheColdestOfAll() {
        EvictionPolicy policy = new EvictionPolicy(10, true, 1);
        Node weightless = node(0, 0);
        policy.add(weightless);
        for (int i = 1; i <= 100; i++) {
            policy.add(node(i, 3));
            for (Slot gone = policy.evict(); gone != null; gone = policy.evict()) {
                assertTrue(gone != weightless);
            }
        }
        assertEquals(9, policy.total());
        for (int i = 0; i < 3; i++) {
            assertTrue(policy.coldest() != weightless);
        }
        assertSame(weightless, policy.coldest());
        assertNull(policy.coldest());
    }

    @Test
    void addsUpWeightsBeyondAnInt() {
        EvictionPolicy policy = new EvictionPolicy(Long.MAX_VALUE, true, 1);
        for (int i = 0; i < 1_000; i++) {
            policy.add(node(i, Integer.MAX_VALUE));
        }
        assertEquals(1_000L * Integer.MAX_VALUE, policy.total());
        assertNull(policy.evict());
        policy.maximum(5L * Integer.MAX_VALUE);
        int gone = 0;
        while (policy.evict() != null) {
            gone++;
        }
        assertEquals(995, gone);
        assertTrue(policy.invariantsHold());
    }

    @Test
    void keepsLightOnesLongerThanHeavyOnes() {
        EvictionPolicy policy = new EvictionPolicy(100_000, true, 1);
        Random random = new Random(3);
        int light = 0;
        int heavy = 0;
        for (int i = 0; i < 20_000; i++) {
            policy.add(node(i, random.nextBoolean() ? 100 : 1_000));
            for (Slot gone = policy.evict(); gone != null; gone = policy.evict()) {
                assertTrue(policy.total() >= 0);
            }
        }
        for (Slot slot = policy.coldest(); slot != null; slot = policy.coldest()) {
            light += slot.weight() == 100 ? 1 : 0;
            heavy += slot.weight() == 1_000 ? 1 : 0;
        }
        assertTrue(light > 3 * heavy, light + " light ones, " + heavy + " heavy ones");
    }

    @Test
    void replacesInPlaceAndTakesTheOtherWeight() {
        EvictionPolicy policy = new EvictionPolicy(100, true, 1);
        Node old = node(1, 10);
        policy.add(old);
        old.use();
        for (int weight : new int[] {20, 0, 5, 0, 0, 7}) {
            Node now = node(1, weight);
            policy.replace(old, now);
            assertEquals(weight, policy.total());
            assertEquals(1, now.uses());
            assertEquals(Slot.NONE, old.region);
            assertTrue(policy.invariantsHold());
            old = now;
        }
        Node stranger = node(2, 1);
        policy.replace(stranger, node(2, 1));
        policy.remove(stranger);
        policy.remove(old);
        policy.remove(old);
        assertEquals(0, policy.total());
        assertTrue(policy.invariantsHold());
    }

    @Test
    void trimsTheUnusedFirst() {
        Cache cache = new Cache(1_000, false);
        cache.loop(1, 0, 1_000);
        for (int i = 0; i < 1_000; i += 2) {
            cache.access(i);
            cache.access(i);
        }
        int used = 0;
        for (int i = 0; i < 450; i++) {
            Slot coldest = cache.policy.coldest();
            assertTrue(coldest != null && cache.policy.invariantsHold());
            used += ((Node) coldest).key % 2 == 0 ? 1 : 0;
        }
        assertTrue(used < 45, used + " used ones of 450");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 100, 100_000, 1L << 40, Long.MAX_VALUE})
    void samplesAboutAsManyKeysAsAMiniatureCacheHolds(long maximum) {
        EvictionPolicy policy = new EvictionPolicy(maximum, false, 1);
        int sampled = 0;
        for (int i = 0; i < 1_000_000; i++) {
            sampled += policy.isSampled(mix(i)) ? 1 : 0;
        }
        double expected = maximum < 16 ? 0 : Math.min(0.25, 128.0 / maximum) * 1_000_000;
        assertEquals(expected, sampled, 30 + 0.05 * expected);
    }

    @ParameterizedTest
    @CsvSource({"100, 106496", "512, 106496", "1024, 98304", "7000, 2688"})
    void restsFromSamplingForSoManyAdditions(int maximum, int additions) {
        EvictionPolicy policy = new EvictionPolicy(maximum, false, 1);
        int sampled = Integer.MIN_VALUE;
        for (int i = 0; i < 4_096; i++) {
            assertTrue(policy.isSampled(sampled));
            policy.sampled(sampled);
        }
        for (int burst = 0; burst < 2; burst++) {
            for (int i = 0; i < additions - 1; i++) {
                policy.add(node(i, 1));
                policy.evict();
            }
            assertFalse(policy.isSampled(sampled));
            policy.add(new Node(0, sampled, 1));
            for (int i = 1; i < 2_048; i++) {
                assertTrue(policy.isSampled(sampled));
                policy.sampled(sampled);
            }
            assertFalse(policy.isSampled(sampled));
            assertTrue(policy.invariantsHold());
        }
    }

    @Test
    void samplesAlwaysWhereFewKeysAreSampled() {
        EvictionPolicy policy = new EvictionPolicy(10_000, false, 1);
        for (int i = 0; i < 100_000; i++) {
            assertTrue(policy.isSampled(Integer.MIN_VALUE));
            policy.sampled(Integer.MIN_VALUE);
        }
    }

    @Test
    void staysSmallUnderAHugeMaximum() {
        EvictionPolicy policy = new EvictionPolicy(Long.MAX_VALUE, false, 1);
        for (int i = 0; i < 10_000; i++) {
            policy.add(node(i, 1));
        }
        assertNull(policy.evict());
        assertTrue(policy.sketchBytes() <= 12 * 10_000, () -> policy.sketchBytes() + " bytes");
        assertFalse(policy.isSampled(mix(1)));
    }

    @Test
    void comesDownToALowerMaximumAndGrowsAgain() {
        Cache cache = new Cache(4_000, false);
        cache.loop(3, 0, 4_000);
        for (int maximum : new int[] {100, 1, 2_000, 4_000, 7}) {
            cache.policy.maximum(maximum);
            for (Slot gone = cache.policy.evict(); gone != null; gone = cache.policy.evict()) {
                cache.nodes.remove(((Node) gone).key);
            }
            assertTrue(cache.policy.total() <= maximum);
            cache.loop(3, 0, 5_000);
            assertEquals(maximum, cache.policy.total());
            assertTrue(cache.policy.invariantsHold());
        }
    }

    @Test
    void countsNoMoreThanThreeUses() {
        Slot slot = new Slot(1);
        for (int i = 0; i < 10; i++) {
            slot.use();
        }
        assertEquals(3, slot.uses());
    }
}
