package dev.lifecycle.file;

import dev.lifecycle.Managed;
import dev.lifecycle.Shrinkable;
import dev.lifecycle.scope.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;

/**
 * Reads files and streams piece by piece: in constant memory, within limits, until a deadline, and with one result each.
 *
 * <p>What goes wrong with a file is in its {@link FileResult}, never thrown: limits, deadlines, faults of the file system, what a handler throws. A
 * call throws only if the processor is closed ({@link FileProcessorClosedException}), for arguments that are wrong, and if the virtual machine fails
 * ({@link VirtualMachineError}, but for the {@link StackOverflowError} of a handler), after everything was closed. An interrupt ends the call as
 * {@link Outcome#CANCELLED}; the flag of the thread stays set.
 *
 * <p>Thread-safe: each call has a descriptor and a buffer of its own, and no file outlives its call. Handlers run on the calling thread (but see
 * {@link FileProcessorBuilder#tasks}), one at a time, and may do anything: throw, call the processor again, close it or its scope.
 *
 * <p>Whatever reads takes a file, a stream or a channel, save {@link #linesReversed}. A file is opened and closed by each call. A stream or channel
 * is left open, to whoever opened it; one that a {@link Source#closing} source hands over is closed, however the call ends, and also if it is
 * refused.
 *
 * <p>Memory: for each call that is in progress one buffer of twice {@link FileProcessorBuilder#readSize}, with lines and text two more; they are used
 * again, and kept within {@link FileProcessorBuilder#memoryBudget}; between {@link #shrink} and {@link #restore} those of one call are kept. Nothing
 * is allocated for a chunk or a line view. Files are never mapped: one that another process cuts would end the virtual machine's trust in its memory.
 */
public interface FileProcessor extends Managed, Shrinkable {

    /**
     * Starts the description of a processor.
     *
     * @param name for the tree, messages and log lines; see {@link dev.lifecycle.Names#check}
     * @return a builder
     * @throws IllegalArgumentException if {@code name} cannot be printed on one line
     */
    static FileProcessorBuilder builder(String name) {
        return new FileProcessorBuilder(name);
    }

    /**
     * Hands out the bytes, {@link FileProcessorBuilder#chunkSize} at a time; the last chunk may be shorter. Where a chunk begins and ends depends on
     * the content only, not on how it is read.
     *
     * @param source what to read
     * @param handler is given each chunk
     * @return what became of it
     * @throws FileProcessorClosedException if the processor is closed
     */
    FileResult forEachChunk(Source source, ChunkHandler handler);

    /**
     * Hands out the bytes of a file; see {@link #forEachChunk(Source, ChunkHandler)}.
     *
     * @param file what to read
     * @param handler is given each chunk
     * @return what became of it
     * @throws FileProcessorClosedException if the processor is closed
     */
    default FileResult forEachChunk(Path file, ChunkHandler handler) {
        return forEachChunk(Source.of(file), handler);
    }

    /**
     * Hands out the bytes of a stream; see {@link #forEachChunk(Source, ChunkHandler)}.
     *
     * @param label for the result
     * @param in what to read; not closed
     * @param handler is given each chunk
     * @return what became of it
     * @throws FileProcessorClosedException if the processor is closed
     */
    default FileResult forEachChunk(String label, InputStream in, ChunkHandler handler) {
        return forEachChunk(Source.of(label, in), handler);
    }

    /**
     * Hands out the bytes of a channel; see {@link #forEachChunk(Source, ChunkHandler)}.
     *
     * @param label for the result
     * @param in what to read; not closed
     * @param handler is given each chunk
     * @return what became of it
     * @throws FileProcessorClosedException if the processor is closed
     */
    default FileResult forEachChunk(String label, ReadableByteChannel in, ChunkHandler handler) {
        return forEachChunk(Source.of(label, in), handler);
    }

    /**
     * Hands out the lines, as {@link FileProcessorBuilder#lineEnd} has them, within {@link FileProcessorBuilder#maxLineLength}. Lines are found by
     * their bytes, eight at a time; one is decoded when its characters are asked for. With {@link Malformed#REPORT} each is decoded.
     *
     * @param source what to read
     * @param handler is given each line
     * @return what became of it
     * @throws FileProcessorClosedException if the processor is closed
     * @throws IllegalArgumentException if the charset is one whose lines cannot be found by their bytes, as ISO-2022-JP; {@link #forEachText} decodes
     *     it
     */
    FileResult forEachLine(Source source, LineHandler handler);

    /**
     * Hands out the lines of a file; see {@link #forEachLine(Source, LineHandler)}.
     *
     * @param file what to read
     * @param handler is given each line
     * @return what became of it
     * @throws FileProcessorClosedException if the processor is closed
     */
    default FileResult forEachLine(Path file, LineHandler handler) {
        return forEachLine(Source.of(file), handler);
    }

