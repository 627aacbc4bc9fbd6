package dev.lifecycle.file;

import java.io.IOException;
import java.util.stream.Stream;

/**
 * Lines, when the caller asks for them. It holds the file open, and one buffer, until its end, a failure, {@link #close}, or the close of the scope
 * that owns it; the first two close it by themselves. One that is dropped unclosed is reported as a leak, and its file closed with its scope.
 *
 * <p>Not thread-safe, but for {@link #close}.
 */
public interface LineReader extends AutoCloseable {

    /**
     * Goes on to the next line; the line before it is gone then.
     *
     * @return false at the end, and after it
     * @throws FileFailedException if it failed, for any {@link Reason}, at first and again
     * @throws IllegalStateException if it was closed by another one
     */
    boolean next() throws IOException;

    /**
     * Returns the line that {@link #next} went to.
     *
     * @return always the same object, which shows another line each time
     * @throws IllegalStateException if there is none: {@code next} was not called, or returned false
     */
    Line line();

    /**
     * Returns the lines that are left. Closing the stream closes the reader, and reading it to its end does.
     *
     * @return a sequential stream, to be used once; a failure comes as {@link java.io.UncheckedIOException}
     */
    Stream<String> stream();

    /**
     * Tells what is known so far.
     *
     * @return the result: final once it is closed, else as if it were closed now
     */
    FileResult result();

    /**
     * Closes the file and gives the buffer back. What was left is not read: the result is {@link Outcome#CANCELLED} then, unless it had come to its
     * end. Idempotent.
     */
    @Override
    void close();
}
