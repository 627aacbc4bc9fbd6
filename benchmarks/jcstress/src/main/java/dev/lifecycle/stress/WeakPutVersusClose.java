package dev.lifecycle.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.weak.RegistryClosedException;
import dev.lifecycle.weak.WeakKeyMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LIJ_Result;

/**
 * A value is put into a weak map that closes: it is refused, or it is in and handed to the hook with the rest.
 *
 * <p>Broken if a region were emptied before it refuses what comes.
 */
@JCStressTest
@Outcome(id = "put, 1, 0", expect = ACCEPTABLE, desc = "in time: told once")
@Outcome(id = "refused, 0, 0", expect = ACCEPTABLE, desc = "too late")
@Outcome(expect = FORBIDDEN, desc = "left in a closed map, told twice, or though it was refused")
@State
public class WeakPutVersusClose {
    private final AtomicInteger told = new AtomicInteger();
    private final WeakKeyMap<Object, String> map = WeakKeyMap.<Object, String>builder("stress")
            .onEvict(value -> told.incrementAndGet())
            .open();
    private final Object key = new Object();

    @Actor
    public void put(LIJ_Result r) {
        try {
            map.put(key, "value");
            r.r1 = "put";
        } catch (RegistryClosedException late) {
            r.r1 = "refused";
        }
    }

    @Actor
    public void close() {
        map.close();
    }

    @Arbiter
    public void count(LIJ_Result r) {
        r.r2 = told.get();
        r.r3 = map.approxSize();
    }
}
