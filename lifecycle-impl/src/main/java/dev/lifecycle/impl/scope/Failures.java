package dev.lifecycle.impl.scope;

import dev.lifecycle.leak.Site;
import dev.lifecycle.scope.CloseException;
import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.scope.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What went wrong in one close: an exact count, and capped lists. Used by one thread at a time. */
final class Failures {
    private @Nullable List<Failure> listed; // null until something fails
    private @Nullable List<Throwable> first; // to attach; at most one more than may be attached
    private @Nullable Throwable primary;
    private long count;

    /** Never throws: where there is no memory left for the lists, the count and the primary failure remain. */
    void add(Object slot, @Nullable Site opened, Throwable thrown) {
        count++;
        if (primary == null || thrown instanceof VirtualMachineError && !(primary instanceof VirtualMachineError)) {
            primary = thrown;
        }
        try {
            if (first == null || listed == null) {
                first = new ArrayList<>();
                listed = new ArrayList<>();
            }
            if (first.size() <= CloseReport.MAX_SUPPRESSED) {
                first.add(thrown);
            }
            if (listed.size() < CloseReport.MAX_LISTED) {
                listed.add(new Failure(Labels.of(slot), opened, thrown));
            }
        } catch (Throwable noMemory) { // counted above
            primary = noMemory instanceof VirtualMachineError ? noMemory : primary;
        }
    }

    long count() {
        return count;
    }

    /** The listed failures, from the one with the given index on. */
    List<Failure> from(int index) {
        return listed == null ? List.of() : List.copyOf(listed.subList(index, listed.size()));
    }

    int size() {
        return listed == null ? 0 : listed.size();
    }

    /** Attaches the failures to {@code body}; without one, throws the primary failure with the others attached. */
    void deliver(BaseScope scope, CloseRun run, @Nullable Throwable body) {
        if (primary == null) {
            return;
        }
        if (body != null) {
            attach(scope, body, body);
            return;
        }
        if (primary instanceof RuntimeException unchecked) {
            attach(scope, unchecked, unchecked);
            throw unchecked;
        }
        if (primary instanceof Error error) {
            attach(scope, error, error);
            throw error;
        }
        CloseReport report = run.report(); // made here: an error of the JVM arrives without memory, too
        CloseException wrapper = new CloseException(summary(scope, report), primary, report);
        attach(scope, wrapper, primary);
        throw wrapper;
    }

    /** Says in the log what nobody may read otherwise. */
    void log(BaseScope scope, CloseReport report) {
        if (primary != null) {
            Tracking.LOG.warn(summary(scope, report), primary);
        }
    }

    private String summary(BaseScope scope, CloseReport report) {
        return "scope " + Refusal.path(scope) + ": " + count + " of " + (report.closed() + count)
                + " failed to close; the first: " + (primary == null ? "unknown" : Labels.of(primary));
    }

    /** Suppresses all in {@code carrier} as far as memory allows; the carrier is thrown in any case. */
    private void attach(BaseScope scope, Throwable carrier, Throwable primary) {
        try {
            suppress(scope, carrier, primary);
        } catch (VirtualMachineError full) {
            return;
        }
    }

    /** Suppresses all in {@code carrier} but {@code primary}, which it is or has as its cause; says so where it does not. */
    private void suppress(BaseScope scope, Throwable carrier, Throwable primary) {
        int before = carrier.getSuppressed().length;
        int attached = 0;
        int same = 0; // also when another closer throws it again
        for (Throwable failure : first == null ? List.<Throwable>of() : first) {
            if (failure == carrier || failure == primary) {
                same++;
            } else if (attached < CloseReport.MAX_SUPPRESSED) {
                carrier.addSuppressed(failure);
                attached++;
            }
        }
        long lost = count - same - (carrier.getSuppressed().length - before);
        if (lost > 0) {
            Tracking.LOG.warn("scope " + Refusal.path(scope) + ": " + lost + " of " + count
                    + " failures to close are not carried by the "
                    + carrier.getClass().getName() + " that is thrown; the first ones: " + texts());
        }
    }

    private String texts() {
        return first == null ? "" : first.stream().map(Labels::of).collect(Collectors.joining(", ", "[", "]"));
    }
}
