package dev.lifecycle.file;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Names;
import dev.lifecycle.Pressure;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.FileProcessorConfig;
import dev.lifecycle.task.TaskManager;
import dev.lifecycle.time.TimeSource;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Describes a {@link FileProcessor}. Not thread-safe; may be used again: each {@code open} makes another one. */
public final class FileProcessorBuilder {
    /** The smallest chunk, in bytes. */
    public static final int MIN_CHUNK = 64;

    /** The largest chunk, and the largest read, in bytes. */
    public static final int MAX_CHUNK = 16 << 20;

    private final String name;
    private int chunkSize = 8 << 10;
    private int readSize;
    private Limits limits = Limits.defaults();
    private LongLine longLine = LongLine.CUT;
    private LineEnd lineEnd = LineEnd.LF_CRLF;
    private Charset charset = StandardCharsets.UTF_8;
    private boolean bomOverrides = true;
    private Malformed malformed = Malformed.REPLACE;
    private BinaryPolicy binary = BinaryPolicy.PROCESS;
    private ChangePolicy onChange = ChangePolicy.ACCEPT_AND_MARK;
    private Duration timeout = Duration.ofSeconds(30);
    private Duration stallTimeout = Duration.ofSeconds(10);
    private long maxBytesPerSecond = Long.MAX_VALUE;
    private @Nullable TaskManager tasks;
    private long memoryBudget = 100L << 20;
    private Supplier<Pressure> pressure = () -> Pressure.NORMAL;
    private TimeSource timeSource = TimeSource.system();

    FileProcessorBuilder(String name) {
        this.name = Names.check(name, "name");
    }

    /**
     * Sets how many bytes are handed out at a time, and how many {@code char}s of text. It is no matter of speed: more is read at once, see
     * {@link #readSize}. Default: 8 KiB.
     *
     * @param bytes between {@value #MIN_CHUNK} and {@value #MAX_CHUNK}
     * @return this
     * @throws IllegalArgumentException if {@code bytes} is outside these bounds
     */
    public FileProcessorBuilder chunkSize(int bytes) {
        chunkSize = size(bytes, "chunkSize");
        return this;
    }

    /**
     * Sets how many bytes are read at a time. Default: 64 KiB, or the size of a chunk, if that is more; larger ones are not faster, since they do not
     * fit the caches of a core.
     *
     * @param bytes between the size of a chunk and {@value #MAX_CHUNK}; the buffer behind it has at least 16 KiB
     * @return this
     * @throws IllegalArgumentException if {@code bytes} is outside these bounds; that it is not below the size of a chunk is checked by {@code open}
     */
    public FileProcessorBuilder readSize(int bytes) {
        readSize = size(bytes, "readSize");
        return this;
    }

    /**
     * Sets all limits at once.
     *
     * @param all the limits; those of trees do not matter here
     * @return this
     */
    public FileProcessorBuilder limits(Limits all) {
        limits = Objects.requireNonNull(all, "all");
        return this;
    }

    /**
     * Limits how much is read of a file or stream. It holds for the bytes that are read, whatever the file system says of the size. Default: 1 MiB.
     *
     * @param bytes at least 1; {@code Long.MAX_VALUE} for no limit
     * @return this
     * @throws IllegalArgumentException if {@code bytes} is below 1
     */
    public FileProcessorBuilder maxFileSize(long bytes) {
        limits = limits.withMaxFileBytes(bytes);
        return this;
    }

    /**
     * Sets what becomes of longer ones. Default: {@link OversizePolicy#REJECT}.
     *
     * @param policy the policy
     * @return this
     */
    public FileProcessorBuilder oversize(OversizePolicy policy) {
        limits = limits.withOversize(policy);
        return this;
    }

    /**
     * Limits {@link FileProcessor#readText}. Default: 50 000.
     *
     * @param limit at least 1, in {@code char}s
     * @return this
     * @throws IllegalArgumentException if {@code limit} is below 1
     */
    public FileProcessorBuilder maxContent(int limit) {
        limits = limits.withMaxContentChars(limit);
        return this;
    }

