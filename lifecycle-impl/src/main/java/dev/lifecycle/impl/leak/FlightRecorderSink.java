package dev.lifecycle.impl.leak;

import dev.lifecycle.leak.LeakListener;
import dev.lifecycle.leak.LeakReport;
import org.jspecify.annotations.Nullable;

/** Commits a {@code dev.lifecycle.Leak} event for each report, if this runtime has a flight recorder. */
final class FlightRecorderSink implements LeakListener {
    private static final LeakListener ABSENT = report -> {};

    private @Nullable LeakListener target; // on the reaper thread only

    @Override
    public void onLeak(LeakReport report) {
        LeakListener known = target;
        if (known == null) {
            known = ABSENT;
            target = known;
            try {
                known = new LeakEvent.Committer();
                target = known;
            } catch (LinkageError absent) { // no module jdk.jfr: there is nobody to tell
            }
        }
        known.onLeak(report);
    }
}
