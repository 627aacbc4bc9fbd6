package dev.lifecycle.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.collect.BoundedCache;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A key is read while its value is replaced, in a chain with another key: a reader finds one value or the other, and none
 * that is older than what it has seen.
 *
 * <p>Broken if a search that finds nothing did not look at the head of the chain again, where the successor is; or if the
 * successor were linked after the old node had died.
 */
@JCStressTest
@Outcome(
        id = {"0, 0", "0, 1", "0, 2", "1, 1", "1, 2", "2, 2"},
        expect = ACCEPTABLE,
        desc = "in the order they were put")
@Outcome(
        id = {"-1, .*", ".*, -1"},
        expect = FORBIDDEN,
        desc = "missed")
@Outcome(expect = FORBIDDEN, desc = "an older value after a newer one")
@State
public class GetVersusReplace {

    /** Of one hash, so that they share a chain. */
    private record Key(int number) {
        @Override
        public int hashCode() {
            return 1;
        }
    }

    private static final Key KEY = new Key(1);

    private final BoundedCache<Key, Integer> cache =
            BoundedCache.<Key, Integer>builder("stress").maximumSize(10).open();

    public GetVersusReplace() {
        cache.put(KEY, 0);
        cache.put(new Key(2), 0); // at the head: a search comes by it first
    }

    private int read() {
        Integer value = cache.get(KEY);
        return value == null ? -1 : value;
    }

    @Actor
    public void replace() {
        cache.put(KEY, 1);
        cache.put(KEY, 2);
    }

    @Actor
    public void read(II_Result r) {
        r.r1 = read();
        r.r2 = read();
    }

    @Arbiter
    public void close() {
        cache.close();
    }
}
