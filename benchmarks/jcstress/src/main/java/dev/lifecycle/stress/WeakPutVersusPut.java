package dev.lifecycle.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.weak.WeakValueMap;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/**
 * Two threads put a weak value of one key, each its own, beside another key of the same hash code; the second then reads. r1 and
 * r2 are what each found, 0 nothing; r3 is what was read, r4 what is left, and ten times the number of entries too many.
 *
 * <p>Broken if what a search without a lock did not find were not looked at again with it: there would be two entries.
 */
@JCStressTest
@Outcome(id = "0, 1, 2, 2", expect = ACCEPTABLE, desc = "the first, then the second")
@Outcome(
        id = {"2, 0, 2, 1", "2, 0, 1, 1"},
        expect = ACCEPTABLE,
        desc = "the second, then the first")
@Outcome(expect = FORBIDDEN, desc = "two entries, or a value that nobody replaced is gone")
@State
public class WeakPutVersusPut {

    /** Of one hash code. */
    private record Key(int number) {
        @Override
        public int hashCode() {
            return 1;
        }
    }

    private record Value(int number) {}

    private final WeakValueMap<Key, Value> map =
            WeakValueMap.<Key, Value>builder("stress").open();
    private final Value other = new Value(9);
    private final Value[] values = {new Value(0), new Value(1), new Value(2)};

    public WeakPutVersusPut() {
        map.put(new Key(0), other);
    }

    private static int number(Value value) {
        return value == null ? 0 : value.number;
    }

    @Actor
    public void first(IIII_Result r) {
        r.r1 = number(map.put(new Key(1), values[1]));
    }

    @Actor
    public void second(IIII_Result r) {
        r.r2 = number(map.put(new Key(1), values[2]));
        r.r3 = number(map.get(new Key(1)));
    }

    @Arbiter
    public void look(IIII_Result r) {
        r.r4 = number(map.get(new Key(1))) + 10 * (map.approxSize() - 2);
        map.close();
    }
}
