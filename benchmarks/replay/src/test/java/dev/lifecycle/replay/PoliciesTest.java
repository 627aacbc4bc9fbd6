package dev.lifecycle.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PoliciesTest {
    @Test
    void lruEvictsWhatWasUsedLongestAgo() {
        assertEquals("mmhmhmm", Sequences.play(new Lru(2), 1, 2, 1, 3, 1, 2, 3));
    }

    @Test
    void lruEvictsUntilTheNewcomerFits() {
        Lru lru = new Lru(10);
        lru.access(1, 4);
        lru.access(2, 4);
        lru.access(3, 2);
        assertFalse(lru.access(4, 8)); // evicts 1 and 2
        assertEquals(10, lru.held());
        assertTrue(lru.access(3, 2));
        assertTrue(lru.access(4, 8));
    }

    @Test
    void lruAndGdsfRefuseWhatNeverFits() {
        for (Replayed replayed : new Replayed[] {new Lru(10), new Gdsf(10)}) {
            replayed.access(1, 10);
            assertFalse(replayed.access(2, 11));
            assertFalse(replayed.access(2, 11));
            assertTrue(replayed.access(1, 10));
        }
    }

    @Test
    void sieveSparesWhatWasUsedAndKeepsItsHand() {
        // 4 evicts 2, for 1 was used; 2 evicts 3, where the hand stands; 5 evicts 4, for the hand does not turn back
        assertEquals("mmmhmhmmm", Sequences.play(new Sieve(3), 1, 2, 3, 1, 4, 1, 2, 5, 4));
        assertEquals("mmmhmhmmhh", Sequences.play(new Sieve(3), 1, 2, 3, 1, 4, 1, 2, 5, 2, 1));
    }

    @Test
    void sieveGoesRoundWhenAllWereUsed() {
        assertEquals("mmhhmmh", Sequences.play(new Sieve(2), 1, 2, 1, 2, 3, 1, 3));
    }

    @Test
    void s3FifoKeepsThroughAScanWhatWasUsedTwiceMore() {
        S3Fifo cache = new S3Fifo(10);
        assertEquals("mhhmh", Sequences.play(cache, 1, 1, 1, 2, 2));
        Sequences.play(cache, LongStream.range(100, 200).toArray());
        assertEquals("hm", Sequences.play(cache, 1, 2));
    }

    @Test
    void s3FifoTakesWhoComesBackSoonIntoTheMainQueue() {
        S3Fifo cache = new S3Fifo(10);
        Sequences.play(cache, LongStream.rangeClosed(1, 11).toArray()); // evicts 1, which is remembered
        assertEquals("m", Sequences.play(cache, 1));
        Sequences.play(cache, LongStream.range(100, 200).toArray());
        assertEquals("hm", Sequences.play(cache, 1, 2));
    }

    @Test
    void gdsfEvictsLargeBeforeSmallAndAges() {
        Gdsf cache = new Gdsf(10);
        cache.access(1, 6);
        cache.access(2, 2);
        cache.access(3, 4); // evicts 1, though 2 fits as well: 1/6 is less than 1/2
        assertEquals(6, cache.held());
        assertTrue(cache.access(2, 2));
        assertTrue(cache.access(3, 4));
        assertFalse(cache.access(1, 6));
    }

    @Test
    void gdsfKeepsWhatItHasFromALessWorthyNewcomer() {
        Gdsf cache = new Gdsf(10);
        cache.access(1, 2);
        cache.access(2, 6);
        assertFalse(cache.access(3, 9)); // evicting 2 would do no good, 1 is worth more
        assertTrue(cache.access(1, 2));
        assertTrue(cache.access(2, 6));
        assertEquals(8, cache.held());
    }
}
