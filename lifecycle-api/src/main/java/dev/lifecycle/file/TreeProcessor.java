package dev.lifecycle.file;

import dev.lifecycle.Managed;
import dev.lifecycle.Shrinkable;
import dev.lifecycle.task.TaskHandle;
import dev.lifecycle.task.TaskManager;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Works with all files of a tree: in order, in batches, in constant memory however many there are, each file on its own account, and to be resumed
 * where a killed process left off.
 *
 * <p>Order: what is in a directory comes by {@link Path#compareTo}, a directory with all that is in it at its place. Not more than 20 000 names are
 * held, and a directory is closed before its entries are worked with. Every entry has one {@link Outcome}, also one that cannot be read, vanishes or
 * is left out: siblings go on, and the sum of {@link ProcessingReport#outcomes} is what was seen, directories that were entered aside.
 *
 * <p>What goes wrong is in the {@link ProcessingReport}. A call throws only if the processor is closed ({@link TreeProcessorClosedException}), if a
 * checkpoint does not fit ({@link CheckpointException}), and if the virtual machine fails, after everything was closed. An interrupt ends it as
 * {@link RunState#CANCELLED}; the flag of the thread stays set.
 *
 * <p>Thread-safe; several runs may go on at once, but not with one checkpoint. Handlers run on the calling thread and, with
 * {@link TreeProcessorBuilder#parallelism}, on platform threads that end with the call. They may do anything: throw, call this processor again, close
 * it.
 */
public interface TreeProcessor extends Managed, Shrinkable {

    /**
     * Starts the description of a processor.
     *
     * @param name for the tree, messages and log lines; see {@link dev.lifecycle.Names#check}
     * @param files reads the files, with its limits and time-outs; open as long as this one is
     * @return a builder
     * @throws IllegalArgumentException if {@code name} cannot be printed on one line
     */
    static TreeProcessorBuilder builder(String name, FileProcessor files) {
        return new TreeProcessorBuilder(name, files);
    }

    /**
     * Works with a tree, and returns when that has ended.
     *
     * @param root a directory, or a link to one
     * @param handler is given each file
     * @param <R> the type of what it makes
     * @return what became of all of them, also if the run ended early
     * @throws TreeProcessorClosedException if the processor is closed
     * @throws CheckpointException if the checkpoint is one of another tree, version or description, is damaged, in use, or cannot be opened
     */
    <R> ProcessingReport process(Path root, TreeHandler<R> handler);

    /**
     * Works with a tree as a task of {@code tasks}. Cancelling that ends the run; its report is then the {@link #latest}.
     *
     * @param root a directory, or a link to one
     * @param handler is given each file
     * @param tasks runs it, with the type {@code files}
     * @param <R> the type of what it makes
     * @return the task
     * @throws TreeProcessorClosedException if the processor is closed
     * @throws dev.lifecycle.task.RejectedTaskException if {@code tasks} has no room, or is closed
     */
    <R> TaskHandle<ProcessingReport> submit(Path root, TreeHandler<R> handler, TaskManager tasks);

    /**
     * Returns the report of the run that ended last.
     *
     * @return the report; empty while none has ended
     */
    Optional<ProcessingReport> latest();

    /**
     * Closes it: runs in progress end as {@link RunState#CANCELLED}, at the latest with the next read, and the files they read are closed when this
     * returns, but those whose thread stands in a read that does not. Does not wait for handlers. Idempotent.
     */
    @Override
    void close();
}
