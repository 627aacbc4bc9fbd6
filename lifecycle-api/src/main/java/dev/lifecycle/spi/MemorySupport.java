package dev.lifecycle.spi;

import dev.lifecycle.memory.GcRequester;
import dev.lifecycle.memory.LeakWatch;
import dev.lifecycle.memory.MemoryGuard;
import dev.lifecycle.memory.MemoryReport;
import dev.lifecycle.memory.MemorySource;
import dev.lifecycle.memory.RequestTracker;
import dev.lifecycle.scope.Scope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The part of an implementation that needs, for some of it, {@code java.management} and {@code jdk.management}, see {@link LifecycleProvider#part}. */
public interface MemorySupport {

    /**
     * See {@link MemorySource#container}.
     *
     * @return the same each time
     */
    MemorySource container();

    /**
     * See {@link MemorySource#heapLive}.
     *
     * @return the same each time
     */
    MemorySource heapLive();

    /**
     * See {@link MemorySource#direct}.
     *
     * @return the same each time
     */
    MemorySource direct();

    /**
     * See {@link MemorySource#metaspace}.
     *
     * @return the same each time
     */
    MemorySource metaspace();

    /**
     * Opens a guard.
     *
     * @param config checked
     * @param owner closes it; null leaves that to the caller
     * @return an open guard
     */
    MemoryGuard openGuard(MemoryGuardConfig config, @Nullable Scope owner);

    /**
     * Opens a requester.
     *
     * @param config checked
     * @param owner closes it; null leaves that to the caller
     * @return an open requester
     */
    GcRequester openGcRequester(GcRequesterConfig config, @Nullable Scope owner);

    /**
     * Opens a watch.
     *
     * @param config checked
     * @param owner closes it; null leaves that to the caller
     * @return an open watch
     */
    LeakWatch openLeakWatch(LeakWatchConfig config, @Nullable Scope owner);

    /**
     * Prints a report.
     *
     * @param report any
     * @return a page of HTML
     */
    String html(MemoryReport report);

    /**
     * See {@link dev.lifecycle.memory.MemoryReportBuilder#process}.
     *
     * @return as of now
     */
    List<MemoryReport.Fact> processFacts();

    /**
     * Opens a tracker.
     *
     * @param config checked
     * @param owner closes it; null leaves that to the caller
     * @return an open tracker
     */
    RequestTracker openRequestTracker(RequestTrackerConfig config, @Nullable Scope owner);

    /**
     * See {@link RequestTracker#currentId}.
     *
     * @return of the current thread
     */
    String currentRequestId();
}
