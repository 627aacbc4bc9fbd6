package dev.lifecycle.impl.health;

import dev.lifecycle.Names;
import dev.lifecycle.impl.scope.Census;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.memory.CleanupResult;
import dev.lifecycle.memory.MemoryGuard;
import dev.lifecycle.scope.Scope;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Asks the memory guards of the tree for a round, when a client wants it: one client at a time. */
final class Cleanups {
    /** How long it may take. */
    static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final SafeLog LOG = new SafeLog("dev.lifecycle.health");
    private static final int MOST_GUARDS = 16;

    private final String name;
    private final ReentrantLock running = new ReentrantLock(); // held by who asks the guards

    Cleanups(String name) {
        this.name = name;
    }

    /** Returns what it brought, as JSON; empty if one is running. */
    String run(@Nullable Scope within, InetSocketAddress by) throws InterruptedException {
        if (!running.tryLock()) {
            return "";
        }
        try {
            LOG.info("health server " + name + ": a cleanup is wanted by " + by.getHostString());
            List<Census.Found<MemoryGuard>> guards = Census.below(within, MemoryGuard.class);
            StringBuilder out = new StringBuilder("{\"guards\":[");
            String comma = "";
            for (Census.Found<MemoryGuard> each : guards.subList(0, Math.min(MOST_GUARDS, guards.size()))) {
                out.append(comma);
                append(
                        out,
                        Listing.line(each.scopePath() + "/" + each.component().name()),
                        each.component());
                comma = ",";
            }
            return out.append("],\"omitted\":")
                    .append(Math.max(0, guards.size() - MOST_GUARDS))
                    .append('}')
                    .toString();
        } finally {
            running.unlock();
        }
    }

    private static void append(StringBuilder out, String path, MemoryGuard guard) throws InterruptedException {
        CleanupResult result = guard.cleanUp("asked for over HTTP");
        out.append("{\"path\":");
        Names.appendJson(out, path);
        out.append(",\"level\":\"").append(result.level().name());
        out.append("\",\"wanted_bytes\":").append(result.wantedBytes());
        out.append(",\"given_bytes\":").append(result.givenBytes());
        out.append(",\"asked\":").append(result.asked());
        out.append(",\"failed\":").append(result.failed());
        out.append(",\"skipped\":").append(result.skipped()).append('}');
    }
}
