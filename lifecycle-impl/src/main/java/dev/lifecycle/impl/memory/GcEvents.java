package dev.lifecycle.impl.memory;

import dev.lifecycle.memory.GcReport;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** Flight recordings of requested collections. Does nothing where no recording asks for it, or the runtime has no recorder. */
final class GcEvents {
    private GcEvents() {}

    /** What {@code requester} has asked for, and what that brought. */
    static void record(String requester, GcReport report) {
        try {
            Recorder.record(requester, report);
        } catch (LinkageError absent) { // no module jdk.jfr
            return; // nobody can ask for it
        }
    }

    /** Apart, so that a runtime without the recorder fails to link this class and not {@link GcEvents}. */
    private static final class Recorder {
        static void record(String requester, GcReport report) {
            GcRequestEvent event = new GcRequestEvent();
            if (!event.isEnabled()) {
                return;
            }
            event.requester = requester;
            event.method = report.method().name();
            event.collector = report.collector();
            event.heapBefore = report.heapBefore();
            event.heapAfter = report.heapAfter();
            event.residentBefore = report.residentBefore();
            event.residentAfter = report.residentAfter();
            event.collections = report.collections();
            event.took = report.took().toNanos();
            event.effective = report.effective();
            event.note = report.note();
            event.commit();
        }
    }

    /** A requested collection. */
    @Name("dev.lifecycle.GcRequest")
    @Label("Requested Collection")
    @Category("Lifecycle")
    @Description("What a request for a collection of the whole heap brought; -1 for what is not known")
    @StackTrace(false)
    static final class GcRequestEvent extends Event {
        @Label("Requester")
        @Nullable
        String requester;

        @Label("Method")
        @Nullable
        String method;

        @Label("Collector")
        @Nullable
        String collector;

        @Label("Heap Before")
        @DataAmount
        long heapBefore;

        @Label("Heap After")
        @DataAmount
        long heapAfter;

        @Label("Resident Before")
        @DataAmount
        long residentBefore;

        @Label("Resident After")
        @DataAmount
        long residentAfter;

        @Label("Collections")
        long collections;

        @Label("Took")
        @Timespan(Timespan.NANOSECONDS)
        long took;

        @Label("Effective")
        boolean effective;

        @Label("Note")
        @Nullable
        String note;
    }
}
