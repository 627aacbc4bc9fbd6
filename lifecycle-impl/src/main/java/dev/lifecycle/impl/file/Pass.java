package dev.lifecycle.impl.file;

import dev.lifecycle.file.BinaryPolicy;
import dev.lifecycle.file.FileFailure;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.Source;
import dev.lifecycle.spi.FileProcessorConfig;
import dev.lifecycle.task.TaskHandle;
import java.nio.charset.Charset;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One source, read once: from its opening to its result. */
abstract class Pass {
    /*
     * Belongs to one thread, but for the turns of its feed: by those another thread cancels it, and closes its file while this one is in code of a
     * user. Its figures are also read by one who does not wait for it any longer.
     */
    final FileProcessorConfig config;
    final Source source;
    final Feed feed;
    private final long began;

    /** Who runs it: calls of this thread are made by a handler. */
    volatile @Nullable Thread thread;

    volatile @Nullable TaskHandle<?> task; // that runs it, if one does
    volatile @Nullable FileResult result; // once it has ended

    long lines; // these are written by its thread; racy for others
    long chars;
    long malformed;
    long firstMalformed = -1;

    Pass(FileProcessorConfig config, @Nullable Pace pace, Source source, long timeoutNanos) {
        this.config = config;
        this.source = source;
        began = config.timeSource().nanos();
        feed = new Feed(config, source, pace, began + timeoutNanos);
    }

    /** Reads and hands out everything. The source is open. */
    abstract void handOut(Workspace space) throws Stop;

    /** After all was handed out; a result that is {@link FileResult#ok}. */
    void end(FileResult result) throws Stop {}

    /** In the place of {@link #end}; after {@link #handOut} has begun. */
    void abort(FileResult result) {}

    /** What it may hold on to is not valid any more. */
    abstract void expire();

    /** What cut it short, beside the size of the file; {@link Reason#NONE} if nothing did. */
    Reason cutShort() {
        return Reason.NONE;
    }

    /** Does it all. Throws only if the virtual machine fails. */
    final FileResult run(Workspace space) {
        thread = Thread.currentThread();
        boolean begun = false;
        boolean ending = false;
        FileResult ended;
        try {
            open();
            begun = true;
            handOut(space);
            ended = completed(feed.finish());
            feed.close();
            ending = true;
            end(ended);
        } catch (Stop stopped) {
            feed.close();
            ended = stopped(stopped);
            if (begun && !ending) {
                abort(ended);
            }
        } catch (VirtualMachineError failure) {
            feed.close();
            if (begun && !ending) {
                abortAfter(failure);
            }
            throw failure;
        } finally {
            expire();
            feed.close();
            thread = null;
        }
        result = ended;
        return ended;
    }

    private void abortAfter(VirtualMachineError failure) {
        try {
            abort(result(Outcome.FAILED, Reason.HANDLER, failure));
        } catch (Throwable another) { // mostly for want of memory, again
            failure.addSuppressed(another);
        }
    }

    final boolean isCancelled() {
        return feed.isCancelled();
    }

    final void open() throws Stop {
        boolean may = feed.beginRead(); // whoever cancels it meanwhile finds it open, and closes it
        if (may) {
            try {
                feed.open();
            } finally {
                feed.endRead();
            }
        }
        if (feed.isCancelled()) {
            throw new Stop(Outcome.CANCELLED, Reason.SCOPE_CLOSED);
        }
    }

    /** After all was handed out. */
    final FileResult completed(Reason byFeed) {
        Reason reason = cutShort();
        if (byFeed == Reason.OVERSIZE || reason == Reason.NONE) {
            reason = byFeed;
        }
        return result(outcome(reason), reason, null);
    }

    private static Outcome outcome(Reason ofCompleted) {
        return ofCompleted == Reason.NONE
                ? Outcome.DONE
                : ofCompleted == Reason.CHANGED ? Outcome.CHANGED_WHILE_READING : Outcome.TRUNCATED;
    }

    final FileResult stopped(Stop stopped) {
        return result(stopped.outcome, stopped.reason, stopped.failure);
    }

    final FileResult result(Outcome outcome, Reason reason, @Nullable Throwable failure) {
        return new FileResult(
                source.label(),
                outcome,
                reason,
                feed.bytes,
                feed.size,
                lines,
                chars,
                malformed,
                firstMalformed,
                Duration.ofNanos(Math.max(0, config.timeSource().nanos() - began)),
                failure == null ? null : FileFailure.of(failure));
    }

    /** Ends it, from another thread or from within its handler. */
    final void cancel() {
        if (feed.cancel()) {
            feed.close();
        }
        Thread waiting = thread;
        if (waiting != null) {
            config.timeSource().unpark(waiting); // for its turn, see Pace
        }
        TaskHandle<?> running = task;
        if (running != null && waiting != Thread.currentThread()) {
            running.cancel("the processor was closed");
        }
    }

    // ---- for those who hand out

    /** What becomes of a file whose handler threw {@code thrown}. */
    final Stop ofHandler(Throwable thrown) {
        if (thrown instanceof VirtualMachineError failure && !(thrown instanceof StackOverflowError)) {
            throw failure;
        }
        if (thrown instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            return feed.interrupted(thrown);
        }
        return new Stop(Outcome.FAILED, Reason.HANDLER, thrown);
    }

    /** Refuses what is no text, if that is to be refused; {@code bytes} begin the file, and are enough. */
    final void sniff(byte[] bytes, int from, int to) throws Stop {
        Bom mark = Bom.of(bytes, from, to);
        if (config.binary() == BinaryPolicy.PROCESS || isWide(mark == null ? config.charset() : mark.charset())) {
            return;
        }
        for (int at = from; at < to; at++) {
            if (bytes[at] == 0) {
                throw new Stop(config.binary() == BinaryPolicy.SKIP ? Outcome.SKIPPED : Outcome.FAILED, Reason.BINARY);
            }
        }
    }

    private static boolean isWide(Charset charset) {
        Newlines newlines = Newlines.of(Bom.unmarked(charset));
        return newlines != null && newlines.unit() > 1;
    }
}
