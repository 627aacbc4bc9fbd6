package dev.lifecycle.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.collect.BoundedCache;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * Two writers, of which one has the lock of the policy and the other hands over what it did: once both are done, the policy
 * knows what is in the cache, and the bound is kept.
 *
 * <p>Broken if the holder released the lock without a look at the queue, or the other looked for the lock before its message
 * was there.
 */
@JCStressTest
@Outcome(id = "true, true", expect = ACCEPTABLE, desc = "in step")
@Outcome(expect = FORBIDDEN, desc = "a message stayed in the queue, or was lost")
@State
public class HandOver {
    private final BoundedCache<Integer, Integer> cache =
            BoundedCache.<Integer, Integer>builder("stress").maximumSize(1).open();

    public HandOver() {
        cache.put(1, 0);
    }

    @Actor
    public void write() {
        cache.put(2, 1);
        cache.weight(); // has the lock, too
        cache.put(1, 1);
    }

    @Actor
    public void writeToo() {
        cache.put(1, 2);
        cache.remove(2);
        cache.put(3, 2);
    }

    @Arbiter
    public void look(ZZ_Result r) {
        r.r1 = cache.size() <= cache.maximum(); // first: a look at the weight would do what was left
        r.r2 = cache.size() == cache.weight();
        cache.close();
    }
}
