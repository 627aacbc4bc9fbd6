package dev.lifecycle.impl.task;

import dev.lifecycle.spi.TaskManagerConfig;
import dev.lifecycle.task.OnFull;
import dev.lifecycle.task.TaskHandle;
import dev.lifecycle.task.TaskSpec;
import dev.lifecycle.task.TaskState;
import dev.lifecycle.task.ThreadMode;
import dev.lifecycle.time.TimeSource;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * What the cases of this package share. They are in the package of what they stress, as its tests are: an actor plays the timer
 * thread, the reaper or a worker, which come by twice a second, or after a thousand other steps, otherwise.
 */
final class Stage {
    static final TaskSpec SPEC = TaskSpec.of("mine", "mine");

    /** Always the same moment: nothing is due but for the actor who says so. */
    static final TimeSource STILL = new TimeSource() {
        @Override
        public long nanos() {
            return 0;
        }

        @Override
        public void parkNanos(Object blocker, long nanos) {
            LockSupport.park(blocker);
        }
    };

    /** One for all states of the cases that need only parts of one: its only thread is busy for good, so that it wants none. */
    static final Manager BUSY = busy();

    static final Times TIMES = BUSY.types().timesOf(SPEC);

    private Stage() {}

    private static Manager busy() {
        Manager manager = open(ThreadMode.PLATFORM, null);
        TaskHandle<Object> blocker = manager.submit(TaskSpec.of("blocker", "blockers"), context -> {
            while (true) {
                LockSupport.park();
            }
        });
        while (!((Task<?>) blocker).isInside()) {
            Thread.onSpinWait();
        }
        return manager;
    }

    private static Manager open(ThreadMode mode, Crew crew) {
        return (Manager) Manager.open(
                new TaskManagerConfig(
                        "stage",
                        1,
                        TaskManagerConfig.MAX_QUEUE,
                        Map.of(),
                        OnFull.REJECT,
                        mode,
                        crew == null ? null : crew::thread,
                        Duration.ofHours(1),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30),
                        1,
                        null,
                        STILL),
                null);
    }

    /** A task that no lane has. */
    static Task<Integer> task(Lane lane) {
        return new Task<>(TIMES, lane, context -> 1, 0);
    }

    static Lane lane() {
        return new Lane(BUSY, 0, 100);
    }

    /** A field that the package does not see. */
    static VarHandle field(Class<?> owner, String name, Class<?> type) {
        try {
            return MethodHandles.privateLookupIn(owner, MethodHandles.lookup()).findVarHandle(owner, name, type);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    /** A static one. */
    static VarHandle staticField(Class<?> owner, String name, Class<?> type) {
        try {
            return MethodHandles.privateLookupIn(owner, MethodHandles.lookup()).findStaticVarHandle(owner, name, type);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Where the two actors of a state wait for each other: without it, one of them is through with all states of a stride before the
     * other one has come to the tenth, and few races are run.
     */
    static final class Meeting {
        private static final VarHandle CAME = field(Meeting.class, "came", int.class);
        private static final int PATIENCE = 1 << 12;

        private volatile int came;

        /** Returns when both have come, and then up to {@code spread} turns of the processor later. */
        void meet(int spread) {
            int wait = spread == 0 ? 0 : ThreadLocalRandom.current().nextInt(spread);
            int both = ((int) CAME.getAndAdd(this, 1) | 1) + 1;
            for (int i = 0; came < both; i++) {
                if (i < PATIENCE) {
                    Thread.onSpinWait();
                } else {
                    Thread.yield();
                }
            }
            for (int i = 0; i < wait; i++) {
                Thread.onSpinWait();
            }
        }
    }

    /**
     * A manager whose thread, of which there is one at most, is an actor. Taken by an actor and given back by it, to be used again: all
     * states of a stride, each with its own, would be too many.
     */
    static final class Crew {
        private static final Map<ThreadMode, Queue<Crew>> FREE = Map.of(
                ThreadMode.PLATFORM, new ConcurrentLinkedQueue<>(), ThreadMode.VIRTUAL, new ConcurrentLinkedQueue<>());

        final Manager manager;
        private final ThreadMode mode;
        private final Queue<Runnable> begun = new ConcurrentLinkedQueue<>();

        private Crew(ThreadMode mode) {
            this.mode = mode;
            manager = open(mode, this);
        }

        /** One that was used before, if there is any; {@code VIRTUAL} on any JDK, since its threads are none. */
        static Crew of(ThreadMode mode) {
            Crew known = FREE.get(mode).poll();
            return known == null ? new Crew(mode) : known;
        }

        private Thread thread(Runnable worker) {
            return new Thread(worker) {
                @Override
                public synchronized void start() {
                    begun.add(worker);
                }
            };
        }

        /** Is the thread that was begun first, until that ends; returns false if there is none. */
        boolean work() {
            Runnable worker = begun.poll();
            if (worker == null) {
                return false;
            }
            worker.run();
            return true;
        }

        /** Is all threads that were begun; returns whether {@code task} was run, and gives this back then. */
        boolean runs(TaskHandle<?> task) {
            while (work()) {
                Thread.onSpinWait(); // one may begin the next
            }
            boolean ran = task.state() == TaskState.SUCCEEDED;
            if (ran) {
                giveBack();
            }
            return ran;
        }

        void giveBack() {
            FREE.get(mode).add(this);
        }
    }
}
