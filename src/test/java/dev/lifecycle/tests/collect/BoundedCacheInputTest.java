package dev.lifecycle.tests.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Pressure;
import dev.lifecycle.collect.BoundedCache;
import dev.lifecycle.collect.BoundedCacheBuilder;
import dev.lifecycle.collect.CacheLoadException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a cache and its builder refuse, and how they say it: what, its value, the bound, the way out. */
@Timeout(60)
class BoundedCacheInputTest {

    private static BoundedCacheBuilder<String, String> builder() {
        return BoundedCache.builder("quotes");
    }

    private static String nullOf(Executable call) {
        return assertThrows(NullPointerException.class, call).getMessage();
    }

    private static String illegal(Executable call) {
        return assertThrows(IllegalArgumentException.class, call).getMessage();
    }

    @Test
    void refusesNull() {
        try (BoundedCache<String, String> cache =
                builder().maximumSize(2).groups((key, value) -> null).open()) {
            assertEquals("key", nullOf(() -> cache.get(null)));
            assertEquals("key", nullOf(() -> cache.get(null, key -> "v")));
            assertEquals("loader", nullOf(() -> cache.get("a", null)));
            assertEquals("loader", nullOf(() -> cache.get("a", null, Duration.ZERO)));
            assertEquals("wait", nullOf(() -> cache.get("a", key -> "v", null)));
            assertEquals("key", nullOf(() -> cache.put(null, "v")));
            assertEquals("value", nullOf(() -> cache.put("a", null)));
            assertEquals("key", nullOf(() -> cache.putIfAbsent(null, "v")));
            assertEquals("value", nullOf(() -> cache.putIfAbsent("a", null)));
            assertEquals("key", nullOf(() -> cache.remove(null)));
            assertEquals("key", nullOf(() -> cache.invalidate(null)));
            assertEquals("predicate", nullOf(() -> cache.invalidateIf(null)));
            assertEquals("tag", nullOf(() -> cache.invalidateGroup(null)));
            assertEquals("level", nullOf(() -> cache.shrink(null, 0)));
            assertEquals(0, cache.size());
            assertEquals(0, cache.stats().insertions());
        }
        assertEquals("name", nullOf(() -> BoundedCache.builder(null)));
        assertEquals("weigher", nullOf(() -> builder().maximumWeight(1, null)));
        assertEquals("time", nullOf(() -> builder().expireAfterWrite(null)));
        assertEquals("time", nullOf(() -> builder().expireAfterAccess(null)));
        assertEquals("expiry", nullOf(() -> builder().expireAfter(null)));
        assertEquals("window", nullOf(() -> builder().recordStats(0.5, null)));
        assertEquals("listener", nullOf(() -> builder().onRemoval(null)));
        assertEquals("executor", nullOf(() -> builder().executor(null)));
        assertEquals("release", nullOf(() -> builder().closeValues(null)));
        assertEquals("time", nullOf(() -> builder().loadTimeout(null)));
        assertEquals("time", nullOf(() -> builder().cacheFailures(null)));
        assertEquals("tag", nullOf(() -> builder().groups(null)));
        assertEquals("clock", nullOf(() -> builder().timeSource(null)));
        assertEquals("owner", nullOf(() -> builder().maximumSize(1).open(null)));
    }

    @Test
    void refusesABoundThatIsNone() {
        assertEquals(
                "no maximum is set; call maximumSize(n) or maximumWeight(n, weigher) before open()",
                illegal(() -> builder().open()));
        assertEquals(
                "maximumSize is -1; it must be at least 0",
                illegal(() -> builder().maximumSize(-1)));
        assertEquals(
                "maximumWeight is -9223372036854775808; it must be at least 0",
                illegal(() -> builder().maximumWeight(Long.MIN_VALUE, (key, value) -> 1)));
    }

