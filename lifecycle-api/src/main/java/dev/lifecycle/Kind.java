package dev.lifecycle;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What sort of thing a node of the ownership tree is: the word that snapshots, log lines and MBean names print.
 *
 * <p>A record and not an enum, so that a component of yours hangs in the tree under its own kind.
 *
 * @param name a letter, then up to 63 letters, digits or hyphens
 */
public record Kind(String name) {

    // first: the constants below are checked against it
    private static final Pattern LEGAL = Pattern.compile("[A-Za-z][A-Za-z0-9-]{0,63}");

    /** A {@link dev.lifecycle.scope.Scope}. */
    public static final Kind SCOPE = new Kind("Scope");

    /** What a scope received from another one by {@link dev.lifecycle.scope.Scope#moveTo}. */
    public static final Kind MOVED = new Kind("Moved");

    /** Any resource or close action owned by a scope. */
    public static final Kind RESOURCE = new Kind("Resource");

    /** A {@link dev.lifecycle.collect.BoundedBuffer}. */
    public static final Kind BOUNDED_BUFFER = new Kind("BoundedBuffer");

    /** A {@link dev.lifecycle.collect.BudgetBuffer}. */
    public static final Kind BUDGET_BUFFER = new Kind("BudgetBuffer");

    /** A {@link dev.lifecycle.collect.BoundedCache}. */
    public static final Kind BOUNDED_CACHE = new Kind("BoundedCache");

    /** A {@link dev.lifecycle.collect.SessionRegistry}. */
    public static final Kind SESSION_REGISTRY = new Kind("SessionRegistry");

    /** A {@link dev.lifecycle.weak.WeakKeyMap}. */
    public static final Kind WEAK_KEY_MAP = new Kind("WeakKeyMap");

    /** A {@link dev.lifecycle.weak.WeakValueMap}. */
    public static final Kind WEAK_VALUE_MAP = new Kind("WeakValueMap");

    /** A {@link dev.lifecycle.weak.WeakInterner}. */
    public static final Kind WEAK_INTERNER = new Kind("WeakInterner");

    /** A {@link dev.lifecycle.weak.WeakRegistry}. */
    public static final Kind WEAK_REGISTRY = new Kind("WeakRegistry");

    /** {@link dev.lifecycle.weak.Listeners}. */
    public static final Kind LISTENERS = new Kind("Listeners");

    /** A {@link dev.lifecycle.task.TaskManager}. */
    public static final Kind TASK_MANAGER = new Kind("TaskManager");

    /** The tasks of one type, below their manager. */
    public static final Kind TASK_TYPE = new Kind("TaskType");

    /** A {@link dev.lifecycle.task.Timer}. */
    public static final Kind TIMER = new Kind("Timer");

    /** A {@link dev.lifecycle.task.Limiter}. */
    public static final Kind LIMITER = new Kind("Limiter");

    /** A {@link dev.lifecycle.task.SingleFlight}. */
    public static final Kind SINGLE_FLIGHT = new Kind("SingleFlight");

    /** A {@link dev.lifecycle.task.Lazy}. */
    public static final Kind LAZY = new Kind("Lazy");

    /** A {@link dev.lifecycle.pool.ResourcePool}. */
    public static final Kind RESOURCE_POOL = new Kind("ResourcePool");

    /** A {@link dev.lifecycle.pool.Recycler}. */
    public static final Kind RECYCLER = new Kind("Recycler");

    /** A {@link dev.lifecycle.file.FileProcessor}. */
    public static final Kind FILE_PROCESSOR = new Kind("FileProcessor");

    /** A {@link dev.lifecycle.file.TreeProcessor}. */
    public static final Kind TREE_PROCESSOR = new Kind("TreeProcessor");

    /** A {@link dev.lifecycle.memory.MemoryGuard}. */
    public static final Kind MEMORY_GUARD = new Kind("MemoryGuard");

    /** A {@link dev.lifecycle.memory.GcRequester}. */
    public static final Kind GC_REQUESTER = new Kind("GcRequester");

    /** A {@link dev.lifecycle.memory.LeakWatch}. */
    public static final Kind LEAK_WATCH = new Kind("LeakWatch");

    /** A {@link dev.lifecycle.memory.RequestTracker}. */
    public static final Kind REQUEST_TRACKER = new Kind("RequestTracker");

    /** A {@link dev.lifecycle.health.HealthReporter}. */
    public static final Kind HEALTH_REPORTER = new Kind("HealthReporter");

    /** A {@link dev.lifecycle.health.HealthServer}. */
    public static final Kind HEALTH_SERVER = new Kind("HealthServer");

    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException if {@code name} has another shape than described
     */
    public Kind {
        Objects.requireNonNull(name, "name");
        if (!LEGAL.matcher(name).matches()) {
            throw new IllegalArgumentException("kind is " + Names.quote(name)
                    + "; it must be a letter followed by at most 63 letters, digits or hyphens");
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
