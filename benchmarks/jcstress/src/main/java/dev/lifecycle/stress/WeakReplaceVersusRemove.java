package dev.lifecycle.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.weak.WeakKeyMap;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/**
 * The value 1 of a weak key is replaced by 2, and removed, then read by who removed it; r1 is what put replaced, r2 what remove
 * took, r3 what get found, r4 what is left; 0 is nothing.
 *
 * <p>Broken if put could write into an entry that has left, or a removal could take an entry that came after the one it found.
 */
@JCStressTest
@Outcome(id = "1, 2, 0, 0", expect = ACCEPTABLE, desc = "replaced, then removed")
@Outcome(
        id = {"0, 1, 0, 2", "0, 1, 2, 2"},
        expect = ACCEPTABLE,
        desc = "removed, then put in")
@Outcome(expect = FORBIDDEN, desc = "a value was lost, taken twice, or came back")
@State
public class WeakReplaceVersusRemove {
    private final WeakKeyMap<Object, Integer> map =
            WeakKeyMap.<Object, Integer>builder("stress").open();
    private final Object key = new Object();

    public WeakReplaceVersusRemove() {
        map.put(key, 1);
    }

    private static int number(Integer value) {
        return value == null ? 0 : value;
    }

    @Actor
    public void replace(IIII_Result r) {
        r.r1 = number(map.put(key, 2));
    }

    @Actor
    public void remove(IIII_Result r) {
        r.r2 = number(map.remove(key));
        r.r3 = number(map.get(key));
    }

    @Arbiter
    public void look(IIII_Result r) {
        r.r4 = number(map.get(key)) + (map.approxSize() == (map.containsKey(key) ? 1 : 0) ? 0 : 10);
        map.close();
    }
}
