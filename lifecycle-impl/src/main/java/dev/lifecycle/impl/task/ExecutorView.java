package dev.lifecycle.impl.task;

import dev.lifecycle.impl.tree.RequestIds;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.task.TaskBody;
import dev.lifecycle.task.TaskContext;
import dev.lifecycle.task.TaskException;
import dev.lifecycle.task.TaskSpec;
import dev.lifecycle.task.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A manager as an executor service. */
final class ExecutorView extends AbstractExecutorService {
    /*
     * `live` counts submissions and tasks that are not done, in steps of two; bit 0 says that it was shut down. A submission that
     * raised it without that bit was accepted before: awaitTermination waits for it. It is terminated when live < 2 and that bit
     * is set, or the manager is shutting down. Who waits is among `viewers` of the manager before it looks; who changes that looks
     * at them after.
     */
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.task");
    private static final String LEFT = "its executor service was shut down";
    private static final long SHUT = 1;
    private static final long ONE = 2;

    private final Manager manager;
    private final Times times;
    private final AtomicLong live = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();

    ExecutorView(Manager manager, TaskSpec spec) {
        this.manager = manager;
        this.times = manager.types().timesOf(spec);
    }

    /** A command of this view, and the id of the request that submitted it. */
    private record Command(
            ExecutorView view, Runnable command, @Nullable String request) implements TaskBody<Boolean> {
        @Override
        public Boolean run(TaskContext task) {
            if (request == null) {
                command.run();
                return true;
            }
            long[] frame = RequestIds.begin(request, null);
            long open = frame[0];
            try {
                command.run();
            } finally {
                RequestIds.endHere(frame, open);
            }
            return true;
        }
    }

    /** What {@code submit} returns: it has an outcome also where its task never began, or was given up. */
    private static final class Submitted<V> extends FutureTask<V> {
        Submitted(Callable<V> callable) {
            super(callable);
        }

        void ended(TaskException failure) {
            setException(failure); // no more than the first outcome counts
        }
    }

    @Override
    protected <V> RunnableFuture<V> newTaskFor(Callable<V> callable) {
        return new Submitted<>(callable);
    }

    @Override
    protected <V> RunnableFuture<V> newTaskFor(Runnable runnable, V value) {
        return new Submitted<>(Executors.callable(runnable, value));
    }

    private final class Done extends Watcher {
        private final @Nullable Submitted<?> submitted;

        Done(Runnable command) {
            submitted = command instanceof Submitted<?> mine ? mine : null;
        }

        @Override
        void done(Task<?> task, boolean onTimer) {
            try {
                tell(task);
            } finally {
                leave();
            }
        }

        private void tell(Task<?> task) {
            TaskState state = task.state();
            if (submitted != null) {
                if (state == TaskState.TIMED_OUT) {
                    submitted.ended(task.failure());
                } else if (state == TaskState.CANCELLED && !task.wasWithdrawnBy(LEFT)) {
                    submitted.cancel(false);
                }
            }
            if (state == TaskState.FAILED) {
                long count = failures.incrementAndGet();
                if (Long.bitCount(count) == 1) { // the first, and at each doubling
                    LOG.warn(
                            "a command of type " + times.spec.type() + " of " + manager.name() + " failed, " + count
                                    + " so far",
                            task.failure());
                }
            }
        }
    }

    private void leave() {
        if (live.addAndGet(-ONE) < ONE && isShutdown()) {
            manager.wakeViewers();
        }
    }

    @Override
    public void execute(Runnable command) {
        Objects.requireNonNull(command, "command");
        if ((live.getAndAdd(ONE) & SHUT) != 0) {
            leave();
            throw new RejectedExecutionException("this view of task manager " + manager.name() + " was shut down");
        }
        boolean accepted = false;
        try {
            manager.accept(times, new Command(this, command, RequestIds.current()), new Done(command));
            accepted = true;
        } finally {
            if (!accepted) {
                leave();
            }
        }
    }

    @Override
    public void shutdown() {
        long before = live.getAndUpdate(now -> now | SHUT);
        if (before == 0) {
            manager.wakeViewers();
        }
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown();
        List<Runnable> never = new ArrayList<>();
        List<Task<?>> begun = new ArrayList<>();
        manager.registered().forEach(task -> {
            if (task.body() instanceof Command mine && mine.view == this) {
                if (task.withdraw(LEFT)) {
                    never.add(mine.command); // without an outcome: the caller may run it
                } else {
                    begun.add(task);
                }
            }
        });
        begun.forEach(task -> task.cancel(LEFT)); // last: a thread that is interrupted would begin another one
        return never;
    }

    @Override
    public boolean isShutdown() {
        return (live.get() & SHUT) != 0 || manager.isClosing();
    }

    @Override
    public boolean isTerminated() {
        long now = live.get();
        return isShutdown() && now < ONE;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        long nanos = unit.toNanos(timeout);
        long deadline = manager.clock.nanos() + nanos;
        Thread self = Thread.currentThread();
        manager.viewers.add(self); // before the first look
        try {
            while (!isTerminated()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                if (nanos <= 0 || deadline - manager.clock.nanos() <= 0 && nanos != Long.MAX_VALUE) {
                    return false;
                }
                manager.clock.parkUntil(this, nanos == Long.MAX_VALUE ? manager.clock.nanos() + nanos : deadline);
            }
            return true;
        } finally {
            manager.viewers.remove(self);
        }
    }

    /** Returns whose view it is. */
    @Override
    public String toString() {
        return "executor of " + manager.name() + ", type " + times.spec.type() + (isShutdown() ? ", shut down" : "");
    }
}
