package dev.lifecycle.testing;

import dev.lifecycle.Kind;
import dev.lifecycle.LifecycleException;
import dev.lifecycle.Managed;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.leak.Site;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What outlived a probe, and the error that says so. */
final class Findings {
    static final String LOCALS =
            "Mind that a local variable of a running method keeps its object, also after its block:"
                    + " create the object in a method of its own";

    /** Lines of the message; the list of findings is complete. */
    private static final int MAX_LINES = 32;

    private static final int MAX_FRAMES = 8;

    private final String probe;
    private final Site opened;
    private final Snapshot tree;
    private final List<LeakReport> reports = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();
    private boolean incomplete;

    /** Begins with what is open in {@code tree}, the probe's scope before it was closed. */
    Findings(String probe, Site opened, Snapshot tree) {
        this.probe = probe;
        this.opened = opened;
        this.tree = tree;
        addOpenIn(tree);
    }

    // ---- the tree --------------------------------------------------------------------------------------------------

    private record Above(Snapshot node, String path) {}

    /** Adds the topmost open components below {@code root}, looking through plain resources and what was moved in. */
    private void addOpenIn(Snapshot root) {
        Deque<Above> todo = new ArrayDeque<>();
        todo.add(new Above(root, root.name()));
        while (!todo.isEmpty()) {
            Above above = todo.remove();
            Snapshot node = above.node;
            long openLeases = number(node, "leases");
            for (Snapshot child : node.children()) {
                boolean plain = child.kind().equals(Kind.RESOURCE);
                if (plain || child.kind().equals(Kind.MOVED)) {
                    todo.add(new Above(child, plain ? above.path + "/" + child.name() : above.path));
                } else {
                    openLeases--;
                    if (child.state() == State.OPEN) {
                        add(child, child.kind().name(), 1, above.path);
                    }
                }
            }
            if (openLeases > 0) {
                add(node, "Lease", openLeases, above.path); // those that are not listed one by one
            }
            long omitted = number(node, "omitted");
            if (omitted > 0) {
                lines.add(
                        omitted + " entries of " + above.path + " could not be looked at: a snapshot lists only the"
                                + " newest. Let the subject own them in a child of the probe's scope, and close that in the test");
                reports.add(report("Entry", "not looked at", null, "", Duration.ZERO, omitted, above.path));
            }
        }
    }

    private static long number(Snapshot node, String gauge) {
        return node.gauges().get(gauge) instanceof Number number ? number.longValue() : 0;
    }

    private void add(Snapshot node, String type, long count, String path) {
        String thread = node.gauges().get("thread") instanceof String text ? text : "";
        LeakReport report = report(type, node.name(), null, thread, node.age(), count, path);
        reports.add(report);
        lines.add((count == 1 ? "" : count + " x ") + type + " \"" + node.name() + "\" is open in " + path
                + (thread.isEmpty() ? "" : ", thread " + thread)
                + (node.age().isZero() ? "" : ", for " + node.age()));
    }

    private static LeakReport report(
            String type, String label, @Nullable Site site, String thread, Duration age, long count, String path) {
        return new LeakReport(
                LeakReport.Kind.OUTLIVED_SCOPE,
                type,
                label,
                site,
                new StackTraceElement[0],
                List.of(),
                thread,
                age,
                count,
                path);
    }

    // ---- what else was expected ------------------------------------------------------------------------------------

    void addComponent(Managed component, Site site) {
        Snapshot snapshot = component.snapshot();
        reports.add(report(component.kind().name(), component.name(), site, "", snapshot.age(), 1, component.name()));
        lines.add(component.kind() + " \"" + component.name() + "\" is not closed, handed to the probe at "
                + site.text() + "\n" + indented(snapshot));
    }

