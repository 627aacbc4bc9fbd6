package dev.lifecycle.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.impl.tree.Reaper;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/**
 * A client that becomes live and then calls {@code watch} is attached to the reaper, though the reaper lets go of idle clients
 * at that very moment: otherwise its thread would end, and leaks would go unseen.
 *
 * <p>Broken if the reaper wrote {@code attached} after its last look at the client, or by less than a volatile write: the
 * argument is Dekker's. White-box: rounds happen twice a second in production, and all the time here.
 */
@JCStressTest
@Outcome(id = "true", expect = ACCEPTABLE, desc = "attached while it is live")
@Outcome(id = "false", expect = FORBIDDEN, desc = "live, and forgotten by the reaper")
@State
public class WatchVersusRound {
    private static final MethodHandle ROUND = find("round", MethodType.methodType(void.class));
    private static final MethodHandle IS_ATTACHED =
            find("isAttached", MethodType.methodType(boolean.class, Reaper.Client.class));
    private static final Client CLIENT = new Client(); // one for all states: each round looks at all clients

    private static final class Client extends Reaper.Client {
        private volatile boolean live;

        @Override
        protected boolean isLive() {
            return live;
        }

        void begin() {
            live = true;
            watch();
        }
    }

    private static MethodHandle find(String name, MethodType type) {
        try {
            return MethodHandles.privateLookupIn(Reaper.class, MethodHandles.lookup())
                    .findStatic(Reaper.class, name, type);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isAttached() {
        try {
            return (boolean) IS_ATTACHED.invokeExact((Reaper.Client) CLIENT);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Actor
    public void watch(Z_Result r) {
        CLIENT.begin();
        r.r1 = isAttached();
        CLIENT.live = false;
    }

    @Actor
    public void round() {
        try {
            ROUND.invokeExact();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
