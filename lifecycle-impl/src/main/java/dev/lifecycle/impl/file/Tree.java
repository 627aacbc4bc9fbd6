package dev.lifecycle.impl.file;

import dev.lifecycle.Kind;
import dev.lifecycle.Pressure;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.ProcessingReport;
import dev.lifecycle.file.TreeHandler;
import dev.lifecycle.file.TreeProcessor;
import dev.lifecycle.file.TreeProcessorClosedException;
import dev.lifecycle.impl.scope.Place;
import dev.lifecycle.impl.time.SteadyClock;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.TreeProcessorConfig;
import dev.lifecycle.task.TaskContext;
import dev.lifecycle.task.TaskHandle;
import dev.lifecycle.task.TaskManager;
import dev.lifecycle.task.TaskSpec;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Runs a {@link TreeRun} for each call, as long as it is open. */
public final class Tree implements TreeProcessor {
    /*
     * A run is in `runs` from before it begins until it has ended. Who adds one sees `closing` after that, or is seen by who closes; both volatile.
     */
    private final TreeProcessorConfig config;
    private final Set<TreeRun<?>> runs = ConcurrentHashMap.newKeySet();
    private final LongAdder ended = new LongAdder();
    private final LongAdder entries = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private volatile @Nullable ProcessingReport latest;
    private volatile Pressure squeezed = Pressure.NORMAL;
    private volatile boolean closing;
    private final Place place;

    @SuppressWarnings("this-escape") // it asks for this only when it is used
    private Tree(TreeProcessorConfig given) {
        config = given.withTimeSource(SteadyClock.of(given.timeSource()));
        place = new Place(this, this::end, config.timeSource());
    }

    /** See {@link dev.lifecycle.file.TreeProcessorBuilder#open(Scope)}. */
    public static TreeProcessor open(TreeProcessorConfig config, @Nullable Scope owner) {
        Tree tree = new Tree(config);
        tree.place.enter(owner, tree, TreeProcessor.class);
        return tree;
    }

    @Override
    public <R> ProcessingReport process(Path root, TreeHandler<R> handler) {
        return process(root, handler, null);
    }

    @Override
    public <R> TaskHandle<ProcessingReport> submit(Path root, TreeHandler<R> handler, TaskManager tasks) {
        Objects.requireNonNull(root, "root");
        Objects.requireNonNull(handler, "handler");
        refuseClosed();
        return tasks.submit(TaskSpec.of(name(), "files"), task -> process(root, handler, task));
    }

    private <R> ProcessingReport process(Path root, TreeHandler<R> handler, @Nullable TaskContext task) {
        Objects.requireNonNull(root, "root");
        Objects.requireNonNull(handler, "handler");
        refuseClosed();
        TreeRun<R> run = new TreeRun<>(config, root, handler, () -> squeezed);
        runs.add(run);
        TaskContext.Registration registration = null;
        try {
            if (closing) { // volatile, after it was added
                run.end(Ending.CLOSED);
            }
            if (task != null) {
                registration = task.onCancel(() -> run.end(Ending.CLOSED));
            }
            ProcessingReport report = run.run();
            count(report);
            return report;
        } finally {
            runs.remove(run);
            if (registration != null) {
                registration.close();
            }
        }
    }

    private void count(ProcessingReport report) {
        latest = report;
        ended.increment();
        entries.add(report.entries());
        failed.add(report.count(Outcome.FAILED) + report.count(Outcome.TIMED_OUT));
        bytes.add(report.bytes());
    }

    @Override
    public Optional<ProcessingReport> latest() {
        return Optional.ofNullable(latest);
    }

    private void refuseClosed() {
        if (closing) {
            throw new TreeProcessorClosedException(place.closed() + "; nothing was walked");
        }
    }

    private void end() {
        closing = true;
        for (TreeRun<?> each : runs) {
            each.end(Ending.CLOSED);
        }
    }

    /**
     * What a batch holds is given up with it: so nothing is at once, but no batch in progress begins another file, and from {@link Pressure#CLEANUP}
     * on runs wait.
     */
    @Override
    public long shrink(Pressure level, long bytesWanted) {
        if (level != Pressure.NORMAL) {
            squeezed = level;
            runs.forEach(TreeRun::endBatchEarly);
        }
        return 0;
    }

    @Override
    public void restore() {
        squeezed = Pressure.NORMAL;
    }

    @Override
    public String name() {
        return config.name();
    }

    @Override
    public Kind kind() {
        return Kind.TREE_PROCESSOR;
    }

    @Override
    public State state() {
        return place.state();
    }

    @Override
    public Snapshot snapshot() {
        Map<String, Object> gauges = new LinkedHashMap<>();
        gauges.put("active", runs.size());
        gauges.put("ended", ended.sum());
        gauges.put("entries", entries.sum());
        gauges.put("failed", failed.sum());
        gauges.put("bytes", bytes.sum());
        runs.stream().findFirst().ifPresent(run -> gauges.put("at", run.describe()));
        return place.snapshot(gauges);
    }

    @Override
    public void close() {
        place.close();
    }

    @Override
    public String toString() {
        return "TreeProcessor " + name() + ", " + runs.size() + " runs";
    }
}
