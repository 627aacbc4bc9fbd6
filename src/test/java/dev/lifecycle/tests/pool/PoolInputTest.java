package dev.lifecycle.tests.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Lease;
import dev.lifecycle.Pressure;
import dev.lifecycle.pool.Fairness;
import dev.lifecycle.pool.LeakLevel;
import dev.lifecycle.pool.NestedAcquire;
import dev.lifecycle.pool.Order;
import dev.lifecycle.pool.ResourcePool;
import dev.lifecycle.pool.ResourcePoolBuilder;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** What a pool and its builder refuse, and how they say it: what, its value, the bound, the way out. */
@Timeout(60)
class PoolInputTest {
    private static final Duration LONGEST = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);

    private final Maker maker = new Maker();

    private ResourcePoolBuilder<Thing> builder() {
        return ResourcePool.builder("db", maker);
    }

    private static String nullOf(Executable call) {
        return assertThrows(NullPointerException.class, call).getMessage();
    }

    private static String illegal(Executable call) {
        return assertThrows(IllegalArgumentException.class, call).getMessage();
    }

    @Test
    void refusesNull() throws Exception {
        assertEquals("name", nullOf(() -> ResourcePool.builder(null, maker)));
        assertEquals("factory", nullOf(() -> ResourcePool.builder("db", null)));
        assertEquals("overflowIdle", nullOf(() -> builder().overflowIdle(null)));
        assertEquals("acquireTimeout", nullOf(() -> builder().acquireTimeout(null)));
        assertEquals("maxAge", nullOf(() -> builder().maxAge(null, 0)));
        assertEquals("maxIdle", nullOf(() -> builder().maxIdle(null)));
        assertEquals("validateAfterIdle", nullOf(() -> builder().validateAfterIdle(null)));
        assertEquals("validateInBackground", nullOf(() -> builder().validateInBackground(null)));
        assertEquals("validateTimeout", nullOf(() -> builder().validateTimeout(null)));
        assertEquals("createTimeout", nullOf(() -> builder().createTimeout(null)));
        assertEquals("drainTimeout", nullOf(() -> builder().drainTimeout(null)));
        assertEquals("closeTimeout", nullOf(() -> builder().closeTimeout(null)));
        assertEquals("how", nullOf(() -> builder().fairness(null)));
        assertEquals("level", nullOf(() -> builder().leakDetection(null, Duration.ofSeconds(1))));
        assertEquals("age", nullOf(() -> builder().leakDetection(LeakLevel.AGE, null)));
        assertEquals("what", nullOf(() -> builder().nestedAcquire(null)));
        assertEquals("which", nullOf(() -> builder().order(null)));
        assertEquals("listener", nullOf(() -> builder().listener(null)));
        assertEquals("clock", nullOf(() -> builder().timeSource(null)));
        assertEquals("owner", nullOf(() -> builder().open(null)));
        assertEquals("maxDelay", nullOf(() -> new Fairness(1, null)));
        try (ResourcePool<Thing> pool = builder().open()) {
            assertEquals("timeout", nullOf(() -> pool.acquire(null)));
            assertEquals("body", nullOf(() -> pool.use(null)));
            assertEquals("deadline", nullOf(() -> pool.close(null)));
            assertEquals("level", nullOf(() -> pool.shrink(null, 0)));
            assertEquals(0, maker.asked.get());
            try (Lease<Thing> lease = pool.acquire()) {
                assertEquals("label", nullOf(() -> lease.label(null)));
                assertEquals("cause", nullOf(() -> lease.invalidate(null)));
            }
            assertEquals(1, pool.stats().idle());
        }
    }

    @Test
    void refusesANameThatCannotBePrinted() {
        illegal(() -> ResourcePool.builder(" ", maker));
        illegal(() -> ResourcePool.builder("two\nlines", maker));
        illegal(() -> ResourcePool.builder("x".repeat(257), maker));
        ResourcePool.builder("x".repeat(256), maker).open().close();
    }

    @Test
    void refusesSizesOutsideTheirBounds() {
        for (int size : new int[] {0, -1, Integer.MIN_VALUE, 65_537, Integer.MAX_VALUE}) {
            assertEquals(
                    "core is " + size + "; it must be between 1 and 65536",
                    illegal(() -> builder().core(size)));
            assertEquals(
                    "maxConcurrentRecycles is " + size + "; it must be between 1 and 65536",
                    illegal(() -> builder().maxConcurrentRecycles(size)));
        }
        for (int size : new int[] {-1, Integer.MIN_VALUE, 65_537, Integer.MAX_VALUE}) {
            assertEquals(
                    "overflow is " + size + "; it must be between 0 and 65536",
                    illegal(() -> builder().overflow(size)));
        }
        assertEquals(
                "maxWaiters is -1; it must be at least 0, which lets nobody wait",
                illegal(() -> builder().maxWaiters(-1)));
        assertEquals(
                "minAvailable is -1; it must be at least 0",
                illegal(() -> builder().minAvailable(-1)));
    }

    @Test
    void refusesSizesThatContradictEachOther() {
        assertEquals(
                "core is 65536 and overflow 1; together they must be at most 65536",
                illegal(() -> builder().core(65_536).overflow(1).open()));
        assertEquals(
                "core is 1 and overflow 65536; together they must be at most 65536",
                illegal(() -> builder().core(1).overflow(65_536).open()));
        assertEquals(
                "minAvailable is 6; it must be at most core, 5. Raise core, or keep fewer",
                illegal(() -> builder().core(5).minAvailable(6).open()));
        assertEquals(
                "maxConcurrentRecycles is 7; with core 65000 and overflow 531 it must be at most 6",
                illegal(() -> builder()
                        .core(65_000)
                        .overflow(531)
                        .maxConcurrentRecycles(7)
                        .open()));
        assertEquals(0, maker.asked.get());
    }

    @Test
    void opensAtTheLimitsOfItsSizes() throws Exception {
        for (int core : new int[] {1, 65_536}) {
            try (ResourcePool<Thing> pool =
                    builder().core(core).overflow(65_536 - core).open()) {
                pool.acquire().close();
                assertEquals(1, pool.stats().idle());
            }
        }
        try (ResourcePool<Thing> pool = builder()
                .core(1)
                .overflow(0)
                .maxConcurrentRecycles(65_536)
                .minAvailable(1)
                .maxWaiters(Integer.MAX_VALUE)
                .open()) {
            pool.acquire().close();
        }
    }

    @Test
    void refusesNewSizesOutsideTheirBounds() throws Exception {
        try (ResourcePool<Thing> pool = builder().core(5).minAvailable(2).open()) {
            assertEquals("core is 0; it must be at least 1", illegal(() -> pool.resize(0, 1)));
            assertEquals("overflow is -1; it must be at least 0", illegal(() -> pool.resize(5, -1)));
            assertEquals(
                    "core is 65536 and overflow 1; together they must be at most 65536",
                    illegal(() -> pool.resize(65_536, 1)));
            assertEquals(
                    "core is 2147483647 and overflow 2147483647; together they must be at most 65536",
                    illegal(() -> pool.resize(Integer.MAX_VALUE, Integer.MAX_VALUE)));
            assertEquals(
                    "minAvailable is 2; it must be at most core, 1. Raise core, or keep fewer",
                    illegal(() -> pool.resize(1, 1)));
            assertEquals(5, pool.stats().core());
            assertEquals(10, pool.stats().overflow());
            pool.resize(65_536, 0);
            pool.acquire().close();
        }
    }

    /** Settings that are durations, by name. */
    private static final List<Setting> DURATIONS = List.of(
            new Setting(
                    "overflowIdle",
                    "it must not be negative. Zero ends them at once",
                    ResourcePoolBuilder::overflowIdle),
            new Setting(
                    "acquireTimeout",
                    "it must not be negative. Zero does not wait",
                    ResourcePoolBuilder::acquireTimeout),
            new Setting("maxAge", "it must not be negative. Zero is no limit", (b, time) -> b.maxAge(time, 0.5)),
            new Setting("maxIdle", "it must not be negative. Zero is no limit", ResourcePoolBuilder::maxIdle),
            new Setting(
                    "validateAfterIdle",
                    "it must not be negative. Zero validates each time",
                    ResourcePoolBuilder::validateAfterIdle),
            new Setting(
                    "validateInBackground",
                    "it must not be negative. Zero never does",
                    ResourcePoolBuilder::validateInBackground),
            new Setting(
                    "validateTimeout",
                    "it must not be negative. Zero validates on the thread of the borrower",
                    ResourcePoolBuilder::validateTimeout),
            new Setting(
                    "closeTimeout", "it must not be negative. Zero does not wait", ResourcePoolBuilder::closeTimeout),
            new Setting("createTimeout", "it must be longer than zero", ResourcePoolBuilder::createTimeout),
            new Setting("drainTimeout", "it must be longer than zero", ResourcePoolBuilder::drainTimeout),
            new Setting("age", "it must be longer than zero", (b, time) -> b.leakDetection(LeakLevel.AGE, time)));

    private record Setting(
            String name,
            String refusal,
            BiFunction<ResourcePoolBuilder<Thing>, Duration, ResourcePoolBuilder<Thing>> set) {
        boolean mayBeZero() {
            return refusal.contains("Zero");
        }
    }

    @Test
    void refusesDurationsThatAreTooShort() {
        for (Setting setting : DURATIONS) {
            for (Duration time : List.of(Duration.ofNanos(-1), Duration.ofSeconds(Long.MIN_VALUE))) {
                assertEquals(
                        setting.name + " is " + time + "; " + setting.refusal,
                        illegal(() -> setting.set.apply(builder(), time)));
            }
            if (!setting.mayBeZero()) {
                assertEquals(
                        setting.name + " is PT0S; " + setting.refusal,
                        illegal(() -> setting.set.apply(builder(), Duration.ZERO)));
            }
        }
    }

    @Test
    void worksWithTheShortestAndTheLongestOfEachDuration() throws Exception {
        for (Setting setting : DURATIONS) {
            for (Duration time :
                    List.of(setting.mayBeZero() ? Duration.ZERO : Duration.ofNanos(1), Duration.ofNanos(1), LONGEST)) {
                if (setting.name.equals("createTimeout") && time.equals(Duration.ofNanos(1))) {
                    continue; // nothing is made in no time
                }
                Keeper keeper = new Keeper();
                try (ResourcePool<Thing> pool = setting.set
                        .apply(ResourcePool.builder("db", keeper), time)
                        .core(2)
                        .open()) {
                    pool.acquire(LONGEST).close();
                    pool.acquire(LONGEST).close();
                }
                assertEquals(List.of(), List.copyOf(keeper.wrongs), setting.name + " " + time);
            }
        }
    }

    @Test
    void worksWithTheLongestDurationsTogether() throws Exception {
        ResourcePoolBuilder<Thing> builder = ResourcePool.builder("db", new Keeper());
        for (Setting setting : DURATIONS) {
            setting.set.apply(builder, LONGEST);
        }
        PoolTime time = new PoolTime();
        try (ResourcePool<Thing> pool = builder.timeSource(time).open()) {
            pool.acquire().close();
            time.leap(Duration.ofDays(365));
            pool.acquire().close();
            time.leap(Duration.ofDays(365 * 100));
            try (Lease<Thing> lease = pool.acquire()) {
                assertEquals(0, lease.get().number);
                assertEquals(1, pool.stats().created());
                assertEquals(0, pool.stats().leaksSuspected());
            }
        }
    }

    @Test
    void refusesJitterOutsideItsBounds() {
        for (double jitter : new double[] {-0.1, 1.000_001, Double.NaN, Double.POSITIVE_INFINITY, -Double.MIN_VALUE}) {
            assertEquals(
                    "jitter is " + jitter + "; it must be between 0, for none, and 1, for the whole age",
                    illegal(() -> builder().maxAge(Duration.ofHours(1), jitter)));
        }
        for (long jitter : new long[] {-1, 100, 101, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertEquals(
                    "jitter is " + jitter + "; it must be between 0 and 99, or some resources would not be used at all",
                    illegal(() -> builder().maxUses(100, jitter)));
        }
        assertEquals(
                "maxUses is -1; it must be at least 1, or 0 for no limit",
                illegal(() -> builder().maxUses(-1, 0)));
    }

    @Test
    void takesJitterAtItsBounds() throws Exception {
        for (double jitter : new double[] {0, 1, -0.0}) {
            try (ResourcePool<Thing> pool =
                    builder().maxAge(Duration.ofHours(1), jitter).open()) {
                pool.acquire().close();
            }
        }
        try (ResourcePool<Thing> pool = builder().maxUses(1, 0).open()) {
            pool.acquire().close();
            pool.acquire().close();
        }
        try (ResourcePool<Thing> pool =
                builder().maxUses(Long.MAX_VALUE, Long.MAX_VALUE - 1).open()) {
            pool.acquire().close();
            pool.acquire().close();
            assertEquals(1, pool.stats().created());
        }
    }

    @Test
    void hasNoLimitWhereItIsZeroWhateverTheJitter() throws Exception {
        PoolTime time = new PoolTime();
        try (ResourcePool<Thing> pool = builder()
                .maxUses(0, 50)
                .maxAge(Duration.ZERO, 1)
                .timeSource(time)
                .open()) {
            for (int i = 0; i < 200; i++) {
                pool.acquire().close();
            }
            time.pass(Duration.ofDays(1_000), Duration.ofDays(100));
            pool.acquire().close();
            assertEquals(1, pool.stats().created());
        }
    }

    @Test
    void refusesAUsageWarningThatIsNone() {
        for (double at : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertEquals(
                    "warnAt is " + at + "; it must be above 0",
                    illegal(() -> builder().usageWarning(at, 0)));
        }
        for (double at : new double[] {0.9, 1, -0.1, Double.NaN}) {
            assertEquals(
                    "clearAt is " + at + "; it must be at least 0 and less than warnAt, 0.9",
                    illegal(() -> builder().usageWarning(0.9, at)));
        }
        builder().usageWarning(1.5, 0);
        builder().usageWarning(Double.MIN_VALUE, 0);
    }

    @Test
    void refusesFairnessThatIsNone() {
        assertEquals(
                "maxBypass is -1; it must be at least 0, for strict order",
                illegal(() -> new Fairness(-1, Duration.ZERO)));
        assertEquals(
                "maxDelay is PT-0.000000001S; it must not be negative",
                illegal(() -> new Fairness(0, Duration.ofNanos(-1))));
        builder().fairness(new Fairness(Integer.MAX_VALUE, LONGEST)).open().close();
    }

    @Test
    void refusesArgumentsThatCannotBeRight() throws Exception {
        try (ResourcePool<Thing> pool = builder().open()) {
            Duration negative = Duration.ofNanos(-1);
            assertEquals("timeout is PT-0.000000001S; it must not be negative", illegal(() -> pool.acquire(negative)));
            assertEquals("deadline is PT-0.000000001S; it must not be negative", illegal(() -> pool.close(negative)));
            assertEquals("bytesWanted is -1; it must be at least 0", illegal(() -> pool.shrink(Pressure.TRIM, -1)));
            try (Lease<Thing> lease = pool.acquire()) {
                illegal(() -> lease.label("two\nlines"));
                illegal(() -> lease.label(""));
                illegal(() -> lease.label("x".repeat(257)));
                lease.label("x".repeat(256));
            }
            assertEquals(0, pool.stats().leased());
        }
    }

    @Test
    void mayBeBuiltMoreThanOnce() throws Exception {
        ResourcePoolBuilder<Thing> builder = builder()
                .core(1)
                .overflow(0)
                .order(Order.FIFO)
                .nestedAcquire(NestedAcquire.ALLOW)
                .prefill(false);
        try (ResourcePool<Thing> first = builder.open();
                ResourcePool<Thing> second = builder.core(2).open();
                Lease<Thing> one = first.acquire();
                Lease<Thing> two = second.acquire();
                Lease<Thing> three = second.acquire()) {
            assertTrue(first.tryAcquire().isEmpty(), one::toString);
            assertFalse(two.get() == three.get());
        }
    }
}
