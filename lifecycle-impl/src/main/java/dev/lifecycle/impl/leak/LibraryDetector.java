package dev.lifecycle.impl.leak;

import dev.lifecycle.impl.tree.Described;
import dev.lifecycle.leak.LeakDetector;
import dev.lifecycle.leak.LeakReport;
import java.time.Duration;
import java.util.Objects;

/** The detector that the library itself reports to, see {@link LeakDetector#library}. Configured by {@link Defaults}. */
public final class LibraryDetector extends Detector<Object> {

    /** Made on the first call; nothing in it throws, whatever the properties hold. */
    private static final class Holder {
        static final LibraryDetector INSTANCE = new LibraryDetector(Defaults.read());
    }

    private LibraryDetector(Defaults defaults) {
        super("lifecycle", defaults.config());
        defaults.complain();
    }

    /**
     * Returns the one instance.
     *
     * @return always the same
     */
    public static LibraryDetector instance() {
        return Holder.INSTANCE;
    }

    /**
     * Begins to track {@code object}, whatever the sampling rate, unless that is {@link #OFF}. Sampling, escalation and the
     * rate limit decide on the capture of its stack.
     *
     * @param object held weakly
     * @param what describes it without referring to it
     * @return never null; one that does nothing when sampling is off
     */
    public Token trackAlways(Object object, Described what) {
        return always(Objects.requireNonNull(object, "object"), Objects.requireNonNull(what, "what"));
    }

    /**
     * Reports what was noticed otherwise than by a collection. Listeners hear of it on the reaper thread.
     *
     * @param kind how it was noticed
     * @param what what it is about
     * @param age zero where it is not known
     * @param count how many objects the report stands for, at least 1
     * @param stack where it was opened, or empty
     */
    public void report(LeakReport.Kind kind, Described what, Duration age, long count, StackTraceElement[] stack) {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(what, "what");
        if (count < 1) {
            throw new IllegalArgumentException("count is " + count + "; it must be at least 1");
        }
        noticed(kind, what, Describer.report(kind, what, age, count, stack));
    }

    /**
     * Always refuses.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public void close() {
        throw new UnsupportedOperationException(
                "the detector of the library cannot be closed; sampling(LeakDetector.OFF) switches it off");
    }
}
