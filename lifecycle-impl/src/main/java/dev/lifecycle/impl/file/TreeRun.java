package dev.lifecycle.impl.file;

import dev.lifecycle.Pressure;
import dev.lifecycle.file.Batch;
import dev.lifecycle.file.BatchHook;
import dev.lifecycle.file.CheckpointException;
import dev.lifecycle.file.FileFailure;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.ProcessingReport;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.TreeHandler;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.spi.Glob;
import dev.lifecycle.spi.TreeProcessorConfig;
import dev.lifecycle.task.Timer;
import dev.lifecycle.time.TimeSource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One run over a tree: walks, has batches worked with, commits them, and reports. */
final class TreeRun<R> {
    /*
     * `ending` is set once, by whoever ends the run: a worker, its thread, a timer, who closes the processor. Whoever sets it cancels then what workers do; whoever begins a file looks at it
     * then (see Worker). `batch` is the one in progress, for those who shrink.
     *
     * All else belongs to the thread of the run, which walks, and commits while no worker works: so hooks, the journal and the tally see one thread. `pending` are entries
     * that were found and are in no batch yet, at most those of two; a batch takes them from its beginning, and gives back those it has not begun.
     *
     * A batch is committed when its hook has returned, its scope is closed, and its record is written; in this order. Only then `sequence` grows.
     */
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.file");

    private final TreeProcessorConfig config;
    private final TimeSource clock;
    private final Path given;
    private final Path root;
    private final long began;
    private final long deadline; // Long.MAX_VALUE from its beginning for none
    private final boolean isTimed;
    private final AtomicReference<@Nullable Ending> ending = new AtomicReference<>();
    private final Ticker ticker;
    private final Relief relief;
    private final Crew crew;
    private final List<Worker<R>> workers = new ArrayList<>();
    private final Thread runner = Thread.currentThread();
    private final Tally committed; // and, at the end, what is not
    private final Deque<Entry> pending = new ArrayDeque<>();
    private volatile @Nullable BatchWork batch;
    private volatile long sequence; // of the last batch that is committed
    private long resumed; // batches
    private long uncommitted; // entries
    private long peak;
    private @Nullable Path last; // entry that is committed
    private boolean first = true; // no batch of this run is committed

    TreeRun(TreeProcessorConfig config, Path root, TreeHandler<R> handler, Supplier<Pressure> squeezed) {
        this.config = config;
        clock = config.timeSource();
        given = root;
        this.root = absolute(root);
        began = clock.nanos();
        isTimed = config.timeoutNanos() != Long.MAX_VALUE;
        deadline = began + config.timeoutNanos();
        ticker = new Ticker(config, this.root, began);
        relief = new Relief(config, squeezed, ticker);
        committed = new Tally(config.detail());
        for (int i = 0; i < config.parallelism(); i++) {
            workers.add(new Worker<>(this, config.files(), this.root, config.allowEscape(), handler));
        }
        crew = new Crew(config.name(), config.parallelism(), this::work, () -> end(Ending.INTERRUPTED));
    }

    /** Without dots, but where what they mean depends on links. */
    private static Path absolute(Path root) {
        Path absolute = root.toAbsolutePath();
        for (Path each : absolute) {
            if ("..".equals(each.toString())) {
                try {
                    return absolute.toRealPath();
                } catch (IOException gone) {
                    return absolute;
                }
            }
        }
        return absolute.normalize();
    }

    // ---- its end

    @Nullable
    Ending ending() {
        return ending.get();
    }

    boolean isEnding() {
        return ending.get() != null;
    }

    /** Ends it, once, from any thread. */
    void end(Ending why) {
        if (!ending.compareAndSet(null, why)) {
            return;
        }
        for (Worker<R> each : workers) {
            each.cancel();
        }
        crew.interrupt();
        clock.unpark(runner); // it may wait for memory
    }

    /** Looks whether it is to end; for its workers. */
    private boolean seesEnd() {
        if (ending.get() != null) {
            return true;
        }
        if (Thread.currentThread().isInterrupted()) {
            end(Ending.INTERRUPTED);
        } else if (isTimed && clock.nanos() - deadline >= 0) {
            end(Ending.LATE);
        }
        return ending.get() != null;
    }

