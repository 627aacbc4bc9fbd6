package dev.lifecycle.impl.file;

import dev.lifecycle.file.FileInfo;
import dev.lifecycle.spi.Glob;
import dev.lifecycle.spi.TreeProcessorConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which entries of a tree are wanted. Paths are relative to the root, with slashes between names. */
final class Filters {
    private final List<Glob> include;
    private final List<Glob> exclude;
    private final @Nullable Predicate<FileInfo> filter;

    Filters(TreeProcessorConfig config) {
        include = config.include();
        exclude = config.exclude();
        filter = config.filter();
    }

    /** Whether anybody looks at paths. */
    boolean havePatterns() {
        return !include.isEmpty() || !exclude.isEmpty();
    }

    boolean excludes(String relative) {
        return matches(exclude, relative);
    }

    boolean includes(String relative) {
        return include.isEmpty() || matches(include, relative);
    }

    private static boolean matches(List<Glob> globs, String relative) {
        for (Glob each : globs) {
            if (each.matches(relative)) {
                return true;
            }
        }
        return false;
    }

    /** Asks the user, who may throw. */
    boolean accepts(Path path, long size) {
        return filter == null || filter.test(new FileInfo(path.toString(), size));
    }
}
