package dev.lifecycle.tests.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Lease;
import dev.lifecycle.Pressure;
import dev.lifecycle.collect.BoundedCache;
import dev.lifecycle.collect.CacheLoadException;
import dev.lifecycle.collect.CacheTimeoutException;
import dev.lifecycle.collect.RemovalCause;
import dev.lifecycle.scope.Scope;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The recipes of docs/collections.md that are about caches. */
class CacheRecipesTest {
    private record Quote(String symbol, long cents) {}

    private final AtomicInteger calls = new AtomicInteger();

    private Quote fetch(String symbol) {
        calls.incrementAndGet();
        return new Quote(symbol, 100);
    }

    @Test
    void boundsACacheByNumber() {
        // @start region="size"
        try (Scope app = Scope.open("app")) {
            BoundedCache<String, Quote> quotes = BoundedCache.<String, Quote>builder("quotes")
                    .maximumSize(10_000)
                    .expireAfterWrite(Duration.ofMinutes(5))
                    .recordStats() // and a warning when hits become rare
                    .open(app); // app closes it
            Quote quote = quotes.get("ACME", this::fetch); // of all who ask at once, one calls fetch
            assertEquals(quote, quotes.get("ACME"));
        }
        // @end
        assertEquals(1, calls.get());
    }

    @Test
    void boundsACacheByBytes() {
        try (Scope app = Scope.open("app")) {
            // @start region="bytes"
            BoundedCache<String, byte[]> pages = BoundedCache.<String, byte[]>builder("pages")
                    .maximumWeight(64L << 20, (url, page) -> page.length + 2 * url.length())
                    .open(app);
            pages.put("/index", new byte[40_000]);
            pages.put("/film", new byte[100 << 20]); // heavier than all the cache: let go at once
            // @end
            assertNull(pages.get("/film"));
            assertEquals(40_012, pages.weight());
        }
    }

    private static final class Model implements AutoCloseable {
        private final List<String> closed;
        private final String name;
        private boolean isClosed;

        Model(String name, List<String> closed) {
            this.name = name;
            this.closed = closed;
        }

        String answer(String question) {
            assertFalse(isClosed);
            return name + ": " + question;
        }

        @Override
        public void close() {
            isClosed = true;
            closed.add(name);
        }
    }

    @Test
    void closesWhatIsEvicted() {
        List<String> closed = new ArrayList<>();
        try (Scope app = Scope.open("app")) {
            // @start region="closing"
            BoundedCache<String, Model> models = BoundedCache.<String, Model>builder("models")
                    .maximumSize(2)
                    .closeValues() // when they have left, and nobody has them
                    .maxOpen(4) // with those that are borrowed: never more in memory
                    .open(app);
            try (Lease<Model> lease = models.borrow("small", name -> new Model(name, closed))) {
                models.invalidate("small");
                assertEquals("small: 2 + 2", lease.get().answer("2 + 2")); // still open
            }
            assertEquals(List.of("small"), closed); // by the last lease
            // @end
        }
    }

    private record Profile(String tenant, String user) {}

    @Test
    void forgetsOneTenant() {
        try (Scope app = Scope.open("app")) {
            // @start region="groups"
            BoundedCache<String, Profile> profiles = BoundedCache.<String, Profile>builder("profiles")
                    .maximumSize(100_000)
                    .groups((user, profile) -> profile.tenant())
                    .open(app);
            profiles.put("ann", new Profile("acme", "ann"));
            profiles.put("bob", new Profile("acme", "bob"));
            profiles.put("eve", new Profile("evil", "eve"));
            assertEquals(2, profiles.invalidateGroup("acme")); // looks at these two, not at the other 99,998
            // @end
            assertEquals(1, profiles.size());
        }
    }

    @Test
    void waitsNoLongerThanItIsWorth() throws InterruptedException {
        try (Scope app = Scope.open("app")) {
            // @start region="deadline"
            BoundedCache<String, Quote> quotes = BoundedCache.<String, Quote>builder("quotes")
                    .maximumSize(10_000)
                    .loadTimeout(Duration.ofSeconds(30)) // of the load itself, whoever waits
                    .cacheFailures(Duration.ofSeconds(5)) // do not ask again at once what has just failed
                    .open(app);
            try {
                quotes.get("ACME", this::stuck, Duration.ofMillis(20)); // of this caller
            } catch (CacheTimeoutException late) {
                assertTrue(late.getMessage().contains("ACME"));
            }
            // @end
            assertThrows(
                    CacheLoadException.class,
                    () -> quotes.get("DOWN", symbol -> {
                        calls.incrementAndGet();
                        throw new IOException(symbol);
                    }));
            assertThrows(CacheLoadException.class, () -> quotes.get("DOWN", this::fetch));
            assertEquals(1, calls.get());
        }
    }

    private Quote stuck(String symbol) throws InterruptedException {
        Thread.sleep(Duration.ofMinutes(1).toMillis()); // interrupted when the caller's time is over
        return fetch(symbol);
    }

    @Test
    void givesMemoryBackWhenItIsScarce() {
        List<RemovalCause> causes = new ArrayList<>();
        try (Scope app = Scope.open("app")) {
            // @start region="pressure"
            BoundedCache<Integer, byte[]> tiles = BoundedCache.<Integer, byte[]>builder("tiles")
                    .maximumWeight(1 << 20, (id, tile) -> tile.length)
                    .onRemoval((id, tile, cause) -> causes.add(cause))
                    .open(app);
            for (int id = 0; id < 1_000; id++) {
                tiles.put(id, new byte[1_024]);
            }
            long freed = tiles.shrink(Pressure.CLEANUP, 0); // the coldest half; the bound goes down with it
            tiles.restore(); // the bound is what it was
            // @end
            assertTrue(freed >= 500 * 1_024, () -> "freed " + freed);
            assertTrue(causes.stream().allMatch(cause -> cause == RemovalCause.TRIMMED), causes::toString);
            assertEquals(1 << 20, tiles.maximum());
        }
    }
}
