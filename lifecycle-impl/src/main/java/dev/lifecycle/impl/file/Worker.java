package dev.lifecycle.impl.file;

import dev.lifecycle.file.FileFailedException;
import dev.lifecycle.file.FileFailure;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileProcessorClosedException;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.Source;
import dev.lifecycle.file.TreeHandler;
import java.nio.file.FileSystems;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One of those who work with the files of a run, one after the other. */
final class Worker<R> {
    /*
     * `current` is set by its thread before it calls the handler, and cleared after that, with the lock; who cancels it holds the lock as well, so that a source is cancelled only between
     * the two, and forgotten after that. Whoever sets it looks at isEnding() then; whoever ends the run looks at it after that: one of them sees the other.
     */
    private static final LinkOption[] NO_LINK = {LinkOption.NOFOLLOW_LINKS};
    private static final LinkOption[] ANY_LINK = {};

    private final TreeRun<R> run;
    private final FileProcessor files;
    private final Path root;
    private final TreeHandler<R> handler;
    private final boolean isDefault; // others do not all know how to open a file that must not be a link
    private final @Nullable Links guard;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Source current; // guarded by lock
    private boolean cancelled; // whether the processor was told of it; guarded by lock

    Worker(TreeRun<R> run, FileProcessor files, Path root, boolean mayLeave, TreeHandler<R> handler) {
        guard = mayLeave ? null : new Links(root);
        this.run = run;
        this.files = files;
        this.root = root;
        this.handler = handler;
        isDefault = root.getFileSystem().equals(FileSystems.getDefault());
    }

    /** Works with the entries of a batch until no other is to be begun. */
    void work(BatchWork batch) {
        long before = Allocations.ofThisThread();
        for (int i = batch.take(); i >= 0; i = batch.take()) {
            Entry entry = batch.entries.get(i);
            FileResult fault = entry.fault();
            if (fault != null) {
                batch.done(i, fault, null);
                run.ended(entry, fault);
            } else {
                file(batch, i, entry);
            }
        }
        long after = Allocations.ofThisThread();
        batch.allocated.addAndGet(before < 0 || after < 0 ? Long.MIN_VALUE / 1024 : after - before);
    }

    /** Ends what it does, from another thread. */
    void cancel() {
        if (!(files instanceof Processor ours)) {
            return;
        }
        lock.lock();
        try {
            Source source = current;
            if (source != null && !cancelled) {
                cancelled = true;
                ours.cancelCallsOn(source);
            }
        } finally {
            lock.unlock();
        }
    }

    private void begin(Source source) {
        lock.lock();
        try {
            current = source;
        } finally {
            lock.unlock();
        }
        if (run.isEnding()) {
            cancel();
        }
    }

    private void end(Source source) {
        lock.lock();
        try {
            current = null;
            if (cancelled && files instanceof Processor ours) {
                ours.forget(source);
            }
            cancelled = false;
        } finally {
            lock.unlock();
        }
    }

    private void file(BatchWork batch, int index, Entry entry) {
        BasicFileAttributes attributes = Objects.requireNonNull(entry.attributes(), "attributes");
        Source source = Source.of(entry.path(), attributes, entry.isLink() || !isDefault ? ANY_LINK : NO_LINK);
        FileOfTree file = new FileOfTree(files, root, entry, attributes, source, batch, guard);
        long began = run.now();
        Object value = null;
        Throwable thrown = null;
        begin(source);
        try {
            value = handler.file(file, batch);
        } catch (VirtualMachineError failure) {
            if (!(failure instanceof StackOverflowError)) {
                throw failure;
            }
            thrown = failure;
        } catch (Throwable ofUser) {
            thrown = ofUser;
        } finally {
            file.end();
            end(source);
        }
        FileResult result = result(file, entry, thrown, Duration.ofNanos(Math.max(0, run.now() - began)));
        batch.bytes.addAndGet(result.bytesRead());
        batch.done(index, result, value);
        run.ended(entry, result);
    }

    /** What became of a file whose handler has ended. */
    private FileResult result(FileOfTree file, Entry entry, @Nullable Throwable thrown, Duration took) {
        FileResult read = file.result();
        FileResult now =
                read == null ? of(entry.path().toString(), Outcome.DONE, Reason.NONE, entry.size(), null) : read;
        if (thrown instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            run.end(Ending.INTERRUPTED);
            now = with(now, Outcome.CANCELLED, Reason.INTERRUPTED, thrown);
        } else if (thrown instanceof FileProcessorClosedException) {
            run.end(Ending.failed(thrown)); // all that come after it would fail alike
            now = with(now, Outcome.CANCELLED, Reason.SCOPE_CLOSED, thrown);
        } else if (thrown != null && now.outcome() != Outcome.CANCELLED) {
            boolean told = thrown instanceof FileFailedException && !now.ok();
            now = told ? now : with(now, Outcome.FAILED, Reason.HANDLER, thrown);
        }
        Ending ending = run.ending();
        if (ending != null && now.outcome() == Outcome.CANCELLED) {
            now = ending.of(now);
        }
        return new FileResult(
                now.path(),
                now.outcome(),
                now.reason(),
                file.bytes(),
                now.sizeAtOpen(),
                now.lines(),
                now.chars(),
                now.malformed(),
                now.firstMalformed(),
                took,
                now.failure());
    }

    private static FileResult of(
            String path, Outcome outcome, Reason reason, long size, @Nullable FileFailure failure) {
        return new FileResult(path, outcome, reason, 0, size, 0, 0, 0, -1, Duration.ZERO, failure);
    }

    private static FileResult with(FileResult read, Outcome outcome, Reason reason, Throwable thrown) {
        return new FileResult(
                read.path(),
                outcome,
                reason,
                read.bytesRead(),
                read.sizeAtOpen(),
                read.lines(),
                read.chars(),
                read.malformed(),
                read.firstMalformed(),
                read.took(),
                FileFailure.of(thrown));
    }
}
