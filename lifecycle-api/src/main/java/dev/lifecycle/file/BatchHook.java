package dev.lifecycle.file;

/**
 * Is called after each batch, by the thread that called {@link TreeProcessor#process}, while no handler runs: to write an index, or to commit a
 * transaction.
 */
@FunctionalInterface
public interface BatchHook {

    /**
     * Works with what the handlers have made. When it returns the batch is closed, then the checkpoint is written: if the process is killed in
     * between, handlers and hook see the batch again, with the same {@linkplain Batch#sequence number} and {@link Batch#replayed}.
     *
     * @param batch has no more files than {@link TreeProcessorBuilder#batchSize}
     * @throws Exception anything: the run ends as {@link RunState#FAILED}, and a resumed one repeats the batch
     */
    void batch(Batch batch) throws Exception;
}
