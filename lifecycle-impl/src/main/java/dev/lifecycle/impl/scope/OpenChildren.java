package dev.lifecycle.impl.scope;

import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.scope.OpenChildrenException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** The children that were still open when their parent, of policy REPORT or STRICT, closed: counted by path. */
final class OpenChildren {
    private static final int MAX_PATHS = 64;
    private static final int MAX_NAMED = 8;

    private final boolean strict;
    private final Map<String, Long> byPath = new LinkedHashMap<>();
    private long count;
    private long unnamed; // beyond MAX_PATHS

    OpenChildren(boolean strict) {
        this.strict = strict;
    }

    void add(Node child) {
        count++;
        String path = child.path();
        if (byPath.size() < MAX_PATHS || byPath.containsKey(path)) {
            byPath.merge(path, 1L, Long::sum);
        } else {
            unnamed++;
        }
    }

    private static void report(String path, long open) {
        Tracking.report(LeakReport.Kind.OUTLIVED_SCOPE, path, Duration.ZERO, open, new StackTraceElement[0]);
    }

    void report(BaseScope root, Failures failures) {
        byPath.forEach(OpenChildren::report);
        if (unnamed > 0) {
            report(Refusal.path(root) + "/...", unnamed);
        }
        if (strict) {
            StringBuilder names = new StringBuilder();
            byPath.entrySet().stream()
                    .limit(MAX_NAMED)
                    .forEach(entry -> names.append(names.length() == 0 ? "" : ", ")
                            .append(entry.getKey())
                            .append(entry.getValue() > 1 ? " (" + entry.getValue() + ")" : ""));
            failures.add(
                    root,
                    new OpenChildrenException("scope " + Refusal.path(root) + " was closed before " + count
                            + " of its children: " + names
                            + (byPath.size() > MAX_NAMED ? ", ..." : "")
                            + ". They are closed now; close children before their parent"));
        }
    }
}