    void checkpoint() throws InterruptedException {
        if (seesEnd()) {
            Ending why = ending.get();
            throw new InterruptedException("the run of " + config.name() + " ends"
                    + (why == null ? "" : " (" + why.state() + ", " + why.reason() + ")"));
        }
    }

    /** Ends the batch in progress after the files in progress. */
    void endBatchEarly() {
        BatchWork now = batch;
        if (now != null) {
            now.endEarly();
        }
    }

    // ---- for workers

    long now() {
        return clock.nanos();
    }

    /** Whether a batch that has begun is to end before {@code next}. */
    boolean endsBatch(BatchWork of, Entry next) {
        return seesEnd() || relief.isScarce() || next.isFile() && isSpent(of.bytes.get());
    }

    private boolean isSpent(long ofBatch) {
        return committed.bytes + ofBatch >= config.maxTotalBytes();
    }

    /** An entry has its result. */
    void ended(Entry entry, FileResult result) {
        if (entry.isFile()) {
            ticker.ended(entry.path(), result.bytesRead());
        }
        boolean failed = result.outcome() == Outcome.FAILED || result.outcome() == Outcome.TIMED_OUT;
        if (failed && config.failFast()) {
            end(Ending.FAIL_FAST);
        }
    }

    private void work(int worker) {
        BatchWork now = batch;
        if (now != null) {
            workers.get(worker).work(now);
        }
    }

    // ---- the run

    ProcessingReport run() {
        Journal journal = null;
        Rows rows = null;
        Timer timer = null;
        try {
            long[] kept = {0};
            if (config.checkpoint() != null && !seesEnd()) {
                journal = open(config.checkpoint(), kept);
                refuseSame(config.checkpoint(), config.reportTo());
            }
            rows = new Rows(config.reportTo(), kept[0]);
            if (journal != null && journal.isCompleted()) {
                end(Ending.COMPLETED);
            }
            timer = isTimed && !isEnding() ? timer() : null;
            run(journal, rows);
            return report(rows);
        } finally {
            crew.close();
            if (timer != null) {
                timer.close();
            }
            if (rows != null) {
                rows.close();
            }
            if (journal != null) {
                journal.close();
            }
        }
    }

    /** Each would write over the other. */
    private static void refuseSame(Path checkpoint, @Nullable Path report) {
        try {
            if (report == null || !Files.exists(report) || !Files.isSameFile(checkpoint, report)) {
                return;
            }
        } catch (IOException unknown) {
            return; // it cannot be written then, which is told
        }
        throw new CheckpointException(
                "checkpoint " + checkpoint + " and reportTo " + report + " are the same file; give each one of its own",
                null);
    }

    /** So that a read in progress ends as well. */
    private Timer timer() {
        Timer timer = Timer.builder(config.name()).timeSource(clock).open();
        timer.schedule(Duration.ofNanos(config.timeoutNanos()), () -> end(Ending.LATE), action -> {
            Thread ender = new Thread(action, "lifecycle-files-" + config.name() + "-late");
            ender.setDaemon(true);
            ender.start();
        });
        return timer;
    }

    private void run(@Nullable Journal journal, Rows rows) {
        if (seesEnd()) {
            return;
        }
        TreeWalk walk = new TreeWalk(config, root, last, this::seesEnd);
        if (config.precount()) {
            count();
        }
        ticker.begin();
        fill(walk);
        while (!seesEnd()) {
            if (pending.isEmpty()) {
                complete(walk, journal, rows);
                return;
            }
            relief.await(this::seesEnd);
            if (seesEnd()) {
                return;
            }
            List<Entry> entries = cut();
            if (entries.isEmpty()) {
                end(Ending.LIMITED);
                return;
            }
            run(entries, walk, journal, rows);
        }
    }

