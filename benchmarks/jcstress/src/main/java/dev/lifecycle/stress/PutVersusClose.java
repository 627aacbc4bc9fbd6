package dev.lifecycle.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.collect.BoundedCache;
import dev.lifecycle.collect.CollectionClosedException;
import dev.lifecycle.collect.RemovalCause;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LIJ_Result;

/**
 * A value is put into a cache that closes: it is refused and its owner's, or it is in and closed with the rest.
 *
 * <p>Broken if the segments were emptied before they refuse what comes.
 */
@JCStressTest
@Outcome(id = "put, 1, 1", expect = ACCEPTABLE, desc = "in time: closed once")
@Outcome(id = "refused, 0, 0", expect = ACCEPTABLE, desc = "too late: left to its owner")
@Outcome(id = "put, 0, 0", expect = FORBIDDEN, desc = "left in a closed cache")
@Outcome(expect = FORBIDDEN, desc = "closed twice, or though it was refused")
@State
public class PutVersusClose {
    private final BoundedCache<Integer, Traced> cache = BoundedCache.<Integer, Traced>builder("stress")
            .maximumSize(10)
            .closeValues()
            .open();
    private final Traced value = Traced.written();

    @Actor
    public void put(LIJ_Result r) {
        try {
            cache.put(1, value);
            r.r1 = "put";
        } catch (CollectionClosedException late) {
            r.r1 = "refused";
        }
    }

    @Actor
    public void close() {
        cache.close();
    }

    @Arbiter
    public void count(LIJ_Result r) {
        r.r2 = value.closes();
        r.r3 = cache.stats().removed(RemovalCause.CLOSED)
                + cache.size()
                + cache.stats().open();
    }
}
