package dev.lifecycle.file;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Names;
import dev.lifecycle.Pressure;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.Glob;
import dev.lifecycle.spi.TreeProcessorConfig;
import dev.lifecycle.time.TimeSource;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Describes a {@link TreeProcessor}. Not thread-safe; may be used again: each {@code open} makes another one. */
public final class TreeProcessorBuilder {
    /** The most files of a batch: their results are held until its end. */
    public static final int MAX_BATCH = 100_000;

    /** The most threads of a run. */
    public static final int MAX_PARALLELISM = 256;

    /** The most results that a report lists. */
    public static final int MAX_DETAIL = 1_000_000;

    /** How many names are held of directories, unless {@link #maxNames} says otherwise. */
    public static final int DEFAULT_NAMES = 20_000;

    /** The least there is of them. */
    public static final int MIN_NAMES = 16;

    private final String name;
    private final FileProcessor files;
    private final List<Glob> include = new ArrayList<>();
    private final List<Glob> exclude = new ArrayList<>();
    private @Nullable Predicate<FileInfo> filter;
    private boolean followLinks;
    private boolean allowEscape;
    private int maxDepth = Limits.defaults().maxDepth();
    private long maxFiles = Long.MAX_VALUE;
    private long maxTotalBytes = Long.MAX_VALUE;
    private int maxNames = DEFAULT_NAMES;
    private int batchSize = 100;
    private long batchBytes = 16L << 20;
    private int parallelism = 1;
    private long memoryBudget = 100L << 20;
    private Supplier<Pressure> pressure = () -> Pressure.NORMAL;
    private Duration maxPause = Duration.ofSeconds(30);
    private @Nullable Path checkpoint;
    private Durability durability = Durability.PROCESS;
    private @Nullable ProgressListener progress;
    private Duration every = Duration.ofSeconds(1);
    private boolean precount;
    private @Nullable BatchHook hook;
    private int detail = 1_000;
    private @Nullable Path reportTo;
    private boolean failFast;
    private @Nullable Duration timeout;
    private TimeSource timeSource = TimeSource.system();

    TreeProcessorBuilder(String name, FileProcessor files) {
        this.name = Names.check(name, "name");
        this.files = Objects.requireNonNull(files, "files");
    }

    // ---- what is seen

    /**
     * Takes only files that match one of these globs, or one of an earlier call, by their path relative to the root, with {@code /} between names.
     * Default: all.
     *
     * <p>{@code *} and {@code ?} stand for characters of one name, <code>**</code> for any number of directories, also none:
     * <code>**&#47;*.java</code> is {@code A.java} as well as {@code a/b/A.java}. <code>[a-c]</code>, <code>[!a]</code> and <code>{java,kt}</code>
     * are as usual, a backslash takes the next character as it is.
     *
     * @param globs some
     * @return this
     * @throws IllegalArgumentException if one is empty, begins with a slash, or has a bracket or brace that is not closed
     */
    public TreeProcessorBuilder include(String... globs) {
        include.addAll(checked(globs));
        return this;
    }

    /**
     * Leaves out files and directories that match one of these globs, or one of an earlier call; see {@link #include}. Such directories are not
     * entered. A glob that ends with
     * <code>/**</code> matches what is before that as well: <code>**&#47;.git/**</code> leaves out whatever is called {@code .git}. Default: none.
     *
     * @param globs some
     * @return this
     * @throws IllegalArgumentException as for {@link #include}
     */
    public TreeProcessorBuilder exclude(String... globs) {
        exclude.addAll(checked(globs));
        return this;
    }

    private static List<Glob> checked(String... globs) {
        return Arrays.stream(globs).map(Glob::of).toList();
    }

    /**
     * Takes only files that {@code accepts}, after {@link #include} and {@link #exclude}. What it throws is held against the file. Default: all.
     *
     * @param accepts asked by the thread that walks
     * @return this
     */
    public TreeProcessorBuilder filter(Predicate<FileInfo> accepts) {
        filter = Objects.requireNonNull(accepts, "accepts");
        return this;
    }

