package dev.lifecycle.tests.scope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.scope.CloseException;
import dev.lifecycle.scope.OverrunPolicy;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeClosedException;
import dev.lifecycle.scope.ScopeFullException;
import dev.lifecycle.scope.WrongScopeThreadException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Thread locals that have a value for as long as a scope is open. */
@Timeout(60)
class ScopeBindTest {
    private final ThreadLocal<String> local = new ThreadLocal<>();
    private final ExecutorService other = Executors.newSingleThreadExecutor();

    @AfterEach
    void endTheOtherThread() throws InterruptedException {
        other.shutdownNow();
        assertTrue(other.awaitTermination(30, TimeUnit.SECONDS));
    }

    static List<Supplier<Scope>> scopes() {
        return List.of(
                Scope::open,
                Scope::confined,
                () -> Scope.open("named"),
                () -> Scope.open().child(),
                () -> Scope.builder("deadline").deadline(Duration.ofSeconds(20)).open(),
                () -> Scope.builder("abandon")
                        .deadline(Duration.ofSeconds(20))
                        .overrun(OverrunPolicy.ABANDON)
                        .open());
    }

    @ParameterizedTest
    @MethodSource("scopes")
    void restoresWhatWasThere(Supplier<Scope> open) {
        local.set("before");
        try (Scope scope = open.get()) {
            scope.bind(local, "request");
            assertEquals("request", local.get());
        }
        assertEquals("before", local.get());
    }

    @ParameterizedTest
    @MethodSource("scopes")
    void leavesNothingWhereThereWasNothing(Supplier<Scope> open) {
        AtomicInteger asked = new AtomicInteger();
        ThreadLocal<String> counting = ThreadLocal.withInitial(() -> {
            asked.incrementAndGet();
            return null;
        });
        try (Scope scope = open.get()) {
            scope.bind(counting, "request");
        }
        int before = asked.get();
        assertNull(counting.get());
        assertEquals(before + 1, asked.get(), "it had no entry");
    }

    @Test
    void restoresAnInitialValueAndANullThatIsNone() {
        ThreadLocal<String> initial = ThreadLocal.withInitial(() -> "initial");
        try (Scope scope = Scope.open()) {
            scope.bind(initial, "request");
        }
        assertEquals("initial", initial.get());
        initial.set(null);
        try (Scope scope = Scope.open()) {
            scope.bind(initial, "request");
        }
        assertNull(initial.get());
    }

    @Test
    void restoresTheNewestFirst() {
        try (Scope outer = Scope.open()) {
            outer.bind(local, "outer");
            try (Scope inner = outer.child()) {
                inner.bind(local, "first");
                inner.bind(local, "second");
                inner.defer(() -> assertEquals("second", local.get()));
                inner.bind(local, null);
                assertNull(local.get());
            }
            assertEquals("outer", local.get());
        }
        assertNull(local.get());
    }

    @Test
    void overwritesWhatOthersSetMeanwhile() {
        try (Scope scope = Scope.open()) {
            scope.bind(local, "request");
            local.set("forgotten");
        }
        assertNull(local.get());
    }

    @Test
    void bindsNothingWhereItIsRefused() {
        local.set("before");
        Scope closed = Scope.open();
        closed.close();
        assertThrows(ScopeClosedException.class, () -> closed.bind(local, "late"));
        try (Scope full = Scope.builder("full").maxResources(1).open()) {
            full.defer(() -> {});
            assertThrows(ScopeFullException.class, () -> full.bind(local, "too many"));
        }
        Scope confined = Scope.confined();
        ExecutionException refused = assertThrows(
                ExecutionException.class,
                () -> other.submit(() -> confined.bind(local, "foreign")).get());
        assertSame(WrongScopeThreadException.class, refused.getCause().getClass());
        confined.close();
        try (Scope scope = Scope.open()) {
            assertThrows(NullPointerException.class, () -> scope.bind(null, "of nothing"));
        }
        assertEquals("before", local.get());
    }

    @Test
    void saysThatAnotherThreadCannotRestoreIt() throws Exception {
        Scope scope = Scope.open();
        int[] closed = {0};
        scope.defer(() -> closed[0]++);
        scope.bind(local, "request");
        ExecutionException failed = assertThrows(
                ExecutionException.class, () -> other.submit(scope::close).get());
        Throwable cause = failed.getCause();
        String message = String.valueOf(
                cause instanceof CloseException ? cause.getCause().getMessage() : cause.getMessage());
        assertTrue(message.contains(Thread.currentThread().getName()), message);
        assertEquals(1, closed[0]);
        assertEquals("request", local.get(), "only this thread can change it");
        scope.close();
    }

    @Test
    void mindsNoThreadThatHasEnded() throws InterruptedException {
        Scope scope = Scope.open();
        Thread gone = new Thread(() -> scope.bind(local, "request"));
        gone.start();
        gone.join();
        scope.close();
        assertNull(local.get());
    }

    @Test
    void movesWithItsScope() {
        local.set("before");
        try (Scope target = Scope.open()) {
            try (Scope scope = Scope.open()) {
                scope.bind(local, "request");
                scope.moveTo(target);
            }
            assertEquals("request", local.get());
        }
        assertEquals("before", local.get());
    }

    @Test
    void worksThroughATypedView() {
        try (Scope scope = Scope.open()) {
            scope.throwing(Exception.class).bind(local, "request");
            assertEquals("request", local.get());
        }
        assertNull(local.get());
    }
}