    private void run(List<Entry> entries, TreeWalk walk, @Nullable Journal journal, Rows rows) {
        long start = clock.nanos();
        BatchWork work = new BatchWork(this, sequence + 1, config.memoryBudget(), entries);
        boolean counted = false;
        batch = work;
        try {
            crew.round(relief.isOnFloor() ? 1 : entries.size(), () -> fill(walk));
            batch = null;
            long took = Math.max(0, clock.nanos() - start);
            List<FileResult> results = work.results();
            Tally tally = new Tally(0);
            for (int i = 0; i < results.size(); i++) {
                Entry entry = entries.get(i);
                tally.add(entry.passed());
                tally.add(results.get(i), entry.isFile());
                committed.remember(results.get(i), entry.isFile());
            }
            peak = Math.max(peak, work.peak());
            rootFailed(results, entries);
            counted = commit(work, results, tally, took, journal, rows);
            committed.add(tally);
            if (!counted) {
                uncommitted += results.size();
            }
        } finally {
            batch = null;
            close(work);
        }
        for (int i = entries.size() - 1; i >= work.taken(); i--) {
            pending.push(entries.get(i));
        }
    }

    /** Has the batch worked with as a whole; returns whether it is done for good. */
    private boolean commit(
            BatchWork work, List<FileResult> results, Tally tally, long took, @Nullable Journal journal, Rows rows) {
        if (seesEnd() || results.isEmpty()) {
            return false;
        }
        BatchHook hook = config.hook();
        try {
            if (hook != null) {
                hook.batch(new Batch(
                        sequence + 1,
                        results.size(),
                        tally.bytes,
                        Duration.ofNanos(took),
                        work.allocated.get() < 0 ? -1 : work.allocated.get(),
                        work.peak(),
                        work.charged(),
                        first && journal != null && journal.isBegunBefore(),
                        results,
                        work.values()));
            }
            work.scope().close();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            end(Ending.INTERRUPTED);
            return false;
        } catch (Throwable ofUser) {
            if (ofUser instanceof VirtualMachineError failure && !(ofUser instanceof StackOverflowError)) {
                throw failure;
            }
            end(Ending.failed(ofUser));
            return false;
        }
        long next = sequence + 1;
        Path lastOfBatch = work.entries.get(results.size() - 1).path();
        rows.append(next, work.entries, results);
        if (journal != null) {
            try {
                journal.append(JournalRecord.of(false, next, lastOfBatch.toUri().toString(), tally, rows.length()));
            } catch (IOException | RuntimeException failed) { // a path of another file system may have no address
                end(Ending.failed(new IOException("checkpoint " + config.checkpoint() + " cannot be written", failed)));
                return false;
            }
        }
        sequence = next;
        first = false;
        return true;
    }

    /** A root that cannot be read is no tree: that is more than a file that failed. */
    private void rootFailed(List<FileResult> results, List<Entry> entries) {
        for (int i = 0; i < results.size(); i++) {
            if (entries.get(i).path().equals(root)) {
                FileFailure failure = results.get(i).failure();
                end(Ending.failed(new IOException("root " + given + " cannot be read: "
                        + (failure == null ? results.get(i).reason() : failure.type() + ": " + failure.message()))));
            }
        }
    }

    /** Closes what a batch owns, if that was not done. */
    private static void close(BatchWork work) {
        try {
            work.scope().close();
        } catch (Throwable failed) {
            if (failed instanceof VirtualMachineError error && !(failed instanceof StackOverflowError)) {
                throw error;
            }
            LOG.warn("what batch " + work.batch() + " owned could not be closed, after the run had ended", failed);
        }
    }

    /** All was seen. */
    private void complete(TreeWalk walk, @Nullable Journal journal, Rows rows) {
        Tally tail = new Tally(0);
        tail.add(walk.takePassed());
        committed.add(tail);
        if (journal != null) {
            try {
                journal.append(JournalRecord.of(true, sequence, "", tail, rows.length()));
            } catch (IOException failed) {
                end(Ending.failed(new IOException("checkpoint " + config.checkpoint() + " cannot be written", failed)));
                return;
            }
        }
        end(Ending.COMPLETED);
    }

    // ---- entries

    /** Walks until there are enough for a batch. */
    private void fill(TreeWalk walk) {
        while (pending.size() < config.batchSize() && !isEnding()) {
            Entry entry = walk.next();
            if (entry == null) {
                return;
            }
            pending.add(entry);
        }
    }

