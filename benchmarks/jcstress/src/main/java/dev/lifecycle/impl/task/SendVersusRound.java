package dev.lifecycle.impl.task;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/**
 * A message is sent while the courier ends its turn: it is taken out then, or it is somebody's turn again.
 *
 * <p>Broken if the courier looked for messages before it gave up its turn, or not after; or if who sends looked whose turn it is
 * before the message was there. An actor plays the reaper thread; calls that come of it reach the real one.
 */
@JCStressTest
@Outcome(id = "true", expect = ACCEPTABLE, desc = "taken out, or somebody's turn")
@Outcome(id = "false", expect = FORBIDDEN, desc = "left behind")
@State
public class SendVersusRound {
    private static final VarHandle TURN = Stage.field(Courier.class, "turn", AtomicReference.class);
    private static final VarHandle MESSAGES = Stage.field(Courier.class, "messages", ConcurrentLinkedQueue.class);
    private static final Object CALLED =
            Stage.staticField(Courier.class, "CALLED", Object.class).get();
    private static final MethodHandle ROUND = find();

    private final Stage.Meeting both = new Stage.Meeting();
    private final Courier courier = new Courier("stress");
    private final AtomicReference<Object> turn = turn();
    private final Queue<Runnable> messages = messages();

    public SendVersusRound() {
        messages.add(() -> {});
        turn.set(CALLED);
    }

    private static MethodHandle find() {
        try {
            return MethodHandles.privateLookupIn(Courier.class, MethodHandles.lookup())
                    .findVirtual(Courier.class, "round", MethodType.methodType(void.class));
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private AtomicReference<Object> turn() {
        return (AtomicReference<Object>) TURN.get(courier);
    }

    private Queue<Runnable> messages() {
        return (Queue<Runnable>) MESSAGES.get(courier);
    }

    @Actor
    public void send() {
        both.meet(50);
        courier.send(() -> {});
    }

    @Actor
    public void round() {
        both.meet(50);
        try {
            ROUND.invokeExact(courier);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Arbiter
    public void look(Z_Result r) {
        r.r1 = turn.get() != null || messages.isEmpty();
    }
}