    /** A component that throws when it is asked; nothing more is asked of it. */
    void addUntold(Managed component, Site site, Throwable failure) {
        String type = component.getClass().getName();
        reports.add(report(type, type.substring(type.lastIndexOf('.') + 1), site, "", Duration.ZERO, 1, ""));
        lines.add("a " + type + " does not tell whether it is closed: "
                + failure.getClass().getName() + "; handed to the probe at " + site.text());
    }

    void addRoot(Snapshot root) {
        reports.add(report(root.kind().name(), root.name(), null, "", root.age(), 1, root.name()));
        lines.add("root " + root.kind() + " \"" + root.name() + "\" is open\n" + indented(root));
    }

    void addObject(Expectations.Unreachable object, Garbage.Outcome<?> outcome) {
        if (outcome.interrupted()) {
            incomplete = true;
            return;
        }
        String simple = object.type.substring(object.type.lastIndexOf('.') + 1);
        reports.add(report(object.type, simple, object.site, "", Duration.ZERO, 1, ""));
        lines.add("a " + object.type + " "
                + (outcome.collectorRuns()
                        ? "is still reachable after " + outcome.asked() + " collections"
                        : "was not collected: " + noCollector(outcome))
                + "; handed to the probe at " + object.site.text() + ". " + LOCALS);
    }

    void addThreads(List<Thread> alive, boolean interrupted) {
        if (interrupted && !alive.isEmpty()) {
            incomplete = true;
            return;
        }
        for (Thread thread : alive) {
            LeakReport report = Threads.report(thread);
            StringBuilder line = new StringBuilder("thread \"" + thread.getName() + "\" (" + report.type()
                    + (thread.isDaemon() ? ", daemon" : "") + ") has not ended; it stands");
            StackTraceElement[] stack = report.touches().get(0).stack();
            for (int i = 0; i < Math.min(stack.length, MAX_FRAMES); i++) {
                line.append("\n       at ").append(stack[i]);
            }
            reports.add(report);
            lines.add(line.toString());
        }
    }

    static String noCollector(Garbage.Outcome<?> outcome) {
        return "the collector does not run when it is asked to: of " + outcome.asked() + " calls of System.gc() only "
                + outcome.ran() + " collected what was garbage. Is the JVM started with -XX:+DisableExplicitGC, or with"
                + " the Epsilon collector?";
    }

    // ---- the error -------------------------------------------------------------------------------------------------

    /** Throws what is to be thrown, if anything is: {@code failure} is what the close of the scope threw. */
    void throwWith(@Nullable Throwable failure) {
        Throwable found = reports.isEmpty() ? null : new LeakFoundError(message(), reports);
        if (found == null && incomplete) {
            found = new LifecycleException("interrupted before probe " + probe
                    + " had seen all objects collected and all threads ended; nothing was found until then");
        }
        Throwable primary = found == null || failure instanceof VirtualMachineError ? failure : found;
        Throwable other = primary == failure ? found : failure;
        if (primary != null && other != null) {
            primary.addSuppressed(other);
        }
        if (primary != null) {
            Findings.<RuntimeException>rethrow(primary);
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // as it is: Scope.close() declares what it throws
    private static <X extends Throwable> void rethrow(Throwable failure) throws X {
        throw (X) failure;
    }

    private String message() {
        StringBuilder text = new StringBuilder();
        text.append(lines.size() == 1 ? "1 leak" : lines.size() + " leaks").append(": this outlived probe \"");
        text.append(probe).append("\", opened at ").append(opened.text());
        for (int i = 0; i < Math.min(lines.size(), MAX_LINES); i++) {
            text.append("\n  ").append(i + 1).append(". ").append(lines.get(i));
        }
        if (lines.size() > MAX_LINES) {
            text.append("\n  ... and ").append(lines.size() - MAX_LINES).append(" more, see findings()");
        }
        return text.append("\nThe scope of the probe before it was closed:\n")
                .append(indented(tree))
                .toString();
    }

    private static String indented(Snapshot snapshot) {
        return snapshot.toString().indent(5).stripTrailing();
    }
}
