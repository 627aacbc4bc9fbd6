package dev.lifecycle.impl.task;

import dev.lifecycle.task.TaskState;
import dev.lifecycle.time.TimeSource;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Who wants to know that a task is done: a link of the stack in {@link Watched}. */
abstract class Watcher {
    /** In place of the stack of a task that is done. */
    static final Watcher DONE = new Watcher() {
        @Override
        void done(Task<?> task, boolean onTimer) {}
    };

    /** Written before it is pushed; later only to pass over one that is over. */
    @Nullable
    Watcher next;

    /** How long the list was with it, at most; and at what length those that are over are taken out. Written before it is pushed. */
    int depth;

    int sweepAt;

    /** Called once, by who has finished the task. Throws nothing; does not wait. */
    abstract void done(Task<?> task, boolean onTimer);

    /** Whether code of users runs in {@link #done}: then others are told before. */
    boolean callsUsers() {
        return false;
    }

    /** Whether it has no interest any more. */
    boolean isOver() {
        return false;
    }

    /** A thread in {@code join}. */
    static final class Parked extends Watcher {
        private final TimeSource clock;
        private final Thread thread;
        private volatile boolean over;

        Parked(TimeSource clock, Thread thread) {
            this.clock = clock;
            this.thread = thread;
        }

        @Override
        void done(Task<?> task, boolean onTimer) {
            clock.unpark(thread);
        }

        @Override
        boolean isOver() {
            return over;
        }

        void wake() {
            clock.unpark(thread);
        }

        /** Waits until {@code done}, for {@code nanos} at most; returns whether it is. */
        boolean await(BooleanSupplier done, Object what, long nanos) throws InterruptedException {
            long deadline = nanos == Task.NEVER ? 0 : clock.nanos() + nanos;
            try {
                while (!done.getAsBoolean()) {
                    if (Thread.interrupted()) {
                        throw new InterruptedException();
                    }
                    if (nanos == Task.NEVER) {
                        clock.parkNanos(what, Task.NEVER);
                    } else if (deadline - clock.nanos() <= 0) {
                        return false;
                    } else {
                        clock.parkUntil(what, deadline);
                    }
                }
                return true;
            } finally {
                over = true;
            }
        }
    }

    /** The future of a task. */
    static final class Promised<T extends @Nullable Object> extends Watcher {
        final CompletableFuture<T> future;

        Promised(Task<T> task) {
            future = new Cancellable<>(task);
        }

        @Override
        boolean callsUsers() {
            return true;
        }

        @Override
        @SuppressWarnings("unchecked") // only its own task tells it
        void done(Task<?> task, boolean onTimer) {
            if (onTimer) { // what depends on it is code of users
                task.lane.manager.courier.send(() -> complete((Task<T>) task));
            } else {
                complete((Task<T>) task);
            }
        }

        void complete(Task<T> task) {
            try {
                if (task.state() == TaskState.SUCCEEDED) {
                    future.complete(task.outcome());
                } else {
                    future.completeExceptionally(task.failure());
                }
            } catch (Throwable noRoom) { // no memory for the exception: who waits must not wait for ever
                future.completeExceptionally(noRoom);
            }
        }
    }

    /** To cancel it cancels the task. */
    private static final class Cancellable<T extends @Nullable Object> extends CompletableFuture<T> {
        private final Task<T> task;

        Cancellable(Task<T> task) {
            this.task = task;
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean first = super.cancel(mayInterruptIfRunning);
            if (first) {
                task.cancel("its future was cancelled");
            }
            return first;
        }

        @Override
        public <U> CompletableFuture<U> newIncompleteFuture() {
            return new CompletableFuture<>();
        }
    }
}
