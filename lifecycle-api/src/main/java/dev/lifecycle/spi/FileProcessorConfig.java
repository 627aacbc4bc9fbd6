package dev.lifecycle.spi;

import dev.lifecycle.Pressure;
import dev.lifecycle.file.BinaryPolicy;
import dev.lifecycle.file.ChangePolicy;
import dev.lifecycle.file.FileProcessorBuilder;
import dev.lifecycle.file.Limits;
import dev.lifecycle.file.LineEnd;
import dev.lifecycle.file.LongLine;
import dev.lifecycle.file.Malformed;
import dev.lifecycle.task.TaskManager;
import dev.lifecycle.time.TimeSource;
import java.nio.charset.Charset;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link FileProcessorBuilder} was told, validated there; see its methods.
 *
 * @param name of the processor
 * @param chunkSize in bytes
 * @param readSize in bytes, not below that
 * @param limits of a file
 * @param longLine what becomes of a line that is too long
 * @param lineEnd what ends a line
 * @param charset of text
 * @param bomOverrides whether a byte order mark decides instead
 * @param malformed what becomes of what is no text
 * @param binary what becomes of files that are none
 * @param onChange what becomes of a file that changes
 * @param timeoutNanos of a call, positive
 * @param stallNanos until a byte comes, positive
 * @param maxBytesPerSecond of all calls together
 * @param tasks what runs the calls, or null
 * @param memoryBudget of all buffers, in bytes
 * @param pressure how scarce memory is
 * @param timeSource the clock
 */
public record FileProcessorConfig(
        String name,
        int chunkSize,
        int readSize,
        Limits limits,
        LongLine longLine,
        LineEnd lineEnd,
        Charset charset,
        boolean bomOverrides,
        Malformed malformed,
        BinaryPolicy binary,
        ChangePolicy onChange,
        long timeoutNanos,
        long stallNanos,
        long maxBytesPerSecond,
        @Nullable TaskManager tasks,
        long memoryBudget,
        Supplier<Pressure> pressure,
        TimeSource timeSource) {

    /** Whether a file is text is seen by so many bytes at its beginning; a buffer has room for twice as many. */
    public static final int SNIFFED = 8 << 10;

    /** What buffers are aligned to, in bytes. */
    public static final int PAGE = 4 << 10;

    /**
     * Returns the same with another clock.
     *
     * @param clock the clock
     * @return the others as here
     */
    public FileProcessorConfig withTimeSource(TimeSource clock) {
        return new FileProcessorConfig(
                name,
                chunkSize,
                readSize,
                limits,
                longLine,
                lineEnd,
                charset,
                bomOverrides,
                malformed,
                binary,
                onChange,
                timeoutNanos,
                stallNanos,
                maxBytesPerSecond,
                tasks,
                memoryBudget,
                pressure,
                clock);
    }

    /**
     * Returns the size of a read buffer.
     *
     * @return in bytes, at least a read
     */
    public int bufferSize() {
        return Math.max(readSize, 2 * SNIFFED);
    }

    /**
     * Returns the size of the buffer that lines are found in.
     *
     * @return in bytes: the longest line with its end, and a read
     */
    public int lineBufferSize() {
        return Math.max(limits.maxLineBytes() + 2 * LineEnd.MAX_LENGTH, bufferSize()) + bufferSize();
    }

    /**
     * Returns how many characters are held at a time.
     *
     * @return those of a chunk or a line
     */
    public int maxChars() {
        return Math.max(Math.max(chunkSize, limits.maxLineBytes()), 1 << 10);
    }

    /**
     * Returns what one call may need.
     *
     * @return the bytes of its buffers
     */
    public long bufferBytes() {
        return 2L * (bufferSize() + PAGE) + lineBufferSize() + 2L * maxChars() + SNIFFED;
    }
}
