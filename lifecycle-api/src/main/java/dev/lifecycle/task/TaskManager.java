package dev.lifecycle.task;

import dev.lifecycle.Managed;
import dev.lifecycle.Names;
import dev.lifecycle.State;
import dev.lifecycle.scope.Scope;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs work in the background and knows all of it: what it is called, how old it is, what it is doing, and what to do when it does
 * not end. Its queue and its threads are bounded; each task has exactly one outcome; it ends within a deadline, with a report that
 * names what would not end.
 *
 * <p>Thread-safe. {@link #submit} and the end of a task take a short lock of one of several parts; tasks that were submitted by one
 * thread begin in that order, where no limit of a type holds them up, those of several nearly so. Memory: some 110 bytes for a task
 * that waits, besides its body.
 *
 * <p>A deadline is never early, and late by a few milliseconds at most: what is told at one (an interrupt, the outcome) is told by
 * the timer thread of the library, which runs no code of users.
 */
public interface TaskManager extends AutoCloseable {

    /**
     * Starts the description of a manager.
     *
     * @param name for the tree, messages and the names of its threads; see {@link Names#check}
     * @return a builder
     * @throws IllegalArgumentException if {@code name} cannot be printed on one line
     */
    static TaskManagerBuilder builder(String name) {
        return new TaskManagerBuilder(name);
    }

    /**
     * Returns the name given when it was opened.
     *
     * @return never blank
     */
    String name();

    /**
     * Returns where it stands now: closing from the beginning of a {@link #shutdown} on.
     *
     * @return open, closing or closed
     */
    State state();

    /**
     * Accepts a task.
     *
     * @param spec what it is called, and how long it may take
     * @param body the work
     * @param <T> the type of its result
     * @return the task
     * @throws RejectedTaskException if it is not accepted
     */
    <T extends @Nullable Object> TaskHandle<T> submit(TaskSpec spec, TaskBody<T> body);

    /**
     * Accepts a task that belongs to {@code owner}: when that closes, the task is cancelled, and the close waits for it up to
     * the grace time of this manager. If the owner is closed by the task itself, it is not cancelled.
     *
     * @param owner an open scope
     * @param spec what it is called, and how long it may take
     * @param body the work
     * @param <T> the type of its result
     * @return the task
     * @throws RejectedTaskException if it is not accepted
     * @throws dev.lifecycle.scope.ScopeClosedException if {@code owner} is closed
     */
    <T extends @Nullable Object> TaskHandle<T> submit(Scope owner, TaskSpec spec, TaskBody<T> body);

    /**
     * Runs {@code body} again and again at a fixed rate, see {@link Schedule#every}. A run that throws is counted and logged, and
     * is not the last.
     *
     * @param period between the starts of two runs
     * @param spec of each run: its timeouts hold for one run
     * @param body the work
     * @return what ends it, by {@code cancel}, and ends with the manager
     * @throws RejectedTaskException if the manager is shutting down
     */
    default PeriodicTask every(Duration period, TaskSpec spec, TaskBody<?> body) {
        return repeat(Schedule.every(period), spec, body);
    }

    /**
     * Runs {@code body} again and again.
     *
     * @param schedule when
     * @param spec of each run: its timeouts hold for one run
     * @param body the work
     * @return what ends it, by {@code cancel}, and ends with the manager
     * @throws RejectedTaskException if the manager is shutting down, or there are as many periodic tasks as may be
     */
    PeriodicTask repeat(Schedule schedule, TaskSpec spec, TaskBody<?> body);

    /**
     * Finds a task that has no outcome yet, or is in quarantine.
     *
     * @param id of a task
     * @return what is known of it, or nothing
     */
    Optional<TaskInfo> find(long id);

    /**
     * Goes over the tasks that have no outcome yet, and those in quarantine. Stops nobody: tasks that come or end meanwhile may
     * be in it or not.
     *
     * @return each one as it is when the stream gets to it
     */
    Stream<TaskInfo> tasks();

    /**
     * Counts. Takes time for the types and parts that there are, not for the tasks.
     *
     * @return counts of this moment
     */
    TaskSnapshot snapshot();

    /**
     * Cancels, as {@link TaskHandle#cancel}, each task that {@code which} picks.
     *
     * @param which called for each task, with no lock held
     * @param reason for messages
     * @return how many were told to stop
     */
    int cancel(Predicate<? super TaskInfo> which, String reason);

    /**
     * Cancels tasks that were submitted longer ago than {@code age}.
     *
     * @param age at least zero
     * @return how many were told to stop
     * @throws IllegalArgumentException if {@code age} is negative
     */
    int cancelOlderThan(Duration age);

    /**
     * Writes all tasks as JSON: {@code {"manager":..., "tasks":[{...}]}}, those that run with their stacks. Needs memory for one task
     * at a time.
     *
     * @param json where to
     * @throws IOException what {@code json} throws
     */
    void dump(Appendable json) throws IOException;

    /**
     * Ends it: takes no more tasks, waits for those it has, and shortly before the deadline (a fifth of it, and at most five
     * seconds) cancels those that wait and interrupts those that run. What still runs at the deadline is left alone, and named in
     * the report. Returns as soon as everything has ended.
     *
     * <p>Idempotent: a second call, from wherever, waits for the first and returns the same report. Within a task of this manager,
     * that task is not waited for. If the caller is interrupted, it goes on as if the deadline were near, and the caller is
     * interrupted still.
     *
     * @param deadline for all of it; zero: interrupts at once, and waits for nothing
     * @return what happened
     * @throws IllegalArgumentException if {@code deadline} is negative
     */
    ShutdownReport shutdown(Duration deadline);

    /** Shuts down within the time that the builder was told, by default 30 seconds; logs the report if it is not clean. */
    @Override
    void close();

    /**
     * Returns this manager as an executor service whose tasks are of one type. It can be shut down for itself: then it takes no
     * more, and waits for its own tasks only.
     *
     * @param type of its tasks, and the name
     * @return a view of its own
     */
    ExecutorService asExecutorService(String type);

    /**
     * Returns this manager as a node of the ownership tree: with the counts of {@link #snapshot} as gauges, and as a child for each
     * type. It is {@link dev.lifecycle.Shrinkable}: {@link dev.lifecycle.Pressure#EMERGENCY} halves the number of tasks that run at
     * once, to no less than one, until it is restored.
     *
     * @return always the same; closing it closes the manager
     */
    Managed managed();
}
