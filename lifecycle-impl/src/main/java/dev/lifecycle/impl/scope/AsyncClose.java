package dev.lifecycle.impl.scope;

import dev.lifecycle.scope.CloseReport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A close that an executor is to run: by whoever comes first, its thread or one that waits for the scope. */
final class AsyncClose {
    private final BaseScope scope;
    private final CompletableFuture<CloseReport> done;
    private final AtomicBoolean begun = new AtomicBoolean();

    @SuppressWarnings("UnusedVariable") // it is there to be let go
    private byte @Nullable [] reserve = new byte[512]; // room for a report without lists

    final CloseRun run; // made before the close begins: without memory the scope stays open

    private AsyncClose(BaseScope scope, CompletableFuture<CloseReport> done) {
        this.scope = scope;
        this.done = done;
        this.run = new CloseRun(scope, null, this);
    }

    static CompletionStage<CloseReport> start(BaseScope scope, Executor executor) {
        CompletableFuture<CloseReport> done = new CompletableFuture<>();
        CompletionStage<CloseReport> stage = done.minimalCompletionStage();
        AsyncClose close = new AsyncClose(scope, done);
        Runnable work = close::run;
        Node spare = scope.node == null ? new Node(scope, null, null) : null; // nothing is allocated once it closes
        if (scope.isConfinedHere() && scope.isOpen()) {
            Transfer.free(Transfer.confinedBelow(scope)); // their owner goes on while another thread closes them
        }
        if (scope.beginClose(false)) {
            close.run.ended(scope.marked());
            Node cold = scope.node == null && spare != null ? spare : scope.node();
            cold.outcome = close; // in the place of the mark, which this close has taken over
            scope.node = cold;
            scope.threadRelease(null); // nobody runs the closers yet
        } else {
            work = () -> {
                Waits.untilSettled(scope, false); // somebody else closes it, and gets the failures
                done.complete(new CloseReport(CloseRun.UNMARKED, 0, 0, List.of(), List.of(), Duration.ZERO));
            };
        }
        try {
            executor.execute(work);
        } catch (Throwable refused) { // a full or stopped executor: what is owned must be released all the same
            work.run();
        }
        return stage;
    }

    /** Runs the closers, unless another thread has begun to. */
    void run() {
        if (begins()) {
            run.run();
        }
    }

    /** Whether the calling thread, and nobody else, is to go through {@link #run}. */
    boolean begins() {
        if (!begun.compareAndSet(false, true)) {
            return false;
        }
        scope.threadRelease(Thread.currentThread());
        return true;
    }

    /** Tells of the end of the run. */
    void complete() {
        try {
            CloseReport report = run.report();
            run.log(report);
            done.complete(report);
        } catch (VirtualMachineError full) { // whoever waits must not wait for ever: the counts alone, then
            reserve = null;
            done.complete(run.counts());
        }
    }
}
