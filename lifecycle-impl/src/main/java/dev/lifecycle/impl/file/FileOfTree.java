package dev.lifecycle.impl.file;

import dev.lifecycle.file.ChunkHandler;
import dev.lifecycle.file.FileFailedException;
import dev.lifecycle.file.FileHandler;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.LineHandler;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Processed;
import dev.lifecycle.file.Source;
import dev.lifecycle.file.Splitter;
import dev.lifecycle.file.TextHandler;
import dev.lifecycle.file.TextResult;
import dev.lifecycle.file.TreeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** A file while its handler works with it. */
final class FileOfTree implements TreeFile {
    /*
     * Belongs to the thread of its handler, but for `ended`, which others may read to be refused.
     */
    private final FileProcessor files;
    private final Path root;
    private final Path path;
    private final BasicFileAttributes attributes;
    private final Source source;
    private final BatchWork batch;
    private @Nullable FileResult result; // of the pass that counts
    private long bytes; // of all passes
    private long held; // as text
    private volatile boolean ended;

    FileOfTree(
            FileProcessor files, Path root, Path path, BasicFileAttributes attributes, Source source, BatchWork batch) {
        this.files = files;
        this.root = root;
        this.path = path;
        this.attributes = attributes;
        this.source = source;
        this.batch = batch;
    }

    /** Takes back what it holds. */
    void end() {
        ended = true;
        batch.letGo(held);
        held = 0;
    }

    /** Of the pass that counts; null if there was none. */
    @Nullable
    FileResult result() {
        return result;
    }

    long bytes() {
        return bytes;
    }

    private FileResult note(FileResult now) {
        bytes += now.bytesRead();
        FileResult before = result;
        if (before == null || before.outcome() == Outcome.DONE || before.ok() && !now.ok()) {
            result = now;
        }
        return now;
    }

    private Source open() {
        if (ended) {
            throw new IllegalStateException(
                    path
                            + " is not the handler's any more, since that has returned; keep the path, and read it by a FileProcessor");
        }
        return source;
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public Path relative() {
        return root.relativize(path);
    }

    @Override
    public BasicFileAttributes attributes() {
        return attributes;
    }

    @Override
    public FileResult forEachChunk(ChunkHandler handler) {
        return note(files.forEachChunk(open(), handler));
    }

    @Override
    public FileResult forEachLine(LineHandler handler) {
        return note(files.forEachLine(open(), handler));
    }

    @Override
    public FileResult forEachText(TextHandler handler) {
        return note(files.forEachText(open(), handler));
    }

    @Override
    public FileResult forEachRecord(Splitter splitter, ChunkHandler handler) {
        return note(files.forEachRecord(open(), splitter, handler));
    }

    @Override
    public <R> Processed<R> process(FileHandler<R> handler) {
        Processed<R> processed = files.process(open(), handler);
        note(processed.result());
        return processed;
    }

    @Override
    public TextResult readText() {
        TextResult text = files.readText(open());
        note(text.result());
        long size = 2L * text.text().length();
        held += size;
        batch.hold(size);
        return text;
    }

    @Override
    public FileResult validate() {
        return note(files.validate(open()));
    }

    @Override
    public long countLines() throws IOException {
        if (files instanceof Processor ours) {
            return note(ours.count(open())).orThrow().lines();
        }
        try {
            long lines = files.countLines(open());
            bytes += attributes.size(); // as far as is known
            return lines;
        } catch (FileFailedException failed) {
            note(failed.result());
            throw failed;
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
