package dev.lifecycle.impl.file;

import dev.lifecycle.Kind;
import dev.lifecycle.Pressure;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.file.ChangePolicy;
import dev.lifecycle.file.ChunkHandler;
import dev.lifecycle.file.FileFailedException;
import dev.lifecycle.file.FileHandler;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileProcessorClosedException;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.LineEnd;
import dev.lifecycle.file.LineHandler;
import dev.lifecycle.file.LineReader;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Processed;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.Source;
import dev.lifecycle.file.Splitter;
import dev.lifecycle.file.TextHandler;
import dev.lifecycle.file.TextResult;
import dev.lifecycle.impl.scope.Place;
import dev.lifecycle.impl.time.SteadyClock;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.FileProcessorConfig;
import dev.lifecycle.task.Permit;
import dev.lifecycle.task.RejectedTaskException;
import dev.lifecycle.task.TaskCancelledException;
import dev.lifecycle.task.TaskFailedException;
import dev.lifecycle.task.TaskHandle;
import dev.lifecycle.task.TaskManager;
import dev.lifecycle.task.TaskSpec;
import dev.lifecycle.task.TaskTimeoutException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Runs a {@link Pass} for each call: within the budget, and as long as the processor is open. */
public final class Processor implements FileProcessor {
    /*
     * A pass has a workspace, and is among the `buffers.passes()`, from before it opens its file until that is closed. Who takes one sees `closing`
     * after that, or is seen by who closes, by the lock of the buffers. So no file is open once close() has returned, but those whose thread stands
     * in a read.
     */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1); // for a task to hear its interrupt

    private final FileProcessorConfig config;
    private final @Nullable Pace pace;
    private final Admission admission;
    private final Buffers buffers;
    private final Set<Source> cancelled = ConcurrentHashMap.newKeySet(); // by identity; of trees, see cancelCallsOn
    private final LongAdder files = new LongAdder();
    private final LongAdder notOk = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private volatile boolean closing;
    private final Place place;

    @SuppressWarnings("this-escape") // it asks for this only when it is used
    private Processor(FileProcessorConfig given) {
        config = given.withTimeSource(SteadyClock.of(given.timeSource()));
        pace = config.maxBytesPerSecond() == Long.MAX_VALUE
                ? null
                : new Pace(config.maxBytesPerSecond(), config.timeSource().nanos());
        admission = new Admission(config);
        buffers = new Buffers(config, admission.most());
        place = new Place(this, this::end, config.timeSource());
    }

    /** See {@link dev.lifecycle.file.FileProcessorBuilder#open(Scope)}. */
    public static FileProcessor open(FileProcessorConfig config, @Nullable Scope owner) {
        Processor processor = new Processor(config);
        processor.place.enter(owner, processor, FileProcessor.class);
        return processor;
    }

    // ---- calls

    @Override
    public FileResult forEachChunk(Source source, ChunkHandler handler) {
        accept(source, handler, "handler");
        return run(new ChunkPass(config, pace, source, config.chunkSize(), false, handler));
    }

    @Override
    public FileResult forEachLine(Source source, LineHandler handler) {
        acceptLines(source, handler, "handler");
        return run(new LinePass(config, pace, source, config.timeoutNanos(), handler));
    }

    @Override
    public FileResult forEachText(Source source, TextHandler handler) {
        accept(source, handler, "handler");
        return run(new TextPass(config, pace, source, handler));
    }

    @Override
    public FileResult forEachRecord(Source source, Splitter splitter, ChunkHandler handler) {
        accept(source, handler, "handler");
        accept(source, splitter, "splitter");
        int size = Math.max(splitter.size(), splitter.max());
        if (size > config.bufferSize()) {
            throw refused(
                    source,
                    new IllegalArgumentException("the splitter has records of " + size + " bytes, " + name() + " reads "
                            + config.bufferSize() + " at a time; raise readSize to the size of a record"));
        }
        return run(records(source, splitter, handler));
    }

    private Pass records(Source source, Splitter splitter, ChunkHandler handler) {
        if (splitter.size() > 0) {
            return new ChunkPass(config, pace, source, splitter.size(), true, handler);
        }
        return splitter.max() > 0
                ? new ContentPass(config, pace, source, splitter, handler)
                : new DelimitedPass(config, pace, source, LineEnd.of(splitter.delimiter()), handler);
    }

    @Override
    public <R> Processed<R> process(Source source, FileHandler<R> handler) {
        accept(source, handler, "handler");
        HandlerPass<R> pass = new HandlerPass<>(config, pace, source, handler);
        FileResult result = run(pass);
        return new Processed<>(result.ok() ? Optional.ofNullable(pass.value) : Optional.empty(), result);
    }

    @Override
    public TextResult readText(Source source) {
        accept(source, source, "source");
        ReadPass pass = new ReadPass(config, pace, source);
        FileResult result = run(pass);
        return new TextResult(pass.text(), result.outcome() == Outcome.TRUNCATED, result);
    }

    @Override
    public FileResult validate(Source source) {
        accept(source, source, "source");
        return run(new ValidatePass(config, pace, source));
    }

    @Override
    public long countLines(Source source) throws IOException {
        return count(source).orThrow().lines();
    }

    /** As {@link #countLines}, with all that became of it. */
    FileResult count(Source source) {
        acceptLines(source, source, "source");
        return run(new CountPass(config, pace, source));
    }

    /** Before a pass closes {@code source}, whatever happens, this does if it is not to begin. */
    private void accept(Source source, @Nullable Object with, String name) {
        Objects.requireNonNull(source, "source");
        if (with == null) {
            throw refused(source, new NullPointerException(name));
        }
        if (closing) {
            throw refused(source, new FileProcessorClosedException(place.closed() + "; nothing was read"));
        }
    }

    private void acceptLines(Source source, @Nullable Object with, String name) {
        accept(source, with, name);
        if (config.lineEnd().delimiter().length == 0 && Newlines.of(Bom.unmarked(config.charset())) == null) {
            throw refused(
                    source,
                    new IllegalArgumentException("charset of " + name() + " is " + config.charset()
                            + ", whose lines cannot be found by their bytes; use forEachText, or a LineEnd of bytes"));
        }
    }

    private static RuntimeException refused(Source source, RuntimeException why) {
        Feed.close(source);
        return why;
    }

    /** Whether nobody looks if files change. */
    boolean isUnchecked() {
        return config.onChange() == ChangePolicy.UNCHECKED;
    }

    // ---- running a pass

    private FileResult run(Pass pass) {
        TaskManager tasks = config.tasks();
        FileResult result;
        try {
            result = tasks == null || isByHandler() ? runHere(pass) : runAsTask(pass, tasks);
        } catch (Stop stopped) {
            result = pass.stopped(stopped);
        } catch (RuntimeException | Error failure) { // for want of memory, or of a task manager by others
            pass.cancel();
            throw failure;
        }
        files.increment();
        bytes.add(result.bytesRead());
        if (!result.ok()) {
            notOk.increment();
        }
        return result;
    }

    /** Whether this is a call that a handler makes. */
    private boolean isByHandler() {
        Thread caller = Thread.currentThread();
        for (Pass each : buffers.passes()) {
            if (each.thread == caller) {
                return true;
            }
        }
        return false;
    }

    private FileResult runHere(Pass pass) throws Stop {
        Permit permit = admit(pass, pass.feed.remaining());
        try {
            Workspace space = enter(pass);
            try {
                return pass.run(space);
            } finally {
                buffers.give(space);
            }
        } finally {
            if (permit != null) {
                permit.close();
            }
        }
    }

    private @Nullable Permit admit(Pass pass, long waitNanos) throws Stop {
        try {
            return admission.enter(waitNanos, this::isByHandler);
        } catch (Stop refused) {
            pass.feed.close(); // what is to be closed at the end
            throw refused;
        }
    }

    private Workspace enter(Pass pass) {
        Workspace space = buffers.take(pass);
        if (closing || !cancelled.isEmpty() && cancelled.contains(pass.source)) { // both volatile, after it was taken
            pass.cancel();
        }
        return space;
    }

    private FileResult runAsTask(Pass pass, TaskManager tasks) throws Stop {
        Duration time = Duration.ofNanos(Math.max(1, pass.feed.remaining()));
        TaskSpec spec = TaskSpec.of(name(), "files")
                .withHardTimeout(time.plusNanos(GRACE_NANOS))
                .withInterruptTimeout(time);
        TaskHandle<FileResult> handle;
        try {
            handle = tasks.submit(spec, context -> runAside(pass));
            pass.task = handle;
            if (closing) { // volatile, after it is known
                handle.cancel("the processor was closed");
            }
        } catch (RejectedTaskException refused) {
            pass.feed.close();
            throw new Stop(Outcome.FAILED, Reason.PRESSURE, refused);
        }
        try {
            return handle.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            pass.cancel();
            handle.cancel("the caller was interrupted");
            throw new Stop(Outcome.CANCELLED, Reason.INTERRUPTED);
        } catch (TaskTimeoutException late) {
            return late(pass);
        } catch (TaskCancelledException cancelled) {
            pass.cancel(); // it may not have begun
            FileResult known = pass.result;
            return known != null ? known : pass.result(Outcome.CANCELLED, Reason.SCOPE_CLOSED, null);
        } catch (TaskFailedException failed) {
            if (failed.getCause() instanceof Error error) {
                throw error;
            }
            throw new Stop(Outcome.FAILED, Reason.IO, failed.getCause());
        }
    }

    private FileResult runAside(Pass pass) {
        try {
            return runHere(pass);
        } catch (Stop stopped) {
            return pass.stopped(stopped);
        }
    }

    private static FileResult late(Pass pass) {
        FileResult known = pass.result;
        if (known != null) {
            return known;
        }
        pass.cancel();
        return pass.result(Outcome.TIMED_OUT, pass.thread == null ? Reason.TIMEOUT : Reason.STUCK, null);
    }

    /**
     * Ends the calls on {@code source}, those in progress and those to come, as {@link Outcome#CANCELLED}; their files are closed then, as by
     * {@link #close}. Until {@link #forget}.
     */
    void cancelCallsOn(Source source) {
        cancelled.add(source);
        for (Pass each : buffers.passes()) { // those that are added now see that it is cancelled
            if (each.source == source) {
                each.cancel();
            }
        }
    }

    /** There are no more calls on {@code source}. */
    void forget(Source source) {
        cancelled.remove(source);
    }

    // ---- lines that are asked for

    @Override
    public LineReader lines(Source source, Scope owner) throws IOException {
        acceptLines(source, owner, "owner");
        return open(new LinePass(config, pace, source, OpenLines.NO_TIMEOUT, null), owner);
    }

    @Override
    public LineReader linesReversed(Path file, Scope owner) throws IOException {
        Source source = Source.of(file);
        acceptLines(source, owner, "owner");
        if (ReversedPass.overlapsItself(config.lineEnd().delimiter())) {
            throw new IllegalArgumentException("lineEnd of " + name() + " is " + config.lineEnd()
                    + ", which overlaps itself: read from the end, it would make other lines; use lines");
        }
        return open(new ReversedPass(config, pace, source, OpenLines.NO_TIMEOUT), owner);
    }

    private LineReader open(LinePass pass, Scope owner) throws IOException {
        Permit permit;
        try {
            permit = admit(pass, config.timeoutNanos());
        } catch (Stop stopped) {
            throw new FileFailedException(pass.stopped(stopped));
        }
        OpenLines lines = new OpenLines(this, pass, permit, enter(pass));
        lines.open(owner);
        return new Reader(lines, place.path(), owner, pass.source.label());
    }

    /** Takes back what a reader had. */
    void done(LinePass pass, @Nullable Permit permit, Workspace space, FileResult result) {
        buffers.give(space);
        if (permit != null) {
            permit.close();
        }
        files.increment();
        bytes.add(result.bytesRead());
        if (!result.ok()) {
            notOk.increment();
        }
    }

    // ---- its life

    private void end() {
        closing = true;
        admission.close();
        for (Pass each : buffers.passes()) {
            each.cancel();
        }
        buffers.close();
    }

    @Override
    public long shrink(Pressure level, long bytesWanted) {
        if (level == Pressure.NORMAL) {
            return 0;
        }
        if (level == Pressure.EMERGENCY) {
            admission.emergency(true);
        }
        return buffers.shrink();
    }

    @Override
    public void restore() {
        admission.emergency(false);
        buffers.restore();
    }

    @Override
    public String name() {
        return config.name();
    }

    @Override
    public Kind kind() {
        return Kind.FILE_PROCESSOR;
    }

    @Override
    public State state() {
        return place.state();
    }

    @Override
    public Snapshot snapshot() {
        Map<String, Object> gauges = new LinkedHashMap<>();
        gauges.put("active", buffers.inUse());
        gauges.put("waiting", admission.waiting());
        gauges.put("max", admission.most());
        gauges.put("files", files.sum());
        gauges.put("notOk", notOk.sum());
        gauges.put("bytes", bytes.sum());
        gauges.put("idleBufferBytes", buffers.idleBytes());
        return place.snapshot(gauges);
    }

    @Override
    public void close() {
        place.close();
    }

    @Override
    public String toString() {
        return "FileProcessor " + name() + ", " + buffers.inUse() + " files open";
    }
}
