package dev.lifecycle.file;

import org.jspecify.annotations.Nullable;

/**
 * Works with one file of a tree. Called by several threads at once where {@link TreeProcessorBuilder#parallelism} says so.
 *
 * <p>At least once: a file of the batch that was under way when the process was killed is handed over again after it is resumed, in a batch with the
 * same {@linkplain Batch#sequence number}. In the report of the resumed run it is once.
 *
 * @param <R> the type of what it makes, for {@link BatchHook}s
 */
@FunctionalInterface
public interface TreeHandler<R> {

    /**
     * Works with one file.
     *
     * @param file reads it; valid until this method returns
     * @param context of its batch
     * @return what was made; null for nothing
     * @throws Exception anything: the file failed, as {@link Reason#HANDLER}, and the run goes on. A {@link FileFailedException} leaves it with its
     *     result, and an {@link InterruptedException} cancels the run
     */
    @Nullable
    R file(TreeFile file, FileContext context) throws Exception;
}
