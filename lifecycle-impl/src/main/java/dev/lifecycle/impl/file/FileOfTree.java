package dev.lifecycle.impl.file;

import dev.lifecycle.file.ChunkHandler;
import dev.lifecycle.file.FileFailedException;
import dev.lifecycle.file.FileHandler;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.LineHandler;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Processed;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.Source;
import dev.lifecycle.file.Splitter;
import dev.lifecycle.file.TextHandler;
import dev.lifecycle.file.TextResult;
import dev.lifecycle.file.TreeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A file while its handler works with it. */
final class FileOfTree implements TreeFile {
    /*
     * Belongs to the thread of its handler, but for `ended`, which others may read to be refused.
     *
     * Between the walk and a pass something else may have taken its place. So it is looked at again before it is opened: a pipe would hold the thread for ever, and a link
     * in the place of a directory may lead out of the root. A moment is left between the two, which no file system of the JDK can close.
     */
    private static final LinkOption[] NO_LINK = {LinkOption.NOFOLLOW_LINKS};
    private static final LinkOption[] ANY_LINK = {};

    private final FileProcessor files;
    private final Path root;
    private final Path path;
    private final BasicFileAttributes attributes;
    private final Source source;
    private final BatchWork batch;
    private final boolean isLink;
    private final @Nullable Links guard; // null where the root may be left
    private boolean hasLeft; // in the pass in progress
    private @Nullable FileResult result; // of the pass that counts
    private long bytes; // of all passes
    private long held; // as text
    private volatile boolean ended;

    FileOfTree(
            FileProcessor files,
            Path root,
            Entry entry,
            BasicFileAttributes attributes,
            Source source,
            BatchWork batch,
            @Nullable Links guard) {
        this.files = files;
        this.root = root;
        path = entry.path();
        isLink = entry.isLink();
        this.attributes = attributes;
        this.guard = guard;
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

    private FileResult note(FileResult of) {
        FileResult now = hasLeft ? left(of) : of;
        hasLeft = false;
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
        return files instanceof Processor ours && ours.isUnchecked() ? source : lookAgain();
    }

    /** Returns what is refused with its attributes, where something else has taken its place. */
    private Source lookAgain() {
        try {
            BasicFileAttributes now =
                    Files.readAttributes(path, BasicFileAttributes.class, isLink ? ANY_LINK : NO_LINK);
            if (now.isOther() || now.isDirectory()) {
                return Source.of(path, now);
            }
            boolean isSame = !isLink && Objects.equals(now.fileKey(), attributes.fileKey());
            if (guard != null && !isSame && !now.isSymbolicLink() && guard.leavesRoot(path)) {
                Source refused = Source.of(path, Files.readAttributes(root, BasicFileAttributes.class));
                hasLeft = true;
                return refused;
            }
        } catch (IOException | RuntimeException gone) {
            return source; // whoever opens it says why
        }
        return source;
    }

    private static FileResult left(FileResult refused) {
        return new FileResult(
                refused.path(),
                Outcome.SKIPPED,
                Reason.LEAVES_ROOT,
                0,
                refused.sizeAtOpen(),
                0,
                0,
                0,
                -1,
                refused.took(),
                null);
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
        return new Processed<>(processed.value(), note(processed.result()));
    }

    @Override
    public TextResult readText() {
        TextResult text = files.readText(open());
        FileResult now = note(text.result());
        long size = 2L * text.text().length();
        held += size;
        batch.hold(size);
        return new TextResult(text.text(), text.truncated(), now);
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
