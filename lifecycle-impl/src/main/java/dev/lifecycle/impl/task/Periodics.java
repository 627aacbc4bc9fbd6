package dev.lifecycle.impl.task;

import dev.lifecycle.spi.TaskManagerConfig;
import dev.lifecycle.task.PeriodicTask;
import dev.lifecycle.task.RejectedTaskException.Reason;
import dev.lifecycle.task.Schedule;
import dev.lifecycle.task.TaskBody;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The periodic tasks of a manager. */
final class Periodics {
    private final Manager manager;
    private final Set<Periodic> all = ConcurrentHashMap.newKeySet();
    private final AtomicLong numbers = new AtomicLong();

    Periodics(Manager manager) {
        this.manager = manager;
    }

    PeriodicTask begin(Schedule schedule, Times times, TaskBody<?> body) {
        if (all.size() >= TaskManagerConfig.MAX_PERIODIC) { // racy: a few more than that do no harm
            throw manager.refused(
                    times.spec,
                    Reason.FULL,
                    "it has " + TaskManagerConfig.MAX_PERIODIC + " periodic tasks; cancel those that are over");
        }
        Periodic periodic = new Periodic(manager, schedule, times, body, -numbers.incrementAndGet());
        all.add(periodic);
        periodic.begin();
        if (manager.isClosing()) { // after it was added: end() may have missed it
            periodic.cancel("its task manager shuts down");
            throw manager.refused(times.spec, Reason.SHUTDOWN, "it is shutting down");
        }
        return periodic;
    }

    void forget(Periodic periodic) {
        all.remove(periodic);
    }

    /** Ends all; their runs are left to the shutdown. */
    void end(String why) {
        for (Periodic each : all) {
            each.end(why);
        }
    }
}
