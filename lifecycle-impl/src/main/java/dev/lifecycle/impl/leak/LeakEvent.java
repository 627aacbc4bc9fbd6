package dev.lifecycle.impl.leak;

import dev.lifecycle.leak.LeakListener;
import dev.lifecycle.leak.LeakReport;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** A leak in a flight recording. Loaded only by {@link FlightRecorderSink}, which expects that it may fail to. */
@Name("dev.lifecycle.Leak")
@Label("Leak")
@Category("Lifecycle")
@Description("An object that was not closed, when it should have been")
@StackTrace(false)
final class LeakEvent extends Event {
    @Label("Kind")
    @Nullable
    String kind;

    @Label("Type")
    @Nullable
    String type;

    @Label("Name")
    @Nullable
    String name;

    @Label("Opened At")
    @Nullable
    String origin;

    @Label("Scope Path")
    @Nullable
    String scopePath;

    @Label("Opened By")
    @Nullable
    String openedBy;

    @Label("Age")
    @Timespan(Timespan.NANOSECONDS)
    long age;

    @Label("Count")
    long count;

    /** Commits events. */
    static final class Committer implements LeakListener {
        /** Links the class of the event, or fails. */
        Committer() {
            new LeakEvent();
        }

        @Override
        public void onLeak(LeakReport report) {
            LeakEvent event = new LeakEvent();
            if (event.shouldCommit()) {
                event.kind = report.kind().name();
                event.type = report.type();
                event.name = report.label();
                event.origin = report.origin();
                event.scopePath = report.scopePath();
                event.openedBy = report.thread();
                event.age = TimeUnit.NANOSECONDS.convert(report.age());
                event.count = report.count();
                event.commit();
            }
        }
    }
}
