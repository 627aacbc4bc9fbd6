package dev.lifecycle.impl.scope;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/**
 * Flight recordings of scopes: {@code dev.lifecycle.ScopeClosed} for each close of a named scope. Does nothing, and costs one
 * read, where no recording asks for it or the runtime has no recorder.
 */
final class ScopeEvents {
    private static final @Nullable Recorder RECORDER = find();

    private ScopeEvents() {}

    private static @Nullable Recorder find() {
        try {
            return new Recorder();
        } catch (LinkageError absent) { // no module jdk.jfr
            return null;
        }
    }

    /** Whether a recording asks for {@link #closed}. */
    static boolean areOn() {
        return RECORDER != null && RECORDER.isOn();
    }

    /**
     * Records a close.
     *
     * @param path of the scope
     * @param open nanoseconds it was open
     * @param closed entries released, those of scopes below it included
     * @param failed entries that failed
     */
    static void closed(String path, long open, long closed, long failed) {
        if (RECORDER != null) {
            RECORDER.closed(path, open, closed, failed);
        }
    }

    /** Apart, so that a runtime without the recorder fails to link this class and not {@link ScopeEvents}. */
    private static final class Recorder {
        private final ScopeClosed probe = new ScopeClosed();

        boolean isOn() {
            return probe.isEnabled();
        }

        void closed(String path, long open, long closed, long failed) {
            ScopeClosed event = new ScopeClosed();
            event.path = path;
            event.open = open;
            event.closed = closed;
            event.failed = failed;
            event.commit();
        }
    }

    /** The event. */
    @Name("dev.lifecycle.ScopeClosed")
    @Label("Scope Closed")
    @Category("Lifecycle")
    @Description("A named scope was closed, and everything below it")
    @StackTrace(false)
    static final class ScopeClosed extends Event {
        @Label("Path")
        @Nullable
        String path;

        @Label("Open For")
        @Timespan(Timespan.NANOSECONDS)
        long open;

        @Label("Closed")
        long closed;

        @Label("Failed")
        long failed;
    }
}
