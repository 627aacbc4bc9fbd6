package dev.lifecycle.impl.task;

import dev.lifecycle.spi.TaskManagerConfig;
import dev.lifecycle.spi.TaskManagerConfig.TypeLimit;
import dev.lifecycle.task.TaskSpec;
import dev.lifecycle.task.TypeCounts;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** The types of a manager, and what was worked out for the specs that it has met. */
final class Types {
    /** Where types are counted for which there is no room. */
    private static final String OTHERS = "(others)";

    private static final int CACHED = 256;

    private final TaskManagerConfig config;
    private final int lanes;
    private final long defaultAge;
    private final ConcurrentHashMap<String, TypeEntry> known = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<TypeEntry> inOrder = new ConcurrentLinkedQueue<>();

    /** Racy: a slot has what the last spec of that hash needs. Its parts are final. */
    private final @Nullable Times[] recent;

    Types(TaskManagerConfig config, int lanes) {
        this.config = config;
        this.lanes = lanes;
        this.recent = new @Nullable Times[CACHED];
        this.defaultAge = Times.nanos(config.maxAge());
    }

    Times timesOf(TaskSpec spec) {
        int slot = System.identityHashCode(spec) & CACHED - 1;
        Times times = recent[slot];
        if (times == null || times.spec != spec) {
            times = new Times(spec, typeOf(spec.type()), defaultAge);
            recent[slot] = times;
        }
        return times;
    }

    private TypeEntry typeOf(String name) {
        TypeEntry entry = known.get(name);
        if (entry != null) {
            return entry;
        }
        TypeLimit limit = config.typeLimits().get(name);
        if (limit == null && known.size() >= TaskManagerConfig.MAX_TYPES) {
            return entryOf(OTHERS, null);
        }
        return entryOf(name, limit);
    }

    private TypeEntry entryOf(String name, @Nullable TypeLimit limit) {
        TypeEntry fresh = limit == null
                ? new TypeEntry(name, Integer.MAX_VALUE, Integer.MAX_VALUE, lanes)
                : new TypeEntry(name, limit.running(), limit.queued(), lanes);
        TypeEntry before = known.putIfAbsent(name, fresh);
        if (before != null) {
            return before;
        }
        inOrder.add(fresh);
        return fresh;
    }

    Map<String, TypeCounts> counts(Lane[] of) {
        Map<String, TypeCounts> counts = new LinkedHashMap<>();
        for (TypeEntry type : inOrder) {
            long[] sums = new long[Task.STATE + 1];
            for (Lane lane : of) {
                lane.addTo(sums, type);
            }
            counts.put(
                    type.name,
                    new TypeCounts(
                            sums[Task.QUEUED],
                            sums[Task.RUNNING],
                            sums[Task.SUCCEEDED],
                            sums[Task.FAILED],
                            sums[Task.CANCELLED],
                            sums[Task.TIMED_OUT]));
        }
        return counts;
    }

    boolean invariantsHold() {
        return inOrder.stream().allMatch(TypeEntry::invariantsHold);
    }
}
