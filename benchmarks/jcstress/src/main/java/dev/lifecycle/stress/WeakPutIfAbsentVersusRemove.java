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
 * A weak key that has the value 1 is offered 2, while another thread removes what it has and offers 3. r1 and r3 are what the
 * offers found, r2 what was removed, r4 what is left; 0 is nothing.
 *
 * <p>Broken if both offers came in: an entry without a value is followed by another one, and there must be one such.
 */
@JCStressTest
@Outcome(id = "1, 1, 0, 3", expect = ACCEPTABLE, desc = "the first too early")
@Outcome(id = "0, 1, 2, 2", expect = ACCEPTABLE, desc = "the first came in")
@Outcome(id = "3, 1, 0, 3", expect = ACCEPTABLE, desc = "the second came in")
@Outcome(expect = FORBIDDEN, desc = "both came in, or what came in is gone")
@State
public class WeakPutIfAbsentVersusRemove {
    private final WeakKeyMap<Object, Integer> map =
            WeakKeyMap.<Object, Integer>builder("stress").open();
    private final Object key = new Object();

    public WeakPutIfAbsentVersusRemove() {
        map.put(key, 1);
    }

    private static int number(Integer value) {
        return value == null ? 0 : value;
    }

    @Actor
    public void first(IIII_Result r) {
        r.r1 = number(map.putIfAbsent(key, 2));
    }

    @Actor
    public void second(IIII_Result r) {
        r.r2 = number(map.remove(key));
        r.r3 = number(map.putIfAbsent(key, 3));
    }

    @Arbiter
    public void look(IIII_Result r) {
        r.r4 = number(map.get(key)) + (map.approxSize() == (map.containsKey(key) ? 1 : 0) ? 0 : 10);
        map.close();
    }
}
