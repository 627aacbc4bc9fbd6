package dev.lifecycle.task;

import org.jspecify.annotations.Nullable;

/**
 * The work of a task.
 *
 * @param <T> the type of its result
 */
@FunctionalInterface
public interface TaskBody<T extends @Nullable Object> {

    /**
     * Does the work, on a thread of the manager and with none of its locks held.
     *
     * @param task what it can ask and tell about itself
     * @return the result
     * @throws Exception if it fails
     */
    T run(TaskContext task) throws Exception;
}