    /** Takes those of a batch; none if no file may be handed over any more. */
    private List<Entry> cut() {
        List<Entry> entries = new ArrayList<>(Math.min(pending.size(), config.batchSize()));
        long bytes = 0;
        long files = committed.files;
        while (!pending.isEmpty() && entries.size() < config.batchSize()) {
            Entry next = pending.element();
            long sum = bytes + next.size();
            boolean isOver = sum > config.batchBytes() || sum < 0;
            boolean isLast = next.isFile() && (files >= config.maxFiles() || isSpent(0));
            if (isLast || isOver && !entries.isEmpty()) {
                break;
            }
            entries.add(pending.remove());
            bytes = sum;
            files += next.isFile() ? 1 : 0;
        }
        return entries;
    }

    private void count() {
        TreeWalk walk = new TreeWalk(config, root, null, this::seesEnd);
        long files = 0;
        for (Entry each = walk.next(); each != null; each = walk.next()) {
            files += each.isFile() ? 1 : 0;
        }
        if (!isEnding()) {
            ticker.total(files);
        }
    }

    // ---- what was before

    private Journal open(Path checkpoint, long[] reportLength) {
        Journal journal = Journal.open(checkpoint, config.durability(), description(), record -> {
            committed.add(record.outcomes(), record.reasons());
            committed.files += record.files();
            committed.bytes += record.bytes();
            committed.directories += record.directories();
            reportLength[0] = record.reportLength();
        });
        boolean good = false;
        try {
            resumed = journal.sequence();
            sequence = resumed;
            ticker.resumed(committed.files, committed.bytes);
            String uri = journal.last();
            last = uri == null || journal.isCompleted() ? null : relative(checkpoint, uri);
            good = true;
            return journal;
        } finally {
            if (!good) {
                journal.close();
            }
        }
    }

    private Path relative(Path checkpoint, String uri) {
        try {
            Path path = root.getFileSystem().provider().getPath(URI.create(uri));
            if (path.startsWith(root) && !path.equals(root)) {
                return root.relativize(path);
            }
            throw new IllegalArgumentException("it is not below " + root);
        } catch (RuntimeException wrong) {
            throw new CheckpointException(
                    "checkpoint " + checkpoint + " is damaged: its last entry is " + uri + ". Delete it to begin anew",
                    wrong);
        }
    }

    /** All that decides what is seen, and in which order. */
    private Map<String, String> description() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("root", root.toUri().toString());
        all.put("root key", key());
        all.put("include", described(config.include()));
        all.put("exclude", described(config.exclude()));
        all.put("filter", config.filter() == null ? "none" : "some");
        all.put("followLinks", Boolean.toString(config.followLinks()));
        all.put("allowEscape", Boolean.toString(config.allowEscape()));
        all.put("maxDepth", Integer.toString(config.maxDepth()));
        return all;
    }

    private static String described(List<Glob> globs) {
        return globs.stream()
                .map(glob -> glob.toString().replace("\\", "\\\\").replace(",", "\\,"))
                .toList()
                .toString();
    }

    private String key() {
        try {
            Object key = Files.readAttributes(root, java.nio.file.attribute.BasicFileAttributes.class)
                    .fileKey();
            return key == null ? "unknown" : key.toString();
        } catch (IOException | RuntimeException unreadable) {
            return "unknown";
        }
    }

    // ---- its report

    private ProcessingReport report(Rows rows) {
        ticker.last();
        Ending end = ending.get();
        if (end == null) {
            throw new AssertionError("the run has no end");
        }
        return new ProcessingReport(
                end.state(),
                committed.outcomes(),
                committed.reasons(),
                committed.bytes,
                committed.directories,
                sequence,
                resumed,
                uncommitted,
                Duration.ofNanos(Math.max(0, clock.nanos() - began)),
                Duration.ofNanos(relief.waitedNanos()),
                peak,
                committed.reasons().getOrDefault(Reason.STUCK, 0L),
                ticker.failures(),
                rows.lost(),
                end.cause() == null ? null : FileFailure.of(end.cause()),
                committed.detailed(),
                committed.slowest());
    }

    /** For the tree: where it stands. */
    String describe() {
        return given + ", batch " + (sequence + 1);
    }

    boolean invariantsHold() {
        BatchWork now = batch;
        return crew.invariantsHold() && (now == null || now.invariantsHold());
    }
}
