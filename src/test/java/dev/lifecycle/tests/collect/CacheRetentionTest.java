package dev.lifecycle.tests.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lifecycle.Lease;
import dev.lifecycle.collect.BoundedCache;
import dev.lifecycle.collect.BoundedCacheBuilder;
import dev.lifecycle.collect.CacheLoadException;
import dev.lifecycle.testing.LeakProbe;
import dev.lifecycle.time.VirtualTime;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An idle cache keeps nothing alive that has left it. */
@Tag("once")
@Timeout(60)
class CacheRetentionTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final VirtualTime time = new VirtualTime();

    static Stream<Named<UnaryOperator<BoundedCacheBuilder<Object, Object>>>> kinds() {
        return Stream.of(
                Named.of("plain", builder -> builder),
                Named.of("hard", BoundedCacheBuilder::hardBound),
                Named.of("expiring", builder -> builder.expireAfterWrite(SECOND)),
                Named.of("grouped", builder -> builder.groups((key, value) -> value)),
                Named.of("listened to", builder -> builder.onRemoval((key, value, cause) -> {})),
                Named.of(
                        "all",
                        builder -> builder.expireAfterWrite(SECOND)
                                .expireAfterAccess(SECOND)
                                .recordStats()
                                .loadTimeout(SECOND)
                                .executor(Runnable::run)
                                .groups((key, value) -> 1)
                                .onRemoval((key, value, cause) -> {})));
    }

    private List<Reference<?>> use(BoundedCache<Object, Object> cache, int count) {
        List<Reference<?>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Object key = new byte[10];
            Object value = new byte[100];
            all.add(new WeakReference<>(key));
            all.add(new WeakReference<>(value));
            if (i % 2 == 0) {
                cache.put(key, value);
            } else {
                cache.get(key, any -> value);
            }
            cache.get(key);
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void keepsNothingThatHasLeft(UnaryOperator<BoundedCacheBuilder<Object, Object>> kind) {
        try (BoundedCache<Object, Object> cache = kind.apply(
                        BoundedCache.builder("objects").maximumSize(8).timeSource(time))
                .open()) {
            for (Consumer<BoundedCache<Object, Object>> end : List.<Consumer<BoundedCache<Object, Object>>>of(
                    own -> own.asMap().keySet().forEach(own::invalidate),
                    BoundedCache::invalidateAll,
                    own -> own.trimTo(0),
                    own -> own.asMap().values().removeIf(value -> true),
                    own -> {
                        time.advance(SECOND);
                        own.cleanUp();
                        own.invalidateAll();
                    },
                    BoundedCache::close)) {
                List<Reference<?>> gone = use(cache, 40);
                end.accept(cache);
                assertEquals(0, cache.size());
                gone.forEach(LeakProbe::awaitCollected);
            }
        }
    }

    @Test
    void keepsNothingThatWasEvicted() {
        try (BoundedCache<Object, Object> cache =
                BoundedCache.builder("objects").maximumSize(8).open()) {
            List<Reference<?>> all = use(cache, 400);
            List<Object> kept = new ArrayList<>(cache.asMap().keySet());
            kept.addAll(cache.asMap().values());
            for (Reference<?> each : all) {
                if (kept.stream().noneMatch(object -> each.refersTo(cast(object)))) {
                    LeakProbe.awaitCollected(each);
                }
            }
            assertEquals(16, kept.size());
        }
    }

    @SuppressWarnings("unchecked")
    private static <T> T cast(Object object) {
        return (T) object;
    }

    @Test
    void keepsNoFailureLongerThanItShall() {
        try (BoundedCache<Object, Object> cache = BoundedCache.builder("objects")
                .maximumSize(8)
                .cacheFailures(SECOND)
                .timeSource(time)
                .open()) {
            Reference<?> failure = fail(cache);
            assertEquals(1, cache.size());
            time.advance(SECOND);
            cache.cleanUp();
            LeakProbe.awaitCollected(failure);
        }
    }

    private static Reference<?> fail(BoundedCache<Object, Object> cache) {
        Exception failure = new IllegalStateException();
        assertThrows(
                CacheLoadException.class,
                () -> cache.get("a", key -> {
                    throw failure;
                }));
        return new WeakReference<>(failure);
    }

    @Test
    void keepsNoClosedValue() {
        try (BoundedCache<Object, Object> cache = BoundedCache.builder("objects")
                .maximumSize(8)
                .closeValues(value -> {})
                .maxOpen(4)
                .open()) {
            lend(cache).forEach(LeakProbe::awaitCollected);
            assertEquals(0, cache.stats().open());
        }
    }

    private static List<Reference<?>> lend(BoundedCache<Object, Object> cache) {
        List<Reference<?>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            try (Lease<Object> lease = cache.borrow(i, key -> new byte[100])) {
                all.add(new WeakReference<>(lease.get()));
                if (i % 2 == 0) {
                    cache.invalidate(i);
                }
            }
        }
        cache.invalidateAll();
        return all;
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void isCollectedAlthoughTimersKnowIt(UnaryOperator<BoundedCacheBuilder<Object, Object>> kind) {
        LeakProbe.awaitCollected(dropped(kind, false));
        LeakProbe.awaitCollected(dropped(kind, true));
    }

    private Reference<?> dropped(UnaryOperator<BoundedCacheBuilder<Object, Object>> kind, boolean virtual) {
        BoundedCacheBuilder<Object, Object> builder =
                kind.apply(BoundedCache.builder("dropped objects").maximumSize(8));
        BoundedCache<Object, Object> cache = (virtual ? builder.timeSource(time) : builder).open();
        use(cache, 20);
        return new WeakReference<>(cache);
    }
}
