package dev.lifecycle.file;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A file of a tree, to be read by its {@link TreeHandler}, with the limits and time-outs of the {@link FileProcessor} of the tree.
 *
 * <p>It may be read several times, or not at all. Its result in the report is that of the first pass that was not {@link FileResult#ok ok}, else of
 * the first that was not {@link Outcome#DONE}, else of the last; with the bytes of all. A pass that was not ok is in the report also if the handler
 * goes on. Used by the thread of its handler, until that returns: then reading throws an {@link IllegalStateException}.
 */
public interface TreeFile {

    /**
     * Returns where it is.
     *
     * @return an absolute path, below the root
     */
    Path path();

    /**
     * Returns where it is in the tree.
     *
     * @return a path relative to the root
     */
    Path relative();

    /**
     * Returns what the walk found; of the target, where it is a link that is followed.
     *
     * @return its size and times, as they were then
     */
    BasicFileAttributes attributes();

    /**
     * Returns its size, as the walk found it: a hint only, since a file may grow.
     *
     * @return in bytes
     */
    default long size() {
        return attributes().size();
    }

    /**
     * Hands out the bytes; see {@link FileProcessor#forEachChunk(Source, ChunkHandler)}.
     *
     * @param handler is given each chunk
     * @return what became of it
     */
    FileResult forEachChunk(ChunkHandler handler);

    /**
     * Hands out the lines; see {@link FileProcessor#forEachLine(Source, LineHandler)}.
     *
     * @param handler is given each line
     * @return what became of it
     */
    FileResult forEachLine(LineHandler handler);

    /**
     * Hands out the text; see {@link FileProcessor#forEachText(Source, TextHandler)}.
     *
     * @param handler is given each piece
     * @return what became of it
     */
    FileResult forEachText(TextHandler handler);

    /**
     * Hands out records; see {@link FileProcessor#forEachRecord(Source, Splitter, ChunkHandler)}.
     *
     * @param splitter where a record ends
     * @param handler is given each record
     * @return what became of it
     */
    FileResult forEachRecord(Splitter splitter, ChunkHandler handler);

    /**
     * Makes something of the bytes: all, or nothing; see {@link FileProcessor#process(Source, FileHandler)}.
     *
     * @param handler makes it
     * @param <R> the type of what it makes
     * @return what it made, and what became of it
     */
    <R> Processed<R> process(FileHandler<R> handler);

    /**
     * Returns the text, or its beginning; see {@link FileProcessor#readText(Source)}. It counts against {@link TreeProcessorBuilder#memoryBudget}
     * until the handler returns.
     *
     * @return the text, and what became of it
     */
    TextResult readText();

    /**
     * Tells whether it is text; see {@link FileProcessor#validate(Source)}.
     *
     * @return what became of it
     */
    FileResult validate();

    /**
     * Counts lines; see {@link FileProcessor#countLines(Source)}.
     *
     * @return how many
     * @throws FileFailedException if it is not {@link FileResult#ok ok}
     */
    long countLines() throws IOException;
}