    /**
     * Hands out the lines of a stream; see {@link #forEachLine(Source, LineHandler)}.
     *
     * @param label for the result
     * @param in what to read; not closed
     * @param handler is given each line
     * @return what became of it
     * @throws FileProcessorClosedException if the processor is closed
     */
    default FileResult forEachLine(String label, InputStream in, LineHandler handler) {
        return forEachLine(Source.of(label, in), handler);
    }

    /**
     * Hands out the lines of a channel; see {@link #forEachLine(Source, LineHandler)}.
     *
     * @param label for the result
     * @param in what to read; not closed
     * @param handler is given each line
     * @return what became of it
     * @throws FileProcessorClosedException if the processor is closed
     */
    default FileResult forEachLine(String label, ReadableByteChannel in, LineHandler handler) {
        return forEachLine(Source.of(label, in), handler);
    }

    /**
     * Hands out the text, at most {@link FileProcessorBuilder#chunkSize} {@code char}s at a time, no character cut.
     *
     * @param source what to read
     * @param handler is given each piece
     * @return what became of it
     * @throws FileProcessorClosedException if the processor is closed
     */
    FileResult forEachText(Source source, TextHandler handler);

    /**
     * Hands out the text of a file; see {@link #forEachText(Source, TextHandler)}.
     *
     * @param file what to read
     * @param handler is given each piece
     * @return what became of it
     * @throws FileProcessorClosedException if the processor is closed
     */
    default FileResult forEachText(Path file, TextHandler handler) {
        return forEachText(Source.of(file), handler);
    }

    /**
     * Hands out the text of a stream; see {@link #forEachText(Source, TextHandler)}.
     *
     * @param label for the result
     * @param in what to read; not closed
     * @param handler is given each piece
     * @return what became of it
     * @throws FileProcessorClosedException if the processor is closed
     */
    default FileResult forEachText(String label, InputStream in, TextHandler handler) {
        return forEachText(Source.of(label, in), handler);
    }

    /**
     * Hands out the text of a channel; see {@link #forEachText(Source, TextHandler)}.
     *
     * @param label for the result
     * @param in what to read; not closed
     * @param handler is given each piece
     * @return what became of it
     * @throws FileProcessorClosedException if the processor is closed
     */
    default FileResult forEachText(String label, ReadableByteChannel in, TextHandler handler) {
        return forEachText(Source.of(label, in), handler);
    }

    /**
     * Hands out records, as {@code splitter} has them. Those with a delimiter are held within {@link FileProcessorBuilder#maxLineLength}, as lines
     * are.
     *
     * @param source what to read
     * @param splitter where a record ends
     * @param handler is given each record
     * @return what became of it; its {@link FileResult#lines} counts records
     * @throws FileProcessorClosedException if the processor is closed
     * @throws IllegalArgumentException if records of one size, or those that end by their content, may be longer than
     *     {@link FileProcessorBuilder#readSize}, and than 16 KiB
     */
    FileResult forEachRecord(Source source, Splitter splitter, ChunkHandler handler);

    /**
     * Hands out the records of a file; see {@link #forEachRecord(Source, Splitter, ChunkHandler)}.
     *
     * @param file what to read
     * @param splitter where a record ends
     * @param handler is given each record
     * @return what became of it
     * @throws FileProcessorClosedException if the processor is closed
     */
    default FileResult forEachRecord(Path file, Splitter splitter, ChunkHandler handler) {
        return forEachRecord(Source.of(file), splitter, handler);
    }

    /**
     * Hands out the records of a stream; see {@link #forEachRecord(Source, Splitter, ChunkHandler)}.
     *
     * @param label for the result
     * @param in what to read; not closed
     * @param splitter where a record ends
     * @param handler is given each record
     * @return what became of it
     * @throws FileProcessorClosedException if the processor is closed
     */
    default FileResult forEachRecord(String label, InputStream in, Splitter splitter, ChunkHandler handler) {
        return forEachRecord(Source.of(label, in), splitter, handler);
    }

    /**
     * Hands out the records of a channel; see {@link #forEachRecord(Source, Splitter, ChunkHandler)}.
     *
     * @param label for the result
     * @param in what to read; not closed
     * @param splitter where a record ends
     * @param handler is given each record
     * @return what became of it
     * @throws FileProcessorClosedException if the processor is closed
     */
    default FileResult forEachRecord(String label, ReadableByteChannel in, Splitter splitter, ChunkHandler handler) {
        return forEachRecord(Source.of(label, in), splitter, handler);
    }

    /**
     * Makes something of the bytes: all, or nothing. As {@link #forEachChunk(Source, ChunkHandler)}, with a handler that learns how it ended.
     *
     * @param source what to read
     * @param handler makes it
     * @param <R> the type of what it makes
     * @return what it made, and what became of the source
     * @throws FileProcessorClosedException if the processor is closed
     */
    <R> Processed<R> process(Source source, FileHandler<R> handler);

