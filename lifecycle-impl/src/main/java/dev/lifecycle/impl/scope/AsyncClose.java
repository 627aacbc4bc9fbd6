package dev.lifecycle.impl.scope;

import dev.lifecycle.scope.CloseReport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** A close on another thread. */
final class AsyncClose {

    private AsyncClose() {}

    static CompletionStage<CloseReport> start(BaseScope scope, Executor executor) {
        CompletableFuture<CloseReport> done = new CompletableFuture<>();
        Runnable work;
        if (scope.beginClose(false)) {
            scope.thread = null; // nobody runs the closers yet
            work = () -> {
                scope.thread = Thread.currentThread();
                CloseReport report = new CloseRun(scope, null).run().report();
                done.complete(report);
            };
        } else {
            work = () -> {
                Waits.untilClosed(scope); // somebody else closes it, and gets the failures
                done.complete(new CloseReport(CloseRun.UNMARKED, 0, 0, List.of(), List.of(), Duration.ZERO));
            };
        }
        try {
            executor.execute(work);
        } catch (RuntimeException
                | Error refused) { // a full or stopped executor: what is owned must be released all the same
            work.run();
        }
        return done.minimalCompletionStage();
    }
}