    /**
     * Sets whether symbolic links are followed, also to directories: a file that links lead to several times is then seen as often. Links that lead
     * in a circle are {@link Reason#LINK_LOOP}, those out of the root {@link Reason#LEAVES_ROOT}; both are {@link Outcome#SKIPPED}. Default: they are
     * left out, as {@link Reason#LINK}.
     *
     * @param follow whether they are
     * @return this
     */
    public TreeProcessorBuilder followLinks(boolean follow) {
        followLinks = follow;
        return this;
    }

    /**
     * Sets whether links that are followed may lead out of the root. Default: they may not.
     *
     * @param allow whether they may
     * @return this
     */
    public TreeProcessorBuilder allowEscape(boolean allow) {
        allowEscape = allow;
        return this;
    }

    /**
     * Limits how deep directories are, the root being the first: with 1 no other is entered. A deeper one is one {@link Outcome#FAILED} entry, for
     * {@link Reason#DEPTH}. Default: 256.
     *
     * @param directories at least 1
     * @return this
     * @throws IllegalArgumentException if {@code directories} is below 1
     */
    public TreeProcessorBuilder maxDepth(int directories) {
        maxDepth = Limits.defaults().withMaxDepth(directories).maxDepth();
        return this;
    }

    /**
     * Limits how many files are handed over; then the run ends as {@link RunState#LIMITED}. Default: no limit.
     *
     * @param limit at least 1; a resumed run counts those before it
     * @return this
     * @throws IllegalArgumentException if {@code limit} is below 1
     */
    public TreeProcessorBuilder maxFiles(long limit) {
        maxFiles = Limits.defaults().withMaxFiles(limit).maxFiles();
        return this;
    }

    /**
     * Limits how much is read: once it is so much no other file is begun, and the run ends as {@link RunState#LIMITED}. Default: no limit.
     *
     * @param bytes at least 1; a resumed run counts those before it
     * @return this
     * @throws IllegalArgumentException if {@code bytes} is below 1
     */
    public TreeProcessorBuilder maxTotalBytes(long bytes) {
        maxTotalBytes = Limits.defaults().withMaxTotalBytes(bytes).maxTotalBytes();
        return this;
    }

    /**
     * Limits how many names of directories are held, all levels together: a larger directory is read several times. Default: {@value #DEFAULT_NAMES}.
     *
     * @param limit at least {@value #MIN_NAMES}
     * @return this
     * @throws IllegalArgumentException if {@code limit} is below that
     */
    public TreeProcessorBuilder maxNames(int limit) {
        maxNames = (int) atLeast(limit, MIN_NAMES, "maxNames", DEFAULT_NAMES + " is the default");
        return this;
    }

    // ---- how it is worked with

    /**
     * Limits the files of a batch. Default: 100.
     *
     * @param limit between 1 and {@value #MAX_BATCH}
     * @return this
     * @throws IllegalArgumentException if {@code limit} is outside these bounds
     */
    public TreeProcessorBuilder batchSize(int limit) {
        batchSize = between(limit, MAX_BATCH, "batchSize", "results are held until the end of a batch");
        return this;
    }

    /**
     * Limits the bytes of a batch of several files, by the sizes that the walk found. Default: 16 MiB.
     *
     * @param bytes at least 1
     * @return this
     * @throws IllegalArgumentException if {@code bytes} is below 1
     */
    public TreeProcessorBuilder batchBytes(long bytes) {
        batchBytes = atLeast(bytes, 1, "batchBytes", "Long.MAX_VALUE is no limit");
        return this;
    }

    /**
     * Sets how many threads work with files: the caller of {@link TreeProcessor#process}, and platform threads that end with the call. Batches,
     * results and values keep the order of the tree. Default: 1.
     *
     * @param threads between 1 and {@value #MAX_PARALLELISM}
     * @return this
     * @throws IllegalArgumentException if {@code threads} is outside these bounds
     */
    public TreeProcessorBuilder parallelism(int threads) {
        parallelism =
                between(threads, MAX_PARALLELISM, "parallelism", "more than the machine has processors rarely helps");
        return this;
    }

    /**
     * Limits what handlers {@linkplain FileContext#charge charge} and hold as text: where it is spent no other file of the batch is begun. A single
     * file may go beyond it. Default: 100 MiB.
     *
     * @param bytes at least 1
     * @return this
     * @throws IllegalArgumentException if {@code bytes} is below 1
     */
    public TreeProcessorBuilder memoryBudget(long bytes) {
        memoryBudget = atLeast(bytes, 1, "memoryBudget", "Long.MAX_VALUE is no limit");
        return this;
    }