    /**
     * Makes something of a file; see {@link #process(Source, FileHandler)}.
     *
     * @param file what to read
     * @param handler makes it
     * @param <R> the type of what it makes
     * @return what it made, and what became of the file
     * @throws FileProcessorClosedException if the processor is closed
     */
    default <R> Processed<R> process(Path file, FileHandler<R> handler) {
        return process(Source.of(file), handler);
    }

    /**
     * Makes something of a stream; see {@link #process(Source, FileHandler)}.
     *
     * @param label for the result
     * @param in what to read; not closed
     * @param handler makes it
     * @param <R> the type of what it makes
     * @return what it made, and what became of the stream
     * @throws FileProcessorClosedException if the processor is closed
     */
    default <R> Processed<R> process(String label, InputStream in, FileHandler<R> handler) {
        return process(Source.of(label, in), handler);
    }

    /**
     * Makes something of a channel; see {@link #process(Source, FileHandler)}.
     *
     * @param label for the result
     * @param in what to read; not closed
     * @param handler makes it
     * @param <R> the type of what it makes
     * @return what it made, and what became of the channel
     * @throws FileProcessorClosedException if the processor is closed
     */
    default <R> Processed<R> process(String label, ReadableByteChannel in, FileHandler<R> handler) {
        return process(Source.of(label, in), handler);
    }

    /**
     * Returns the text, or its beginning: at most {@link FileProcessorBuilder#maxContent} {@code char}s. What is behind that is not read, and the
     * outcome is {@link Outcome#TRUNCATED}, for {@link Reason#CONTENT_LIMIT}.
     *
     * @param source what to read
     * @return the text, and what became of the source
     * @throws FileProcessorClosedException if the processor is closed
     */
    TextResult readText(Source source);

    /**
     * Returns the text of a file; see {@link #readText(Source)}.
     *
     * @param file what to read
     * @return the text, and what became of the file
     * @throws FileProcessorClosedException if the processor is closed
     */
    default TextResult readText(Path file) {
        return readText(Source.of(file));
    }

    /**
     * Returns the text of a stream; see {@link #readText(Source)}.
     *
     * @param label for the result
     * @param in what to read; not closed
     * @return the text, and what became of the stream
     * @throws FileProcessorClosedException if the processor is closed
     */
    default TextResult readText(String label, InputStream in) {
        return readText(Source.of(label, in));
    }

    /**
     * Returns the text of a channel; see {@link #readText(Source)}.
     *
     * @param label for the result
     * @param in what to read; not closed
     * @return the text, and what became of the channel
     * @throws FileProcessorClosedException if the processor is closed
     */
    default TextResult readText(String label, ReadableByteChannel in) {
        return readText(Source.of(label, in));
    }

    /**
     * Reads everything and makes nothing of it, but tells whether it is text in the charset of this processor: {@link FileResult#malformed} and
     * {@link FileResult#firstMalformed}.
     *
     * @param source what to read
     * @return what became of it; not {@link FileResult#ok ok} if something is malformed and that is to be {@linkplain Malformed#REPORT reported}
     * @throws FileProcessorClosedException if the processor is closed
     */
    FileResult validate(Source source);

    /**
     * Checks a file; see {@link #validate(Source)}.
     *
     * @param file what to read
     * @return what became of it
     * @throws FileProcessorClosedException if the processor is closed
     */
    default FileResult validate(Path file) {
        return validate(Source.of(file));
    }

    /**
     * Checks a stream; see {@link #validate(Source)}.
     *
     * @param label for the result
     * @param in what to read; not closed
     * @return what became of it
     * @throws FileProcessorClosedException if the processor is closed
     */
    default FileResult validate(String label, InputStream in) {
        return validate(Source.of(label, in));
    }

    /**
     * Checks a channel; see {@link #validate(Source)}.
     *
     * @param label for the result
     * @param in what to read; not closed
     * @return what became of it
     * @throws FileProcessorClosedException if the processor is closed
     */
    default FileResult validate(String label, ReadableByteChannel in) {
        return validate(Source.of(label, in));
    }

    /**
     * Counts lines, as {@link #forEachLine} would hand them out, however long; faster than that, since nobody looks where they are.
     *
     * @param source what to read
     * @return how many, the last one included also if no end of a line follows it
     * @throws FileFailedException if the source is not {@link FileResult#ok ok}
     * @throws FileProcessorClosedException if the processor is closed
     */
    long countLines(Source source) throws IOException;

    /**
     * Counts the lines of a file; see {@link #countLines(Source)}.
     *
     * @param file what to read
     * @return how many
     * @throws FileFailedException if the file is not {@link FileResult#ok ok}
     * @throws FileProcessorClosedException if the processor is closed
     */
    default long countLines(Path file) throws IOException {
        return countLines(Source.of(file));
    }

