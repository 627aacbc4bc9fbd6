package dev.lifecycle.tests.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.pool.Recycler;
import dev.lifecycle.pool.RecyclerBuilder;
import dev.lifecycle.pool.RecyclerStats;
import dev.lifecycle.pool.ResourceCreationException;
import dev.lifecycle.pool.ResourcePoolBuilder;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeClosedException;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.tests.api.LogCapture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** What a recycler refuses, and how it says so. */
@Timeout(60)
class RecyclerInputTest {
    private static final Duration LONG = Duration.ofSeconds(Long.MAX_VALUE);

    private static RecyclerBuilder<Object> builder() {
        return Recycler.builder("ocr", Object::new);
    }

    private static void refused(String message, Consumer<RecyclerBuilder<Object>> setting) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> setting.accept(builder()))
                        .getMessage());
    }

    private static void named(String parameter, Executable call) {
        assertEquals(parameter, assertThrows(NullPointerException.class, call).getMessage());
    }

    @Test
    void sizesOutsideTheirBoundsAreRefused() {
        refused("workers is 0; it must be between 1 and 65536", with -> with.workers(0));
        refused("workers is 65537; it must be between 1 and 65536", with -> with.workers(65_537));
        refused("minHealthy is -1; it must be at least 0", with -> with.minHealthy(-1));
        refused("maxConcurrent is 0; it must be between 1 and 65536", with -> with.maxConcurrent(0));
        refused("maxConcurrent is 65537; it must be between 1 and 65536", with -> with.maxConcurrent(65_537));
    }

    @Test
    void limitsOutsideTheirBoundsAreRefused() {
        refused("maxUses is -1; it must be at least 1, or 0 for no limit", with -> with.maxUses(-1, 0));
        refused(
                "jitter is 100; it must be between 0 and 99, or some resources would not be used at all",
                with -> with.maxUses(100, 100));
        refused(
                "jitter is -1; it must be between 0 and 99, or some resources would not be used at all",
                with -> with.maxUses(100, -1));
        refused(
                "maxAge is PT-1S; it must not be negative. Zero is no limit",
                with -> with.maxAge(Duration.ofSeconds(-1), 0));
        for (double jitter : new double[] {-0.1, 1.1, Double.NaN}) {
            refused(
                    "jitter is " + jitter + "; it must be between 0, for none, and 1, for the whole age",
                    with -> with.maxAge(Duration.ofHours(1), jitter));
        }
    }

    @Test
    void timesOutsideTheirBoundsAreRefusedByTheirOwnNames() {
        Duration negative = Duration.ofSeconds(-1);
        refused("drainTimeout is PT0S; it must be longer than zero", with -> with.drainTimeout(Duration.ZERO));
        refused("createTimeout is PT-1S; it must be longer than zero", with -> with.createTimeout(negative));
        refused(
                "waitTimeout is PT-1S; it must not be negative. Zero does not wait",
                with -> with.waitTimeout(negative));
    }

    @Test
    void settingsThatContradictEachOtherAreRefusedWhenItIsOpened() {
        refused(
                "minHealthy is 3; it must be at most workers, 2. Have more workers, or keep fewer",
                with -> with.workers(2).minHealthy(3).open());
        refused(
                "maxConcurrent is 3; with 65535 workers it must be at most 2. Have fewer workers, or replace fewer at one time",
                with -> with.workers(ResourcePoolBuilder.MAX_RESOURCES - 1)
                        .maxConcurrent(3)
                        .open());
    }

    @Test
    void nothingIsNamed() {
        named("factory", () -> Recycler.builder("ocr", null));
        named("worn", () -> builder().when(null));
        named("action", () -> builder().warmUp(null));
        named("time", () -> builder().waitTimeout(null));
        named("createTimeout", () -> builder().createTimeout(null));
        named("drainTimeout", () -> builder().drainTimeout(null));
        named("maxAge", () -> builder().maxAge(null, 0));
        named("listener", () -> builder().listener(null));
        named("clock", () -> builder().timeSource(null));
        named("owner", () -> builder().open(null));
        try (Recycler<Object> recycler = builder().open()) {
            named("body", () -> recycler.use(null));
            named("deadline", () -> recycler.close(null));
        }
    }

    @Test
    void aNameThatCannotBePrintedIsRefused() {
        String message = assertThrows(IllegalArgumentException.class, () -> Recycler.builder("two\nlines", Object::new))
                .getMessage();
        assertTrue(message.contains("name"), message);
    }

    @Test
    void aNegativeDeadlineIsRefused() {
        try (Recycler<Object> recycler = builder().open()) {
            assertEquals(
                    "deadline is PT-1S; it must not be negative",
                    assertThrows(IllegalArgumentException.class, () -> recycler.close(Duration.ofSeconds(-1)))
                            .getMessage());
        }
    }

    @Test
    void aClosedOwnerIsRefusedAndNoWorkerIsMade() {
        Scope owner = Scope.open("owner");
        owner.close();
        AtomicInteger made = new AtomicInteger();
        RecyclerBuilder<Integer> builder = Recycler.builder("ocr", made::incrementAndGet);
        assertThrows(ScopeClosedException.class, () -> builder.open(owner));
        assertEquals(0, made.get());
    }

    @Test
    void theLongestTimesAreAsGoodAsForEver() throws Exception {
        try (Recycler<Object> recycler = builder()
                .maxAge(LONG, 0.5)
                .drainTimeout(LONG)
                .createTimeout(LONG)
                .waitTimeout(LONG)
                .open()) {
            for (int i = 0; i < 100; i++) {
                recycler.use(Object::hashCode);
            }
            assertEquals(100, recycler.stats().uses());
            assertEquals(1, recycler.recycleNow().replaced());
        }
    }

    @Test
    void theHighestNumberOfUsesIsNotOverrunByItsJitter() throws Exception {
        for (int i = 0; i < 20; i++) {
            try (Recycler<Object> recycler =
                    builder().maxUses(Long.MAX_VALUE, Long.MAX_VALUE - 1).open()) {
                recycler.use(Object::hashCode);
                RecyclerStats stats = recycler.stats();
                assertEquals(0, stats.creating() + stats.replacedByUses(), stats::toString);
            }
        }
    }

    @Test
    void aBuilderOpensMoreThanOne() throws Exception {
        RecyclerBuilder<Object> builder = builder().workers(2);
        try (Recycler<Object> one = builder.open();
                Recycler<Object> other = builder.workers(3).open()) {
            assertEquals(2, one.stats().workers());
            assertEquals(3, other.stats().workers());
            Object worker = one.<Object, RuntimeException>use(each -> each);
            assertTrue(other.<Boolean, RuntimeException>use(each -> each != worker));
        }
    }

    @Test
    void aFactoryThatMakesNothingFailsThoseWhoAsk() throws Exception {
        try (LogCapture log = LogCapture.ofPools();
                Recycler<Object> recycler =
                        Recycler.builder("nothing", () -> null).open()) {
            ResourceCreationException thrown =
                    assertThrows(ResourceCreationException.class, () -> recycler.use(Object::hashCode));
            assertTrue(thrown.getMessage().startsWith("recycler nothing: "), thrown::getMessage);
            assertTrue(thrown.getMessage().contains("create returned null"), log.lines()::toString);
        }
    }

    @Test
    void aFactoryThatMakesTheSameTwiceHasOne() throws Exception {
        Object same = new Object();
        try (LogCapture log = LogCapture.ofPools();
                Recycler<Object> recycler =
                        Recycler.builder("twins", () -> same).workers(2).open()) {
            Await.until("a failure", () -> recycler.stats().createFailures() > 0);
            assertEquals(1, recycler.stats().healthy());
            assertEquals(same, recycler.<Object, RuntimeException>use(each -> each), log.lines()::toString);
        }
    }

    @Test
    void everyWorkerThatWasMadeIsEnded() throws Exception {
        List<AutoCloseable> open = new ArrayList<>();
        AtomicInteger made = new AtomicInteger();
        Recycler<AutoCloseable> recycler = Recycler.<AutoCloseable>builder("closing", () -> {
                    made.incrementAndGet();
                    AutoCloseable[] self = new AutoCloseable[1];
                    self[0] = () -> {
                        synchronized (open) {
                            open.remove(self[0]);
                        }
                    };
                    synchronized (open) {
                        open.add(self[0]);
                    }
                    return self[0];
                })
                .maxUses(7, 3)
                .open();
        for (int i = 0; i < 500; i++) {
            recycler.use(AutoCloseable::hashCode);
        }
        recycler.close();
        assertTrue(made.get() > 1);
        synchronized (open) {
            assertEquals(List.of(), open);
        }
    }
}