    /**
     * Sets who says how scarce memory is: from {@link Pressure#CLEANUP} on the batch ends after the files in progress, and the next one waits until
     * the level falls, or {@link #maxPause} is over. Default: it never is.
     *
     * @param source asked before each file; should be quick. What it throws counts as {@link Pressure#NORMAL}
     * @return this
     */
    public TreeProcessorBuilder pressure(Supplier<Pressure> source) {
        pressure = Objects.requireNonNull(source, "source");
        return this;
    }

    /**
     * Limits how long a run waits for memory at a time: then it goes on, with one file a batch, until the level falls. Default: 30 seconds.
     *
     * @param time zero for no wait at all
     * @return this
     * @throws IllegalArgumentException if {@code time} is negative
     */
    public TreeProcessorBuilder maxPause(Duration time) {
        if (Objects.requireNonNull(time, "time").isNegative()) {
            throw new IllegalArgumentException(
                    "maxPause is " + time + "; it must not be negative, and zero is no wait");
        }
        maxPause = time;
        return this;
    }

    /**
     * Sets whether the first file that fails or is late ends the run, as {@link RunState#FAILED}; its batch is not committed. Default: it does not.
     *
     * @param fail whether it does
     * @return this
     */
    public TreeProcessorBuilder failFast(boolean fail) {
        failFast = fail;
        return this;
    }

    /**
     * Limits how long a run takes; then it ends as {@link RunState#TIMED_OUT}. Default: no limit.
     *
     * @param whole positive
     * @return this
     * @throws IllegalArgumentException if {@code whole} is zero or negative
     */
    public TreeProcessorBuilder timeout(Duration whole) {
        timeout = positive(whole, "timeout");
        return this;
    }

    /**
     * Sets what is called after each batch. Default: nothing.
     *
     * @param hook what
     * @return this
     */
    public TreeProcessorBuilder onBatch(BatchHook hook) {
        this.hook = Objects.requireNonNull(hook, "hook");
        return this;
    }

    // ---- what is kept of it

    /**
     * Writes down which batches are done, so that a run that was killed is resumed by the next one with the same root: after the last batch whose
     * {@link BatchHook} has returned. What has come into the tree before that place is not seen. A completed run is not repeated: delete the file to
     * begin anew. Default: nothing is written.
     *
     * @param journal a file, of the default file system; made if it is not there, and locked while a run goes on
     * @return this
     * @throws IllegalArgumentException if it is in another file system
     */
    public TreeProcessorBuilder checkpoint(Path journal) {
        checkpoint = ofDefault(journal, "checkpoint");
        return this;
    }

    /**
     * Sets what the checkpoint survives. Default: {@link Durability#PROCESS}.
     *
     * @param durability what
     * @return this
     */
    public TreeProcessorBuilder durability(Durability durability) {
        this.durability = Objects.requireNonNull(durability, "durability");
        return this;
    }

    /**
     * Sets how many entries that are not {@link FileResult#ok ok} are {@linkplain ProcessingReport#detailed listed}. Default: 1 000.
     *
     * @param limit between 0 and {@value #MAX_DETAIL}
     * @return this
     * @throws IllegalArgumentException if {@code limit} is outside these bounds
     */
    public TreeProcessorBuilder detail(int limit) {
        if (limit < 0 || limit > MAX_DETAIL) {
            throw new IllegalArgumentException("detail is " + limit + "; it must be between 0 and " + MAX_DETAIL
                    + ", since these are held. reportTo has no limit");
        }
        detail = limit;
        return this;
    }

    /**
     * Writes each entry that is not {@link FileResult#ok ok}, but for those that were filtered, as a line of JSON: {@code batch}, {@code uri} and
     * {@code result}, see {@link FileResult#toJson}. The lines of a batch are written when that is committed. A resumed run goes on where the runs
     * before it stopped, any other begins anew. Where writing fails the run goes on: {@link ProcessingReport#lostLines}. Default: nothing is written.
     *
     * @param jsonLines a file, of the default file system
     * @return this
     * @throws IllegalArgumentException if it is in another file system
     */
    public TreeProcessorBuilder reportTo(Path jsonLines) {
        reportTo = ofDefault(jsonLines, "reportTo");
        return this;
    }

