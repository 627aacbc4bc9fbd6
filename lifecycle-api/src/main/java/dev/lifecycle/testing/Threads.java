package dev.lifecycle.testing;

import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.leak.Touch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The platform threads of this JVM that were started since a moment. */
final class Threads {
    /** Started by the JDK and by this library when first needed, and kept for later. */
    private static final List<String> LASTING_NAMES = List.of(
            "CompletableFutureDelayScheduler",
            "ForkJoinPool.commonPool-",
            "lifecycle-reaper",
            "lifecycle-timer",
            "lifecycle-waits");

    private static final List<String> LASTING_GROUPS = List.of("CarrierThreads", "InnocuousThreadGroup");

    private final Set<Long> before = new HashSet<>();
    private final @Nullable String prefix;

    /** From now on; with a prefix those whose name starts with it, otherwise all but the lasting ones of the JDK. */
    Threads(@Nullable String prefix) {
        this.prefix = prefix;
        all().forEach(thread -> before.add(thread.getId()));
    }

    /** The threads that were started since and are alive. */
    List<Thread> alive() {
        return all().stream()
                .filter(thread -> !before.contains(thread.getId()) && thread.isAlive())
                .filter(thread ->
                        prefix == null ? !isLasting(thread) : thread.getName().startsWith(prefix))
                .toList();
    }

    private static boolean isLasting(Thread thread) {
        ThreadGroup group = thread.getThreadGroup();
        return thread.isDaemon()
                && (group == null // it has just ended
                        || group.getParent() == null // the "system" group
                        || LASTING_GROUPS.contains(group.getName())
                        || LASTING_NAMES.stream().anyMatch(thread.getName()::startsWith));
    }

    private static List<Thread> all() {
        ThreadGroup root = Objects.requireNonNull(Thread.currentThread().getThreadGroup());
        for (ThreadGroup above = root.getParent(); above != null; above = root.getParent()) {
            root = above;
        }
        for (int room = 2 * root.activeCount() + 16; ; room *= 2) {
            Thread[] threads = new Thread[room];
            int count = root.enumerate(threads);
            if (count < room) {
                return new ArrayList<>(Arrays.asList(threads).subList(0, count));
            }
        }
    }

    static LeakReport report(Thread thread) {
        return new LeakReport(
                LeakReport.Kind.OUTLIVED_SCOPE,
                thread.getClass().getName(),
                thread.getName(),
                null,
                new StackTraceElement[0],
                List.of(new Touch("stands here", thread.getName(), Duration.ZERO, thread.getStackTrace())),
                "",
                Duration.ZERO,
                1,
                "");
    }
}