    /**
     * Limits a line or a record with a delimiter, without that; it is what is held of one. Default: 64 KiB.
     *
     * @param bytes between 1 and {@value Limits#MAX_LINE}
     * @return this
     * @throws IllegalArgumentException if {@code bytes} is outside these bounds
     */
    public FileProcessorBuilder maxLineLength(int bytes) {
        limits = limits.withMaxLineBytes(bytes);
        return this;
    }

    /**
     * Sets what becomes of longer ones. Default: {@link LongLine#CUT}.
     *
     * @param policy the policy
     * @return this
     */
    public FileProcessorBuilder longLine(LongLine policy) {
        longLine = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /**
     * Sets what ends a line. Default: {@link LineEnd#LF_CRLF}.
     *
     * @param end the end of a line
     * @return this
     */
    public FileProcessorBuilder lineEnd(LineEnd end) {
        lineEnd = Objects.requireNonNull(end, "end");
        return this;
    }

    /**
     * Sets how text is encoded, unless the file says so itself, see {@link #bomOverrides}. Default: UTF-8.
     *
     * @param charset that can decode any text: not one that detects others
     * @return this
     */
    public FileProcessorBuilder charset(Charset charset) {
        this.charset = Objects.requireNonNull(charset, "charset");
        return this;
    }

    /**
     * Sets whether a byte order mark of UTF-8, UTF-16 or UTF-32 at the beginning decides how text is encoded, and is left out of it. Default: it
     * does. Chunks have it in any case.
     *
     * @param overrides false to have it decoded as any other character
     * @return this
     */
    public FileProcessorBuilder bomOverrides(boolean overrides) {
        bomOverrides = overrides;
        return this;
    }

    /**
     * Sets what becomes of bytes that are no text. Default: {@link Malformed#REPLACE}.
     *
     * @param policy the policy
     * @return this
     */
    public FileProcessorBuilder malformed(Malformed policy) {
        malformed = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /**
     * Sets what becomes of files that are no text. Default: {@link BinaryPolicy#PROCESS}.
     *
     * @param policy the policy
     * @return this
     */
    public FileProcessorBuilder binary(BinaryPolicy policy) {
        binary = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /**
     * Sets what becomes of files that change while they are read. Default: {@link ChangePolicy#ACCEPT_AND_MARK}.
     *
     * @param policy the policy; streams and channels are not watched
     * @return this
     */
    public FileProcessorBuilder onChange(ChangePolicy policy) {
        onChange = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /**
     * Limits how long one call takes, its handler included. Looked at before each read: a read or a handler that does not return is interrupted only
     * with {@link #tasks}. A {@link LineReader} may be open as long as you like. Default: 30 seconds.
     *
     * @param perFile positive; very long ones are as good as none
     * @return this
     * @throws IllegalArgumentException if {@code perFile} is zero or negative
     */
    public FileProcessorBuilder timeout(Duration perFile) {
        timeout = positive(perFile, "timeout");
        return this;
    }

    /**
     * Limits how long it takes for a byte to come, without what the handler does. Looked at after each read. Default: 10 seconds.
     *
     * @param time positive; very long ones are as good as none
     * @return this
     * @throws IllegalArgumentException if {@code time} is zero or negative
     */
    public FileProcessorBuilder stallTimeout(Duration time) {
        stallTimeout = positive(time, "stallTimeout");
        return this;
    }

    /**
     * Limits how fast all calls together read: each waits before a read until its turn has come. Default: no limit.
     *
     * @param bytes at least 1; {@code Long.MAX_VALUE} for no limit
     * @return this
     * @throws IllegalArgumentException if {@code bytes} is below 1
     */
    public FileProcessorBuilder maxBytesPerSecond(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException(
                    "maxBytesPerSecond is " + bytes + "; it must be at least 1. Long.MAX_VALUE is no limit");
        }
        maxBytesPerSecond = bytes;
        return this;
    }

    /**
     * Runs each call as a task of {@code manager}, on a thread of it, while the caller waits: so that a call whose time is over is interrupted, and
     * left to itself if it does not hear. The caller has its result then, {@link Outcome#TIMED_OUT}. A {@link LineReader} reads on the thread that
     * asks. Costs a hand-over for each call. Default: calls run on the thread of the caller.
     *
     * @param manager open as long as the processor is
     * @return this
     */
    public FileProcessorBuilder tasks(TaskManager manager) {
        tasks = Objects.requireNonNull(manager, "manager");
        return this;
    }

    /**
     * Limits the memory of buffers of all calls together. A call that finds no room waits for one to end, until its {@link #timeout}; one that is
     * made by a handler never waits. Default: 100 MiB.
     *
     * @param bytes at least as much as one call needs, which {@code open} checks
     * @return this
     * @throws IllegalArgumentException if {@code bytes} is below 1
     */
    public FileProcessorBuilder memoryBudget(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("memoryBudget is " + bytes + "; it must be at least 1");
        }
        memoryBudget = bytes;
        return this;
    }

    /**
     * Sets who says how scarce memory is: from {@link Pressure#CLEANUP} on one call reads at a time, the others wait. Default: it never is.
     *
     * @param source asked when a call begins; should be quick. What it throws counts as {@link Pressure#NORMAL}
     * @return this
     */
    public FileProcessorBuilder pressure(Supplier<Pressure> source) {
        pressure = Objects.requireNonNull(source, "source");
        return this;
    }

    /**
     * Sets the clock of deadlines and waits. Default: {@link TimeSource#system}.
     *
     * @param clock the clock
     * @return this
     */
    public FileProcessorBuilder timeSource(TimeSource clock) {
        timeSource = Objects.requireNonNull(clock, "clock");
        return this;
    }

    private static int size(int bytes, String what) {
        if (bytes < MIN_CHUNK || bytes > MAX_CHUNK) {
            throw new IllegalArgumentException(
                    what + " is " + bytes + "; it must be between " + MIN_CHUNK + " and " + MAX_CHUNK + " bytes");
        }
        return bytes;
    }

    private static Duration positive(Duration time, String what) {
        if (Objects.requireNonNull(time, "time").isNegative() || time.isZero()) {
            throw new IllegalArgumentException(
                    what + " is " + time + "; it must be positive. Long ones are as good as none");
        }
        return time;
    }

    /**
     * Opens a processor that the caller closes. One that is dropped without being closed is reported as a leak.
     *
     * @return an open processor
     * @throws IllegalArgumentException if settings do not fit each other: a read smaller than a chunk, a budget smaller than the buffers of one call
     */
    public FileProcessor open() {
        return Lifecycle.provider().openFileProcessor(config(), null);
    }

    /**
     * Opens a processor that {@code owner} closes, unless it is closed before.
     *
     * @param owner an open scope
     * @return an open processor
     * @throws dev.lifecycle.scope.ScopeClosedException if {@code owner} is closed
     * @throws IllegalArgumentException as for {@link #open()}
     */
    public FileProcessor open(Scope owner) {
        return Lifecycle.provider().openFileProcessor(config(), Objects.requireNonNull(owner, "owner"));
    }

    private FileProcessorConfig config() {
        int read = readSize == 0 ? Math.max(64 << 10, chunkSize) : readSize;
        if (read < chunkSize) {
            throw new IllegalArgumentException(
                    "readSize is " + read + ", chunkSize " + chunkSize + "; a read must not be smaller than a chunk");
        }
        FileProcessorConfig config = new FileProcessorConfig(
                name,
                chunkSize,
                read,
                limits,
                longLine,
                lineEnd,
                charset,
                bomOverrides,
                malformed,
                binary,
                onChange,
                TimeUnit.NANOSECONDS.convert(timeout),
                TimeUnit.NANOSECONDS.convert(stallTimeout),
                maxBytesPerSecond,
                tasks,
                memoryBudget,
                pressure,
                timeSource);
        if (memoryBudget < config.bufferBytes()) {
            throw new IllegalArgumentException("memoryBudget is " + memoryBudget + "; one call needs "
                    + config.bufferBytes() + " bytes of buffers. Raise it, or lower readSize or maxLineLength");
        }
        return config;
    }
}
