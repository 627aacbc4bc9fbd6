package dev.lifecycle.impl.task;

import dev.lifecycle.impl.tree.Reaper;
import dev.lifecycle.impl.tree.SafeLog;
import java.lang.ref.PhantomReference;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Runs code of users that the timer thread has come upon, on the reaper thread: that one is replaced when it is stuck in it. */
final class Courier extends Reaper.Client {
    /*
     * Each message is sent by an event of one task, so that there are no more of them than tasks. `turn` says who sees to them:
     *
     *   null -> CALLED     by call(): the reaper thread will come
     *   CALLED -> a round  by the reaper thread: it takes them out, one after the other
     *   -> null            by who gives that up, whether it is done, has failed or is stuck
     *
     *   I1  only the round whose turn it is begins to run messages, and takes each out just before.
     *   I2  while there are messages, it is somebody's turn, or one who has added a message or made turn null is about to call. Who
     *       adds looks at the turn after; who makes it null looks for messages after (Dekker's argument). A call for which there was
     *       no memory is made good by the next message, or by the reaper at the end of each of its rounds, in isLive().
     */
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.task");
    private static final Object CALLED = new Object();

    private final ConcurrentLinkedQueue<Runnable> messages = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable Object> turn = new AtomicReference<>();
    private final String failed; // texts that need no memory when the time has come
    private final String stuck;

    Courier(String manager) {
        failed = "what depends on a task of " + manager + " failed";
        stuck = "what depends on a task of " + manager + " takes long: its thread is left to it";
    }

    /** Throws only if {@code message} was not taken. */
    void send(Runnable message) {
        messages.add(message);
        callAndWatch();
    }

    private void callAndWatch() {
        call();
        try {
            watch(); // always: the thread may not have been there for the one before
        } catch (Throwable noMemory) { // see I2; what was enqueued is found by any reaper thread
            return;
        }
    }

    private void call() {
        if (turn.compareAndSet(null, CALLED)) {
            try {
                new Call(this).enqueue();
            } catch (Throwable noMemory) { // see I2
                turn.compareAndSet(CALLED, null);
            }
        }
    }

    /** Ends the turn of {@code holder}, if it still is; sees to it that somebody goes on. */
    private void leave(Object holder) {
        if (turn.compareAndSet(holder, null) && !messages.isEmpty()) {
            callAndWatch();
        }
    }

    /** Whether the reaper is to stay; also called with a lock of it held, so that nothing of it may be called. */
    @Override
    protected boolean isLive() {
        if (messages.isEmpty()) {
            return turn.get() != null;
        }
        call(); // if nobody's turn it is
        return true;
    }

    /** Not a reference to anything: a message to the reaper thread. */
    private static final class Call extends PhantomReference<Object> implements Reaper.Reapable {
        private final Courier courier;

        Call(Courier courier) {
            super(Reaper.queue(), Reaper.queue());
            this.courier = courier;
        }

        @Override
        public void reap() {
            courier.round();
        }
    }

    private void round() {
        Object holder = CALLED;
        try {
            Round round = new Round();
            holder = round;
            if (!turn.compareAndSet(CALLED, round)) {
                return; // it was taken for lost
            }
            boolean goesOn = true;
            while (goesOn && !messages.isEmpty()) {
                goesOn = Reaper.callOut(round); // false: another thread is the reaper by now
            }
        } finally {
            leave(holder);
        }
    }

    private final class Round implements Reaper.CallOut {
        @Override
        public void run() {
            Runnable message = messages.poll(); // only now: who had no memory to get here leaves it there
            if (message == null) {
                return;
            }
            try {
                message.run();
            } catch (Throwable failure) { // user code, or no memory: the others must be told too
                LOG.warn(failed, failure);
            }
        }

        @Override
        public void stuck() {
            leave(this); // it is not waited for: the others go on
            LOG.warn(stuck);
        }
    }
}
