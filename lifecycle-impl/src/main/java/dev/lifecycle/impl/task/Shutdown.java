package dev.lifecycle.impl.task;

import dev.lifecycle.task.ShutdownReport;
import dev.lifecycle.task.TaskInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The end of a manager, once. */
final class Shutdown {
    private static final String WHY = "its task manager shuts down";
    private static final long LAST_CALL_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int LAST_CALL_SHARE = 5;

    private static final ShutdownReport UNTOLD = new ShutdownReport(false, Duration.ZERO, 0, 0, 0, List.of(), 0);

    private final Manager manager;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final ConcurrentLinkedQueue<Thread> others = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Task<?>> callers = new ConcurrentLinkedQueue<>(); // that call from within
    private volatile @Nullable Thread first;
    private volatile @Nullable Thread waiter; // who shuts down, while it waits
    private volatile @Nullable ShutdownReport report;

    Shutdown(Manager manager) {
        this.manager = manager;
    }

    boolean hasBegun() {
        return begun.get();
    }

    /** Called after each task that has ended. One volatile read. */
    void taskEnded() {
        Thread waits = waiter;
        if (waits != null) {
            manager.clock.unpark(waits);
        }
        if (report != null) {
            endTimers();
        }
    }

    /**
     * Once the last task is gone the timer thread is not needed; a clock of a test may stand still from here. Throws nothing: others are
     * still to hear of that task.
     */
    private void endTimers() {
        try {
            for (Lane lane : manager.lanes) {
                if (!lane.isEmpty()) {
                    return;
                }
            }
            manager.patrol.end();
            manager.wheel.close();
        } catch (Throwable noRoom) { // then the thread ends some seconds later, by itself
            return;
        }
    }

    ShutdownReport run(long nanos) {
        if (!begun.compareAndSet(false, true)) {
            return second();
        }
        try {
            first = Thread.currentThread();
            return first(nanos);
        } finally {
            first = null;
            if (report == null) { // no memory for a better one: others wait for it
                report = UNTOLD;
            }
            others.forEach(manager.clock::unpark);
        }
    }

    private ShutdownReport second() {
        if (first == Thread.currentThread()) { // from code that depends on a task it has just cancelled
            return UNTOLD;
        }
        others.add(Thread.currentThread());
        noteOwn();
        taskEnded(); // the first one need not wait for that task any more
        boolean interrupted = false;
        ShutdownReport known = report;
        while (known == null) {
            manager.clock.parkNanos(this, Task.NEVER);
            interrupted |= Thread.interrupted();
            known = report;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return known;
    }

    private ShutdownReport first(long nanos) {
        long start = manager.wheel.elapsed();
        long lastCall = Math.min(nanos / LAST_CALL_SHARE, LAST_CALL_NANOS);
        long end = nanos > Task.NEVER - start ? Task.NEVER : start + nanos;
        manager.periodics().end(WHY);
        for (Lane lane : manager.lanes) {
            lane.close();
        }
        manager.roomClosed();
        manager.wakeViewers();
        noteOwn();
        long before = ended();
        boolean interrupted = await(end - lastCall, false);
        boolean clean = isQuiet(true);
        int finished = (int) Math.min(Integer.MAX_VALUE, ended() - before);
        int cancelled = 0;
        int told = 0;
        if (!clean) {
            long left = Math.max(0, Math.min(end, manager.wheel.elapsed() + lastCall) - manager.wheel.elapsed());
            List<Task<?>> all = all();
            for (Task<?> task : all) { // first: a thread that is interrupted would begin another one
                cancelled += task.withdraw(WHY) ? 1 : 0;
            }
            for (Task<?> task : all) {
                if (task.cancel(WHY, false, left) || task.interrupt(0)) {
                    told++;
                }
            }
            interrupted |= await(Math.min(end, manager.wheel.elapsed() + lastCall), true);
        }
        List<TaskInfo> stuck = new ArrayList<>();
        int count = 0;
        for (Task<?> task : all()) {
            task.abandon();
            TaskInfo info = task.info();
            if (info.state().isFinal() && !info.quarantined()) {
                continue; // it has just ended
            }
            if (count++ < ShutdownReport.MAX_LISTED) {
                stuck.add(info);
            }
        }
        manager.workers.end();
        ShutdownReport done = new ShutdownReport(
                clean, Duration.ofNanos(manager.wheel.elapsed() - start), finished, cancelled, told, stuck, count);
        report = done;
        endTimers();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return done;
    }

    /** Notes the task that the caller is in, if it is one of this manager: it cannot end before the call does. */
    private void noteOwn() {
        Thread self = Thread.currentThread();
        manager.registered()
                .filter(task -> {
                    Run run = task.run();
                    return run != null && run.thread() == self && task.isInside();
                })
                .forEach(callers::add);
    }

    private List<Task<?>> all() {
        List<Task<?>> all = new ArrayList<>();
        manager.registered().filter(task -> !callers.contains(task)).forEach(all::add);
        return all;
    }

    private long ended() {
        Lane.Sums sums = sums();
        long all = 0;
        for (long count : sums.ended) {
            all += count;
        }
        return all;
    }

    private Lane.Sums sums() {
        Lane.Sums sums = new Lane.Sums();
        for (Lane lane : manager.lanes) {
            lane.addTo(sums);
        }
        return sums;
    }

    private boolean isQuiet(boolean andNobodyStuck) {
        Lane.Sums sums = sums();
        long active = callers.stream().filter(task -> !task.state().isFinal()).count();
        long stuck = callers.stream()
                .filter(task -> (task.status() & Task.STUCK) != 0)
                .count();
        return sums.queued == 0 && sums.active <= active && (!andNobodyStuck || sums.stuck <= stuck);
    }

    /** Waits until all is quiet, or the wheel's clock reads {@code until}; returns whether the caller was interrupted. */
    private boolean await(long until, boolean forStuckOnes) {
        waiter = Thread.currentThread(); // before the first look
        try {
            while (!isQuiet(forStuckOnes)) {
                if (Thread.interrupted()) {
                    return true;
                }
                long left = until - manager.wheel.elapsed();
                if (left <= 0) {
                    return false;
                }
                manager.clock.parkNanos(this, left);
            }
            return false;
        } finally {
            waiter = null;
        }
    }
}
