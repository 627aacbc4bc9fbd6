package dev.lifecycle.health;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Pressure;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.HealthSupport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * How the process and everything in its ownership tree do, at one moment: what each of the outputs prints.
 *
 * <p>Made by one walk of the tree, which stops no traffic; the figures of components may belong to slightly different moments. Those of the process (memory, heap, processors) are read at
 * most once a second, whoever asks, and {@code age} says how old they are. A small tree takes some ten microseconds, so it may be asked for a thousand times a second. A component that
 * throws is counted and changes nothing else. Lists hold {@value #MAX_LISTED} each, in the order of the tree, scopes near the root first; what is left out is counted, and the status
 * considers it.
 *
 * <table class="striped">
 * <caption>The status is the worst that applies</caption>
 * <thead><tr><th>status</th><th>when</th></tr></thead>
 * <tbody>
 * <tr><td>{@link HealthStatus#CRITICAL}</td><td>a memory guard is at {@link Pressure#EMERGENCY}</td></tr>
 * <tr><td>{@code CRITICAL}</td><td>a memory guard advises a restart</td></tr>
 * <tr><td>{@code CRITICAL}</td><td>a leak watch raises an alarm, see {@link dev.lifecycle.memory.LeakFinding#isAlarm}</td></tr>
 * <tr><td>{@code CRITICAL}</td><td>memory is at {@value #MEMORY_CRITICAL} of its limit or above</td></tr>
 * <tr><td>{@link HealthStatus#WARN}</td><td>a memory guard is at {@link Pressure#CLEANUP}</td></tr>
 * <tr><td>{@code WARN}</td><td>memory is at {@value #MEMORY_WARN} of its limit or above</td></tr>
 * <tr><td>{@code WARN}</td><td>what lives in the heap is at {@value #MEMORY_WARN} of its maximum or above</td></tr>
 * <tr><td>{@code WARN}</td><td>nine tenths of a pool are lent out, or more</td></tr>
 * <tr><td>{@code WARN}</td><td>nine tenths of the queue of a task manager are taken, or more</td></tr>
 * <tr><td>{@link HealthStatus#UP}</td><td>otherwise</td></tr>
 * </tbody>
 * </table>
 *
 * <p>Immutable. Paths are printable on one line, and in each list no two are equal: a second component of one path has {@code #2} behind it.
 *
 * @param at when it was made
 * @param status the worst that applies
 * @param reasons why, the worst first; at most {@value #MAX_REASONS}; empty for {@link HealthStatus#UP}
 * @param age of memory, heap and cpu
 * @param memory of the process
 * @param heap of the process
 * @param cpu of process and machine
 * @param level the worst of the guards; {@link Pressure#NORMAL} without one
 * @param guards memory guards
 * @param leaks what leak watches found
 * @param backgroundTasks task managers
 * @param pools resource pools
 * @param buffers bounded buffers
 * @param caches bounded caches and session registries
 * @param trackers trackers of requests
 * @param unlisted what is not shown
 */
public record HealthSnapshot(
        Instant at,
        HealthStatus status,
        List<String> reasons,
        Duration age,
        MemoryInfo memory,
        HeapInfo heap,
        CpuInfo cpu,
        Pressure level,
        List<GuardInfo> guards,
        List<LeakInfo> leaks,
        List<BackgroundInfo> backgroundTasks,
        List<PoolInfo> pools,
        List<BufferInfo> buffers,
        List<CacheInfo> caches,
        List<TrackerInfo> trackers,
        Unlisted unlisted) {

    /** How many of a kind are listed. */
    public static final int MAX_LISTED = 100;

    /** How many reasons are listed. */
    public static final int MAX_REASONS = 20;

    /** From this share of its limit on, memory is a warning. */
    public static final double MEMORY_WARN = 0.80;

    /** From this share of its limit on, memory is critical. */
    public static final double MEMORY_CRITICAL = 0.85;

    /** Copies the lists. */
    public HealthSnapshot {
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(status, "status");
        reasons = List.copyOf(reasons);
        Objects.requireNonNull(age, "age");
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(heap, "heap");
        Objects.requireNonNull(cpu, "cpu");
        Objects.requireNonNull(level, "level");
        guards = List.copyOf(guards);
        leaks = List.copyOf(leaks);
        backgroundTasks = List.copyOf(backgroundTasks);
        pools = List.copyOf(pools);
        buffers = List.copyOf(buffers);
        caches = List.copyOf(caches);
        trackers = List.copyOf(trackers);
        Objects.requireNonNull(unlisted, "unlisted");
    }

    /**
     * Describes the process and all open roots.
     *
     * @return as of now
     * @throws dev.lifecycle.ProviderMissingException if no implementation is bound
     */
    public static HealthSnapshot now() {
        return Lifecycle.provider().part(HealthSupport.class).snapshot(null);
    }

    /**
     * Describes the process, and what hangs below one scope.
     *
     * @param within an open scope; one that is closed, or confined to a thread, has nothing below it
     * @return as of now
     * @throws dev.lifecycle.ProviderMissingException if no implementation is bound
     */
    public static HealthSnapshot now(Scope within) {
        return Lifecycle.provider().part(HealthSupport.class).snapshot(Objects.requireNonNull(within, "within"));
    }

    /**
     * Prints it as one JSON object (RFC 8259): {@code at}, {@code status}, {@code reasons}, {@code age_ms}, {@code memory}, {@code heap}, {@code cpu}, {@code level}, {@code leak},
     * {@code guards}, {@code background_tasks}, {@code pools}, {@code buffers}, {@code caches}, {@code trackers}, {@code unlisted}. Members that end in {@code _mb} are in units of 2<sup>20</sup>
     * bytes.
     *
     * @return valid JSON whatever the names hold; what is not known is {@code null}
     */
    public String toJson() {
        return new HealthJson().print(this);
    }

    /**
     * Prints it as OpenMetrics 1.0 text, to be served as {@code application/openmetrics-text; version=1.0.0; charset=utf-8}. Names are {@code lifecycle_<area>_<what>_<unit>}.
     *
     * @return text that ends with {@code # EOF}; what is not known has no sample
     */
    public String toOpenMetrics() {
        return new OpenMetrics().print(this);
    }

    /**
     * Prints what matters on one line, like {@code memory 1843 MB (45.0% of 4096 MB container) heap live 512 MB level NORMAL cpu process 12% system 31% metrics 156/1000 leak STABLE (<1.2
     * MB/h)}. Of each kind of component the first eight are shown, with their names; pools as {@code db 18/20 (90.0%)}, task managers as {@code background 5 active}. The reasons of another
     * status than {@link HealthStatus#UP} are at the end.
     *
     * @return one printable line, without a line feed
     */
    public String toLogLine() {
        return new HealthLine().print(this);
    }
}
