package dev.lifecycle.impl.scope;

import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.leak.Site;
import dev.lifecycle.scope.OpenChildrenException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The children that were still open when their parent, of policy REPORT or STRICT, closed: counted by path. */
final class OpenChildren {
    private static final int MAX_PATHS = 64;
    private static final int MAX_NAMED = 8;

    private @Nullable Paths lenient; // null until there is one
    private @Nullable Paths strict;

    /** How many there are of one path. */
    private static final class Open {
        final String name;
        final @Nullable Site site; // where the first was opened, if that was given
        long count;

        Open(String name, @Nullable Site site) {
            this.name = name;
            this.site = site;
        }
    }

    /** How many there are of each path. */
    private static final class Paths {
        final Map<String, Open> byPath = new LinkedHashMap<>();
        long count;
        long unnamed; // beyond MAX_PATHS

        void add(Node child) {
            count++;
            String path = child.path();
            if (byPath.size() < MAX_PATHS || byPath.containsKey(path)) {
                byPath.computeIfAbsent(path, unused -> new Open(child.display(), child.site())).count++;
            } else {
                unnamed++;
            }
        }
    }

    /** Counts {@code child}, which hangs in the tree still; {@code isFailure} as the policy of its parent says. */
    void add(Node child, boolean isFailure) {
        Paths paths = isFailure ? strict : lenient;
        if (paths == null) {
            paths = new Paths();
            if (isFailure) {
                strict = paths;
            } else {
                lenient = paths;
            }
        }
        paths.add(child);
    }

    /** Reports all, and those of policy STRICT as one failure of {@code root}. */
    void report(BaseScope root, Failures failures) {
        if (lenient != null) {
            report(root, lenient);
        }
        if (strict != null) {
            report(root, strict);
            failures.add(root, null, failure(root, strict));
        }
    }

    private static void report(BaseScope root, Paths paths) {
        paths.byPath.forEach((path, open) -> report(open.name, path, open.site, open.count));
        if (paths.unnamed > 0) {
            report("...", Refusal.path(root) + "/...", null, paths.unnamed);
        }
    }

    private static void report(String name, String path, @Nullable Site site, long open) {
        Tracking.report(
                LeakReport.Kind.OUTLIVED_SCOPE,
                new Tracking.Description(name, path, site),
                Duration.ZERO,
                open,
                new StackTraceElement[0]);
    }

    private static OpenChildrenException failure(BaseScope root, Paths paths) {
        StringBuilder names = new StringBuilder();
        paths.byPath.entrySet().stream()
                .limit(MAX_NAMED)
                .forEach(entry -> names.append(names.length() == 0 ? "" : ", ")
                        .append(entry.getKey())
                        .append(entry.getValue().count > 1 ? " (" + entry.getValue().count + ")" : ""));
        return new OpenChildrenException("scope " + Refusal.path(root) + " was closed before " + paths.count
                + " of its children: " + names
                + (paths.byPath.size() > MAX_NAMED ? ", ..." : "")
                + ". They are closed now; close children before their parent");
    }
}