    /**
     * Counts the lines of a stream; see {@link #countLines(Source)}.
     *
     * @param label for the result
     * @param in what to read; not closed
     * @return how many
     * @throws FileFailedException if the stream is not {@link FileResult#ok ok}
     * @throws FileProcessorClosedException if the processor is closed
     */
    default long countLines(String label, InputStream in) throws IOException {
        return countLines(Source.of(label, in));
    }

    /**
     * Counts the lines of a channel; see {@link #countLines(Source)}.
     *
     * @param label for the result
     * @param in what to read; not closed
     * @return how many
     * @throws FileFailedException if the channel is not {@link FileResult#ok ok}
     * @throws FileProcessorClosedException if the processor is closed
     */
    default long countLines(String label, ReadableByteChannel in) throws IOException {
        return countLines(Source.of(label, in));
    }

    /**
     * Opens a file, for lines that the caller asks for.
     *
     * @param source what to read
     * @param owner closes the reader, unless that is closed before
     * @return the reader, before the first line
     * @throws FileFailedException if the source cannot be opened, or a policy refuses it
     * @throws FileProcessorClosedException if the processor is closed
     * @throws dev.lifecycle.scope.ScopeClosedException if {@code owner} is closed
     */
    LineReader lines(Source source, Scope owner) throws IOException;

    /**
     * Opens a file; see {@link #lines(Source, Scope)}.
     *
     * @param file what to read
     * @param owner closes the reader, unless that is closed before
     * @return the reader, before the first line
     * @throws FileFailedException if the file cannot be opened, or a policy refuses it
     * @throws FileProcessorClosedException if the processor is closed
     */
    default LineReader lines(Path file, Scope owner) throws IOException {
        return lines(Source.of(file), owner);
    }

    /**
     * Reads a stream whose lines the caller asks for; see {@link #lines(Source, Scope)}.
     *
     * @param label for the result
     * @param in what to read; not closed with the reader
     * @param owner closes the reader, unless that is closed before
     * @return the reader, before the first line
     * @throws FileFailedException if the stream cannot be read, or a policy refuses it
     * @throws FileProcessorClosedException if the processor is closed
     */
    default LineReader lines(String label, InputStream in, Scope owner) throws IOException {
        return lines(Source.of(label, in), owner);
    }

    /**
     * Reads a channel whose lines the caller asks for; see {@link #lines(Source, Scope)}.
     *
     * @param label for the result
     * @param in what to read; not closed with the reader
     * @param owner closes the reader, unless that is closed before
     * @return the reader, before the first line
     * @throws FileFailedException if the channel cannot be read, or a policy refuses it
     * @throws FileProcessorClosedException if the processor is closed
     */
    default LineReader lines(String label, ReadableByteChannel in, Scope owner) throws IOException {
        return lines(Source.of(label, in), owner);
    }

    /**
     * Opens a file, for its lines from the last one to the first: the same ones as {@link #lines} has, in the other order, found from the end of the
     * file, in as much memory. The time it takes to come to a line depends on how far that is from the end.
     *
     * <p>{@link Line#number} is 1 for the last line, {@link Line#offset} where it begins in the file. The pieces of a long line
     * ({@link LongLine#SPLIT}) come one after the other, as they are in the file; one that is longer than the buffers is read twice, as it is for
     * {@link LongLine#CUT}. Of a file that is longer than {@link FileProcessorBuilder#maxFileSize}, {@link OversizePolicy#TRUNCATE} leaves out what
     * is far from the end, the line that this cuts included. What is appended meanwhile is not seen; a file that becomes shorter fails, for
     * {@link Reason#CHANGED}. {@link FileResult#firstMalformed} is what this has come upon first.
     *
     * <p>Only for files, and only for those that say how long they are: most below {@code /proc} do not.
     *
     * @param file what to read
     * @param owner closes the reader, unless that is closed before
     * @return the reader, before the last line
     * @throws FileFailedException if the file cannot be opened, or a policy refuses it
     * @throws FileProcessorClosedException if the processor is closed
     * @throws IllegalArgumentException if the charset is one whose lines cannot be found by their bytes, or {@link FileProcessorBuilder#lineEnd} one
     *     of your own that overlaps itself, as {@code ##} does in {@code ###}: which lines there are would depend on the end one begins at
     * @throws dev.lifecycle.scope.ScopeClosedException if {@code owner} is closed
     */
    LineReader linesReversed(Path file, Scope owner) throws IOException;

    /**
     * Closes it: calls in progress end as {@link Outcome#CANCELLED}, at the latest with the next read, and their files are closed when this returns,
     * but those whose thread stands in a read that does not. Closes its {@link LineReader}s as well. Idempotent.
     */
    @Override
    void close();
}
