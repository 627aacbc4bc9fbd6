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
 * What is loaded while its key is invalidated: once both have returned, nobody gets what was read before the invalidation.
 *
 * <p>Broken if a load were published without a look, under the lock, at whether it was taken out; or if a search missed the
 * load that is in the place of the value; or without a fence between the load's entry into the table and the loader, and one
 * between the caller's change and the search.
 */
@JCStressTest
@Outcome(
        id = {"0, -1", "1, -1"},
        expect = ACCEPTABLE,
        desc = "not kept, or kept and taken out")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "loaded after the invalidation")
@Outcome(expect = FORBIDDEN, desc = "stale")
@State
public class LoadVersusInvalidate {
    private final BoundedCache<Integer, Integer> cache =
            BoundedCache.<Integer, Integer>builder("stress").maximumSize(10).open();
    private volatile int source;

    @Actor
    public void load(II_Result r) {
        r.r1 = cache.get(1, key -> source);
    }

    @Actor
    public void change() {
        source = 1;
        cache.invalidate(1);
    }

    @Arbiter
    public void look(II_Result r) {
        Integer kept = cache.get(1);
        r.r2 = kept == null ? -1 : kept;
        cache.close();
    }
}
