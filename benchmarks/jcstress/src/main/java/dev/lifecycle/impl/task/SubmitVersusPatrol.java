package dev.lifecycle.impl.task;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.impl.time.Sweeper;
import dev.lifecycle.task.TaskHandle;
import dev.lifecycle.task.ThreadMode;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * A task comes in while the patrol, for which there was nothing new for long, is about to come no more: it comes, and starts the timer of
 * that task.
 *
 * <p>Broken if the patrol looked at the lanes before it said that it is off, or not after; or if who submits looked at the patrol before
 * the task was in its lane. An actor plays the timer thread.
 */
@JCStressTest
@Outcome(id = "true, true", expect = ACCEPTABLE, desc = "it comes, and starts the timer")
@Outcome(expect = FORBIDDEN, desc = "a task without deadlines")
@State
public class SubmitVersusPatrol {
    private static final Sweeper SWEEPER = Sweeper.of(Stage.BUSY.clock);
    private static final VarHandle LOCKED = Stage.field(Sweeper.class, "locked", int.class);
    private static final MethodHandle LOCK = find("lock", MethodType.methodType(void.class));
    private static final MethodHandle FIND = find("find", MethodType.methodType(entry(), Sweeper.Check.class))
            .asType(MethodType.methodType(Object.class, Sweeper.class, Sweeper.Check.class));
    private static final int ROUNDS = rounds();

    private final Stage.Meeting both = new Stage.Meeting();
    private Stage.Crew crew;
    private boolean stays;

    private static Class<?> entry() {
        try {
            return Class.forName(Sweeper.class.getName() + "$Entry");
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static MethodHandle find(String name, MethodType type) {
        try {
            return MethodHandles.privateLookupIn(Sweeper.class, MethodHandles.lookup())
                    .findVirtual(Sweeper.class, name, type);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isCalled(Patrol patrol) {
        try {
            LOCK.invokeExact(SWEEPER);
            Object entry = (Object) FIND.invokeExact(SWEEPER, (Sweeper.Check) patrol);
            LOCKED.setVolatile(SWEEPER, 0);
            return entry != null;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** How often it comes before it comes no more. */
    private static int rounds() {
        Stage.Crew crew = Stage.Crew.of(ThreadMode.PLATFORM);
        end(crew.manager.patrol);
        int rounds = end(crew.manager.patrol);
        crew.giveBack();
        return rounds;
    }

    private static int end(Patrol patrol) {
        patrol.start();
        int rounds = 1;
        while (patrol.check(0) >= 0) {
            rounds++;
        }
        return rounds;
    }

    @Actor
    public void submit(ZZ_Result r) {
        crew = Stage.Crew.of(ThreadMode.PLATFORM);
        Patrol patrol = crew.manager.patrol;
        end(patrol);
        patrol.start();
        for (int i = 1; i < ROUNDS; i++) {
            patrol.check(0);
        }
        patrol.end(); // nobody else calls it, unless it is started anew
        both.meet(100);
        TaskHandle<Integer> task = crew.manager.submit(Stage.SPEC, context -> 1);
        both.meet(0);
        r.r1 = stays || isCalled(patrol);
        patrol.check(0);
        r.r2 = ((Task<?>) task).isPending();
        task.cancel("test");
        crew.giveBack();
    }

    @Actor
    public void check() {
        both.meet(100);
        stays = crew.manager.patrol.check(0) >= 0;
        both.meet(0);
    }
}
