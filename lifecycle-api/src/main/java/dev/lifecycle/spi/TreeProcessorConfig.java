package dev.lifecycle.spi;

import dev.lifecycle.Pressure;
import dev.lifecycle.file.BatchHook;
import dev.lifecycle.file.Durability;
import dev.lifecycle.file.FileInfo;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.ProgressListener;
import dev.lifecycle.file.TreeProcessorBuilder;
import dev.lifecycle.time.TimeSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link TreeProcessorBuilder} was told, validated there; see its methods.
 *
 * @param name of the processor
 * @param files reads the files
 * @param include globs of which one must match; empty for all files
 * @param exclude globs of which none must match
 * @param filter must accept a file, or null
 * @param followLinks whether links are followed
 * @param allowEscape also out of the root
 * @param maxDepth in directories, the root included
 * @param maxFiles of a run
 * @param maxTotalBytes of a run
 * @param maxNames that are held of directories
 * @param batchSize in files
 * @param batchBytes as the walk finds them
 * @param parallelism how many threads work with files
 * @param memoryBudget of what handlers charge, in bytes
 * @param pressure how scarce memory is
 * @param maxPauseNanos how long a run waits for that to fall
 * @param checkpoint the journal, or null
 * @param durability what that survives
 * @param progress is told how far a run is, or null
 * @param progressNanos how often
 * @param precount whether files are counted first
 * @param hook is called after each batch, or null
 * @param detail how many results are listed
 * @param reportTo where all that are not ok are written, or null
 * @param failFast whether a failed file ends the run
 * @param timeoutNanos of a run; {@code Long.MAX_VALUE} for none
 * @param timeSource the clock
 */
public record TreeProcessorConfig(
        String name,
        FileProcessor files,
        List<Glob> include,
        List<Glob> exclude,
        @Nullable Predicate<FileInfo> filter,
        boolean followLinks,
        boolean allowEscape,
        int maxDepth,
        long maxFiles,
        long maxTotalBytes,
        int maxNames,
        int batchSize,
        long batchBytes,
        int parallelism,
        long memoryBudget,
        Supplier<Pressure> pressure,
        long maxPauseNanos,
        @Nullable Path checkpoint,
        Durability durability,
        @Nullable ProgressListener progress,
        long progressNanos,
        boolean precount,
        @Nullable BatchHook hook,
        int detail,
        @Nullable Path reportTo,
        boolean failFast,
        long timeoutNanos,
        TimeSource timeSource) {

    /** Copies the lists. */
    public TreeProcessorConfig {
        Objects.requireNonNull(files, "files");
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
    }

    /**
     * Returns the same with another clock.
     *
     * @param clock the clock
     * @return the others as here
     */
    public TreeProcessorConfig withTimeSource(TimeSource clock) {
        return new TreeProcessorConfig(
                name,
                files,
                include,
                exclude,
                filter,
                followLinks,
                allowEscape,
                maxDepth,
                maxFiles,
                maxTotalBytes,
                maxNames,
                batchSize,
                batchBytes,
                parallelism,
                memoryBudget,
                pressure,
                maxPauseNanos,
                checkpoint,
                durability,
                progress,
                progressNanos,
                precount,
                hook,
                detail,
                reportTo,
                failFast,
                timeoutNanos,
                clock);
    }
}
