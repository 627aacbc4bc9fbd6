package dev.lifecycle.task;

import org.jspecify.annotations.Nullable;

/**
 * Hands what belongs to a thread, the id of the request in the log for instance, to the thread of a task and takes it away after.
 *
 * @param <C> what is handed over
 */
public interface ContextHandover<C> {

    /**
     * Looks what there is, on the thread that submits.
     *
     * @return what to install; null if there is nothing
     */
    @Nullable
    C capture();

    /**
     * Installs it, on the thread of the task, before its body.
     *
     * @param context what {@link #capture} returned
     */
    void install(C context);

    /**
     * Takes it away, on the same thread, after the body: the next task must not see it.
     *
     * @param context what {@link #capture} returned
     */
    void remove(C context);
}
