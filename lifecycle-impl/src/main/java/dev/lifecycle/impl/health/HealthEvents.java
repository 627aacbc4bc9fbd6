package dev.lifecycle.impl.health;

import dev.lifecycle.Pressure;
import dev.lifecycle.health.GuardInfo;
import dev.lifecycle.health.HealthSnapshot;
import dev.lifecycle.health.LeakInfo;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Percentage;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** Flight recordings of health. Does nothing where no recording asks for it, or the runtime has no recorder. */
final class HealthEvents {
    private static final @Nullable Recorder RECORDER = find();

    private HealthEvents() {}

    private static @Nullable Recorder find() {
        try {
            return new Recorder();
        } catch (LinkageError absent) { // no module jdk.jfr
            return null;
        }
    }

    /** Whether a recording asks for any of them. */
    static boolean areOn() {
        return RECORDER != null && RECORDER.areOn();
    }

    static void health(HealthSnapshot now) {
        if (RECORDER != null) {
            RECORDER.health(now);
        }
    }

    /** The level was {@code before}, and is another one. */
    static void pressure(Pressure before, HealthSnapshot now) {
        if (RECORDER != null) {
            RECORDER.pressure(before, now);
        }
    }

    /** The verdict was {@code before}, empty for none, and is another one. */
    static void finding(String before, LeakInfo now) {
        if (RECORDER != null) {
            RECORDER.finding(before, now);
        }
    }

    /** Apart, so that a runtime without the recorder fails to link this class and not {@link HealthEvents}. */
    private static final class Recorder {
        private final HealthEvent health = new HealthEvent(); // asked only whether it is wanted
        private final PressureChange pressure = new PressureChange();
        private final FindingChange finding = new FindingChange();

        boolean areOn() {
            return health.isEnabled() || pressure.isEnabled() || finding.isEnabled();
        }

        void health(HealthSnapshot now) {
            HealthEvent event = new HealthEvent();
            event.status = now.status().name();
            event.reasons = String.join("; ", now.reasons());
            event.level = now.level().name();
            event.resident = now.memory().residentBytes();
            event.used = now.memory().usedBytes();
            event.needed = now.memory().neededBytes();
            event.limit = now.memory().limitBytes();
            event.heapUsed = now.heap().usedBytes();
            event.heapLive = now.heap().liveBytes();
            event.process = (float) now.cpu().process();
            event.system = (float) now.cpu().system();
            event.commit();
        }

        void pressure(Pressure before, HealthSnapshot now) {
            PressureChange event = new PressureChange();
            event.from = before.name();
            event.to = now.level().name();
            for (GuardInfo guard : now.guards()) {
                if (guard.level() == now.level()) {
                    event.guard = guard.path();
                    event.cause = guard.cause();
                    event.fraction = (float) guard.fraction();
                    break;
                }
            }
            event.commit();
        }

        void finding(String before, LeakInfo now) {
            FindingChange event = new FindingChange();
            event.watch = now.path();
            event.from = before;
            event.verdict = now.verdict().name();
            event.alarm = now.alarm();
            event.bytesPerHour = now.bytesPerHour();
            event.detectable = now.detectableBytesPerHour();
            event.explanation = now.explanation();
            event.commit();
        }
    }

    /** The process at a moment. */
    @Name("dev.lifecycle.Health")
    @Label("Health")
    @Category("Lifecycle")
    @Description("How the process and its ownership tree do; -1 for what is not known")
    @StackTrace(false)
    static final class HealthEvent extends Event {
        @Label("Status")
        @Nullable
        String status;

        @Label("Reasons")
        @Nullable
        String reasons;

        @Label("Pressure")
        @Nullable
        String level;

        @Label("Resident Set")
        @DataAmount
        long resident;

        @Label("Used")
        @Description("What is charged against the limit")
        @DataAmount
        long used;

        @Label("Needed")
        @Description("What of it is needed: without garbage that can do no harm")
        @DataAmount
        long needed;

        @Label("Limit")
        @DataAmount
        long limit;

        @Label("Heap Used")
        @DataAmount
        long heapUsed;

        @Label("Heap Live")
        @DataAmount
        long heapLive;

        @Label("Process")
        @Percentage
        float process;

        @Label("System")
        @Percentage
        float system;
    }

    /** Memory became scarcer, or less scarce. */
    @Name("dev.lifecycle.Pressure")
    @Label("Memory Pressure")
    @Category("Lifecycle")
    @Description("The level of memory pressure has changed")
    @StackTrace(false)
    static final class PressureChange extends Event {
        @Label("From")
        @Nullable
        String from;

        @Label("To")
        @Nullable
        String to;

        @Label("Guard")
        @Nullable
        String guard;

        @Label("Fullest Source")
        @Nullable
        String cause;

        @Label("How Full")
        @Percentage
        float fraction;
    }

    /** A leak watch changed its mind. */
    @Name("dev.lifecycle.LeakFinding")
    @Label("Leak Finding")
    @Category("Lifecycle")
    @Description("The verdict of a leak watch has changed")
    @StackTrace(false)
    static final class FindingChange extends Event {
        @Label("Watch")
        @Nullable
        String watch;

        @Label("Verdict Before")
        @Nullable
        String from;

        @Label("Verdict")
        @Nullable
        String verdict;

        @Label("Alarm")
        boolean alarm;

        @Label("Bytes an Hour")
        double bytesPerHour;

        @Label("Detectable Bytes an Hour")
        double detectable;

        @Label("Explanation")
        @Nullable
        String explanation;
    }
}