    /**
     * Sets who is told how far a run is. Default: nobody.
     *
     * @param listener is told
     * @param every how often; not more often than files end
     * @return this
     * @throws IllegalArgumentException if {@code every} is zero or negative
     */
    public TreeProcessorBuilder progress(ProgressListener listener, Duration every) {
        progress = Objects.requireNonNull(listener, "listener");
        this.every = positive(every, "every");
        return this;
    }

    /**
     * Sets who is told each second how far a run is; see {@link #progress(ProgressListener, Duration)}.
     *
     * @param listener is told
     * @return this
     */
    public TreeProcessorBuilder progress(ProgressListener listener) {
        return progress(listener, Duration.ofSeconds(1));
    }

    /**
     * Sets whether the tree is walked beforehand to count its files, so that {@link Progress} knows how many there are. The {@link #filter} is asked
     * twice then. Default: it is not.
     *
     * @param count whether it is
     * @return this
     */
    public TreeProcessorBuilder precount(boolean count) {
        precount = count;
        return this;
    }

    /**
     * Sets the clock of deadlines and waits. Default: {@link TimeSource#system}.
     *
     * @param clock the clock
     * @return this
     */
    public TreeProcessorBuilder timeSource(TimeSource clock) {
        timeSource = Objects.requireNonNull(clock, "clock");
        return this;
    }

    private static int between(int value, int most, String what, String why) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(
                    what + " is " + value + "; it must be between 1 and " + most + ", since " + why);
        }
        return value;
    }

    private static long atLeast(long value, long least, String what, String hint) {
        if (value < least) {
            throw new IllegalArgumentException(what + " is " + value + "; it must be at least " + least + ". " + hint);
        }
        return value;
    }

    private static Duration positive(Duration time, String what) {
        if (Objects.requireNonNull(time, what).isNegative() || time.isZero()) {
            throw new IllegalArgumentException(what + " is " + time + "; it must be positive");
        }
        return time;
    }

    private static Path ofDefault(Path file, String what) {
        if (!file.getFileSystem().equals(FileSystems.getDefault())) {
            throw new IllegalArgumentException(what + " is " + file + " of " + file.getFileSystem()
                    + "; it must be a file of the default file system, since others do not append and lock");
        }
        return file.toAbsolutePath();
    }

    /**
     * Opens a processor that the caller closes. One that is dropped without being closed is reported as a leak.
     *
     * @return an open processor
     * @throws IllegalArgumentException if settings do not fit each other: {@link #allowEscape} without {@link #followLinks}, one file for checkpoint
     *     and report
     */
    public TreeProcessor open() {
        return Lifecycle.provider().openTreeProcessor(config(), null);
    }

    /**
     * Opens a processor that {@code owner} closes, unless it is closed before.
     *
     * @param owner an open scope
     * @return an open processor
     * @throws dev.lifecycle.scope.ScopeClosedException if {@code owner} is closed
     * @throws IllegalArgumentException as for {@link #open()}
     */
    public TreeProcessor open(Scope owner) {
        return Lifecycle.provider().openTreeProcessor(config(), Objects.requireNonNull(owner, "owner"));
    }

    private TreeProcessorConfig config() {
        if (allowEscape && !followLinks) {
            throw new IllegalArgumentException(
                    "allowEscape is true, followLinks false; without links the root is never left. Set followLinks, or leave both");
        }
        if (checkpoint != null && checkpoint.equals(reportTo)) {
            throw new IllegalArgumentException(
                    "checkpoint and reportTo are both " + checkpoint + "; give each a file of its own");
        }
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
                TimeUnit.NANOSECONDS.convert(maxPause),
                checkpoint,
                durability,
                progress,
                TimeUnit.NANOSECONDS.convert(every),
                precount,
                hook,
                detail,
                reportTo,
                failFast,
                timeout == null ? Long.MAX_VALUE : TimeUnit.NANOSECONDS.convert(timeout),
                timeSource);
    }
}
