package dev.lifecycle.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.collect.BoundedCache;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * An entry of a group is put while the group is invalidated: it goes with the others, or is found by the next invalidation.
 *
 * <p>Broken if an entry entered its group without the lock of its segment, or if a group that has become empty could go while
 * somebody is about to add to it.
 */
@JCStressTest
@Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "put afterwards: there, and of the group")
@Outcome(id = "2, 0, 0", expect = ACCEPTABLE, desc = "put before: gone with the others")
@Outcome(id = "1, 0, 1", expect = FORBIDDEN, desc = "there, and not of the group")
@Outcome(expect = FORBIDDEN, desc = "counted twice, or lost")
@State
public class GroupVersusPut {
    private final BoundedCache<Integer, Integer> cache = BoundedCache.<Integer, Integer>builder("stress")
            .maximumSize(10)
            .groups((key, value) -> "group")
            .open();

    public GroupVersusPut() {
        cache.put(2, 2);
    }

    @Actor
    public void put() {
        cache.put(1, 1);
    }

    @Actor
    public void invalidate(III_Result r) {
        r.r1 = (int) cache.invalidateGroup("group");
    }

    @Arbiter
    public void look(III_Result r) {
        r.r2 = (int) cache.invalidateGroup("group");
        r.r3 = (int) cache.size();
        cache.close();
    }
}