    @Test
    void refusesASecondBound() {
        String message = assertThrows(
                        IllegalStateException.class,
                        () -> builder().maximumSize(5).maximumWeight(7, (key, value) -> 1))
                .getMessage();
        assertEquals(
                "maximumWeight 7 was given after another maximum, 5; a cache has one bound, by size or by weight",
                message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S"})
    void refusesTimesThatAreNotPositive(String text) {
        Duration time = Duration.parse(text);
        assertEquals(
                "expireAfterWrite is " + time + "; it must be positive",
                illegal(() -> builder().expireAfterWrite(time)));
        assertEquals(
                "expireAfterAccess is " + time + "; it must be positive",
                illegal(() -> builder().expireAfterAccess(time)));
        assertEquals(
                "loadTimeout is " + time + "; it must be positive",
                illegal(() -> builder().loadTimeout(time)));
        assertEquals(
                "cacheFailures is " + time + "; it must be positive",
                illegal(() -> builder().cacheFailures(time)));
    }

    @Test
    void refusesARateOrWindowOutOfBounds() {
        Duration minute = Duration.ofMinutes(1);
        assertEquals(
                "hitRate is -0.1; it must be between 0 and 1",
                illegal(() -> builder().recordStats(-0.1, minute)));
        assertEquals(
                "hitRate is NaN; it must be between 0 and 1",
                illegal(() -> builder().recordStats(Double.NaN, minute)));
        assertEquals(
                "window is PT0.5S; it must be at least PT1S",
                illegal(() -> builder().recordStats(0.5, Duration.ofMillis(500))));
    }

    @Test
    void refusesALimitOfOpenValuesThatDoesNotFit() {
        assertEquals(
                "maxOpen is 0; it must be at least 1", illegal(() -> builder().maxOpen(0)));
        assertEquals(
                "maxOpen is 3, but values are not closed; call closeValues(), or bound entries with maximumSize(n)",
                illegal(() -> builder().maximumSize(1).maxOpen(3).open()));
    }

    @Test
    void refusesANameThatCannotBePrinted() {
        assertTrue(illegal(() -> BoundedCache.builder(" ")).startsWith("name is blank"));
    }

    @Test
    void refusesArgumentsOutOfBounds() {
        try (BoundedCache<String, String> cache = builder().maximumSize(2).open()) {
            assertEquals("fraction is 1.5; it must be between 0 and 1", illegal(() -> cache.trimTo(1.5)));
            assertEquals("fraction is NaN; it must be between 0 and 1", illegal(() -> cache.trimTo(Double.NaN)));
            assertEquals("bytesWanted is -1; it must be at least 0", illegal(() -> cache.shrink(Pressure.TRIM, -1)));
            assertEquals(
                    "wait is PT-0.001S; it must not be negative",
                    illegal(() -> cache.get("a", key -> "v", Duration.ofMillis(-1))));
        }
    }

    @Test
    void refusesAWeightAndATimeThatAreNegative() {
        try (BoundedCache<String, String> cache = builder()
                .maximumWeight(100, (key, value) -> value.length() - 1)
                .expireAfter((key, value) -> Duration.ofSeconds(value.length() - 2))
                .open()) {
            assertEquals(
                    "the weigher of cache quotes returned -1 for key a; a weight must be at least 0",
                    illegal(() -> cache.put("a", "")));
            assertEquals(
                    "the expiry of cache quotes returned PT-1S for key a; it must not be negative",
                    illegal(() -> cache.put("a", "x")));
            CacheLoadException failed = assertThrows(CacheLoadException.class, () -> cache.get("a", key -> ""));
            assertEquals("cache quotes: the load of key a failed", failed.getMessage());
            assertTrue(failed.getCause().getMessage().startsWith("the weigher of cache quotes returned -1"));
            assertEquals(0, cache.size());
        }
    }

    @Test
    void refusesGroupsWhereThereAreNone() {
        try (BoundedCache<String, String> cache = builder().maximumSize(2).open()) {
            String message = assertThrows(IllegalStateException.class, () -> cache.invalidateGroup("x"))
                    .getMessage();
            assertEquals("cache quotes has no groups; build it with groups(function)", message);
        }
    }

    @Test
    void lendsOnlyWhereItCloses() {
        try (BoundedCache<String, String> cache = builder().maximumSize(2).open()) {
            for (Executable call : List.<Executable>of(
                    () -> cache.borrow("a"),
                    () -> cache.borrow("a", key -> "v"),
                    () -> cache.borrow("a", key -> "v", Duration.ZERO))) {
                assertEquals(
                        "cache quotes does not close its values, so nothing is borrowed. Use get(), or build it with"
                                + " closeValues()",
                        assertThrows(UnsupportedOperationException.class, call).getMessage());
            }
        }
    }

    @Test
    void handsOutNoValueThatMayBeClosedAtAnyMoment() {
        try (BoundedCache<String, String> cache =
                builder().maximumSize(2).closeValues(value -> {}).open()) {
            for (Executable call : List.<Executable>of(
                    () -> cache.get("a"),
                    () -> cache.get("a", key -> "v"),
                    () -> cache.get("a", key -> "v", Duration.ZERO),
                    () -> cache.putIfAbsent("a", "v"),
                    () -> cache.remove("a"),
                    cache::asMap)) {
                String message =
                        assertThrows(UnsupportedOperationException.class, call).getMessage();
                assertTrue(
                        message.startsWith("cache quotes closes its values: what ")
                                && message.endsWith("Use borrow(), put() and invalidate()"),
                        message);
            }
            assertFalse(cache.invalidate("a"));
        }
    }

    @Test
    void mayBeBuiltTwice() {
        BoundedCacheBuilder<String, String> builder = builder().maximumSize(2);
        try (BoundedCache<String, String> one = builder.open();
                BoundedCache<String, String> other = builder.open()) {
            one.put("a", "v");
            assertEquals(0, other.size());
        }
    }
}
