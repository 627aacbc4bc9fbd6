package dev.lifecycle.tests.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lifecycle.collect.BoundedCache;
import dev.lifecycle.collect.BoundedCacheBuilder;
import dev.lifecycle.collect.CacheLoadException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What functions and keys of the user throw reaches the caller, and leaves nothing behind. */
@Timeout(60)
class CacheFaultTest {

    private static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Throws at a chosen call. */
    private static final class Fault {
        int calls;
        int failing = -1;

        void call() {
            if (calls++ == failing) {
                throw new Broken();
            }
        }
    }

    private record Key(int number, Fault fault) {
        @Override
        public boolean equals(Object other) {
            fault.call();
            return other instanceof Key key && key.number == number;
        }

        @Override
        public int hashCode() {
            fault.call();
            return number & 1;
        }
    }

    private record Tag(int number, Fault fault) {
        @Override
        public boolean equals(Object other) {
            fault.call();
            return other instanceof Tag tag && tag.number == number;
        }

        @Override
        public int hashCode() {
            fault.call();
            return 1;
        }
    }

    private static final class Subject {
        final Fault fault = new Fault();
        final BoundedCache<Key, String> cache;

        Subject(boolean hard) {
            BoundedCacheBuilder<Key, String> builder = BoundedCache.<Key, String>builder("faulty")
                    .maximumWeight(20, (key, value) -> {
                        fault.call();
                        return 1 + key.number % 3;
                    })
                    .expireAfter((key, value) -> {
                        fault.call();
                        return Duration.ofHours(1);
                    })
                    .groups((key, value) -> {
                        fault.call();
                        return new Tag(key.number % 4, fault);
                    });
            cache = (hard ? builder.hardBound() : builder).open();
            for (int i = 0; i < 8; i++) {
                cache.put(key(i), "v" + i);
            }
        }

        Key key(int number) {
            return new Key(number, fault);
        }
    }

    static Stream<Named<Consumer<Subject>>> operations() {
        return Stream.of(
                Named.of("get", subject -> subject.cache.get(subject.key(2))),
                Named.of("put", subject -> subject.cache.put(subject.key(20), "w")),
                Named.of("replace", subject -> subject.cache.put(subject.key(3), "w")),
                Named.of("putIfAbsent", subject -> subject.cache.putIfAbsent(subject.key(21), "w")),
                Named.of("load", subject -> subject.cache.get(subject.key(22), key -> "w")),
                Named.of("invalidate", subject -> subject.cache.invalidate(subject.key(4))),
                Named.of("invalidateGroup", subject -> subject.cache.invalidateGroup(new Tag(1, subject.fault))),
                Named.of(
                        "invalidateGroup in a load",
                        subject -> subject.cache.get(subject.key(24), key -> {
                            subject.cache.invalidateGroup(new Tag(2, subject.fault));
                            return "w";
                        })),
                Named.of(
                        "invalidateIf",
                        subject -> subject.cache.invalidateIf((key, value) -> {
                            subject.fault.call();
                            return key.number == 5;
                        })),
                Named.of(
                        "compute",
                        subject -> subject.cache.asMap().compute(subject.key(6), (key, value) -> {
                            subject.fault.call();
                            return "w";
                        })),
                Named.of("trim", subject -> subject.cache.trimTo(0.2)));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void leavesAConsistentCacheWhereverCodeOfTheUserThrows(Consumer<Subject> operation) {
        for (boolean hard : new boolean[] {false, true}) {
            for (int failing = 0; ; failing++) {
                Subject subject = new Subject(hard);
                subject.fault.calls = 0;
                subject.fault.failing = failing;
                boolean thrown = false;
                try {
                    operation.accept(subject);
                } catch (Broken | CacheLoadException expected) {
                    thrown = true;
                }
                boolean reached = subject.fault.calls > failing;
                subject.fault.failing = -1;
                assertConsistent(subject, thrown + " at call " + failing);
                if (!reached) {
                    break;
                }
            }
        }
    }

    private static void assertConsistent(Subject subject, String when) {
        BoundedCache<Key, String> cache = subject.cache;
        cache.cleanUp();
        long weight = 0;
        List<Key> keys = new ArrayList<>(cache.asMap().keySet());
        for (Key key : keys) {
            weight += 1 + key.number % 3;
        }
        assertEquals(keys.size(), cache.size(), when);
        assertEquals(weight, cache.weight(), when);
        for (int i = 0; i < 30; i++) {
            cache.put(subject.key(i), "after");
            assertEquals(i < 7 ? "after" : cache.get(subject.key(i)), cache.get(subject.key(i)), when);
        }
        long tagged = 0;
        long size = cache.size();
        for (int tag = 0; tag < 4; tag++) {
            tagged += cache.invalidateGroup(new Tag(tag, subject.fault));
        }
        assertEquals(size, tagged, when);
        assertEquals(0, cache.size(), when);
        assertEquals(0, cache.weight(), when);
        assertEquals(0, cache.snapshot().gauges().get("groups"), when);
        cache.close();
    }

    @Test
    void throwsWhatAWeigherThrowsAndKeepsWhatThereWas() {
        Broken broken = new Broken();
        try (BoundedCache<Integer, String> cache = BoundedCache.<Integer, String>builder("faulty")
                .maximumWeight(10, (key, value) -> {
                    if (value.equals("bad")) {
                        throw broken;
                    }
                    return 1;
                })
                .open()) {
            cache.put(1, "good");
            assertSame(broken, assertThrows(Broken.class, () -> cache.put(1, "bad")));
            assertEquals("good", cache.get(1));
            assertSame(
                    broken,
                    assertThrows(CacheLoadException.class, () -> cache.get(2, key -> "bad"))
                            .getCause());
            assertNull(cache.get(2));
            assertEquals(1, cache.weight());
        }
    }
}
