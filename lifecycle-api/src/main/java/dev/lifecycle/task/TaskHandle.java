package dev.lifecycle.task;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A task that was accepted. Thread-safe. It has exactly one outcome, whoever races: the first of its end, a cancellation and a
 * timeout.
 *
 * @param <T> the type of its result
 */
public interface TaskHandle<T extends @Nullable Object> {

    /**
     * Returns its number.
     *
     * @return unique within its manager
     */
    long id();

    /**
     * Returns where it stands. One volatile read.
     *
     * @return its state
     */
    TaskState state();

    /**
     * Describes it. Takes no lock, and stops nobody.
     *
     * @return what is known of it now
     */
    TaskInfo info();

    /**
     * Tells it to stop. One that waits is cancelled at once. One that runs is interrupted, its {@link TaskContext#onCancel} actions
     * are called, and it is cancelled when its body ends, however it ends; should it not end within the grace time of the
     * manager, it is cancelled all the same, and its thread is put in quarantine.
     *
     * @param reason for messages and {@link TaskInfo#reason}
     * @return true if it will be cancelled for this call; false if it was told before, or has its outcome
     */
    boolean cancel(String reason);

    /**
     * Waits for its outcome.
     *
     * @return its result
     * @throws TaskFailedException if the body threw
     * @throws TaskCancelledException if it was cancelled
     * @throws TaskTimeoutException if it timed out
     * @throws InterruptedException if the caller is interrupted; the task goes on
     */
    T join() throws InterruptedException;

    /**
     * Waits for its outcome, and not for ever.
     *
     * @param wait how long at most, by the clock of the manager
     * @return its result
     * @throws TimeoutException if it has none in time; the task goes on
     * @throws TaskFailedException if the body threw
     * @throws TaskCancelledException if it was cancelled
     * @throws TaskTimeoutException if it timed out
     * @throws InterruptedException if the caller is interrupted; the task goes on
     */
    T join(Duration wait) throws InterruptedException, TimeoutException;

    /**
     * Returns its outcome as a future. To cancel the future cancels the task. What depends on it runs on the thread that ends the
     * task or, where a deadline ends it, on a thread of the library, after all others were told; no timeout holds for it: hand what is slow to an executor.
     *
     * @return the same for all until the task has its outcome; completed exceptionally with a {@link TaskException} where {@link #join} throws one
     */
    CompletableFuture<T> toFuture();
}
