package dev.lifecycle.tests.scope;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Kind;
import dev.lifecycle.Lease;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.scope.Guarded;
import dev.lifecycle.scope.Label;
import dev.lifecycle.scope.LateAdd;
import dev.lifecycle.scope.Owned;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeClosedException;
import dev.lifecycle.scope.WrongScopeThreadException;
import dev.lifecycle.tests.api.Await;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Confined scopes in the hands of other threads. */
@Timeout(60)
class ScopeThreadTest {
    private final Journal journal = new Journal();

    private static List<Supplier<Scope>> confined() {
        return List.of(
                Scope::confined,
                () -> Scope.confined().child(),
                () -> Scope.builder("confined").confined().open(),
                () -> Scope.builder("confined").confined().maxResources(100).open(),
                () -> Scope.confined().detachAll());
    }

    private static <T> T onAnotherThread(Supplier<T> work) {
        AtomicReference<T> result = new AtomicReference<>();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread thread = new Thread(() -> result.set(work.get()), "a foreign thread");
        thread.setUncaughtExceptionHandler((where, thrown) -> failure.set(thrown));
        thread.start();
        Await.until("ends", () -> !thread.isAlive());
        if (failure.get() != null) {
            throw new AssertionError("on another thread", failure.get());
        }
        return result.get();
    }

    private static WrongScopeThreadException refusal(Runnable use) {
        return onAnotherThread(() -> assertThrows(WrongScopeThreadException.class, use::run));
    }

    /** Verbs that put in what closes {@code closer}. */
    private static Consumer<Scope> put(String verb, AutoCloseable closer) {
        return switch (verb) {
            case "own" -> scope -> scope.own(closer);
            case "own value" -> scope -> scope.own("value", value -> closer.close());
            case "hold" -> scope -> scope.hold(closer);
            case "hold labelled" -> scope -> scope.hold(closer, Label.of("label"));
            case "hold value" -> scope -> scope.hold("value", value -> closer.close(), Label.of("label"));
            case "share" -> scope -> scope.share(closer);
            case "defer" -> scope -> scope.defer(closer::close);
            case "onExit" -> scope -> scope.onExit(exit -> closer.close());
            case "view" -> scope -> scope.throwing(IOException.class).own(closer);
            default -> throw new AssertionError(verb);
        };
    }

    static Stream<String> verbs() {
        return Stream.of("own", "own value", "hold", "hold labelled", "hold value", "share", "defer", "onExit", "view");
    }

    static Stream<Arguments> uses() {
        return Stream.of(
                Arguments.of("close", (Consumer<Scope>) Scope::close),
                Arguments.of("closeAsync", (Consumer<Scope>) scope -> scope.closeAsync(Runnable::run)),
                Arguments.of("close through a view", (Consumer<Scope>) scope -> {
                    try {
                        scope.throwing(IOException.class).close();
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                }),
                Arguments.of("child", (Consumer<Scope>) Scope::child),
                Arguments.of("named child", (Consumer<Scope>) scope -> scope.child("named")),
                Arguments.of("built child", (Consumer<Scope>)
                        scope -> Scope.builder("built").confined().open(scope)),
                Arguments.of("moveTo", (Consumer<Scope>) scope -> scope.moveTo(Scope.open())),
                Arguments.of(
                        "moved into", (Consumer<Scope>) scope -> Scope.open().moveTo(scope)),
                Arguments.of("detachAll", (Consumer<Scope>) Scope::detachAll),
                Arguments.of("succeed", (Consumer<Scope>) scope -> scope.succeed(1)),
                Arguments.of("fail", (Consumer<Scope>) scope -> scope.fail(new IOException("failed"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("uses")
    void refusesEveryUseByAForeignThread(String name, Consumer<Scope> use) {
        for (Supplier<Scope> kind : confined()) {
            Scope scope = kind.get();
            scope.own(journal.resource(name));
            refusal(() -> use.accept(scope));
            assertEquals(List.of(), journal.entries());
            assertEquals(State.OPEN, scope.state());
            assertEquals(1L, scope.snapshot().gauges().get("open"), "neither more nor less than before");
        }
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void releasesWhatAForeignThreadPutsIn(String verb) {
        for (Supplier<Scope> kind : confined()) {
            Journal log = new Journal();
            Scope scope = kind.get();
            scope.own(log.resource("owned"));
            refusal(() -> put(verb, log.resource("foreign")).accept(scope));
            assertEquals(List.of("foreign"), log.entries());
            scope.close();
            assertEquals(List.of("foreign", "owned"), log.entries());
        }
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void suppressesTheFailureToReleaseWhatAForeignThreadPutsIn(String verb) {
        IOException failure = new IOException("failed");
        Scope scope = Scope.confined();
        WrongScopeThreadException refusal =
                refusal(() -> put(verb, journal.failing("foreign", failure)).accept(scope));
        assertArrayEquals(new Throwable[] {failure}, refusal.getSuppressed());
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void leavesWhatAForeignThreadPutsInToItIfToldTo(String verb) {
        Scope scope = Scope.builder().confined().lateAdd(LateAdd.REFUSE).open();
        refusal(() -> put(verb, journal.resource("foreign")).accept(scope));
        assertEquals(List.of(), journal.entries());
    }

    @Test
    void acquiresNothingForAForeignThread() {
        Scope scope = Scope.confined();
        refusal(() -> scope.acquire(() -> {
            journal.note("acquired");
            return journal.resource(0);
        }));
        assertEquals(List.of(), journal.entries());
    }

    @Test
    void saysWhoseScopeItIsAndWhoCame() {
        Scope scope = Scope.builder("mine").confined().open();
        String message = refusal(scope::child).getMessage();
        assertTrue(
                message.contains("scope mine is confined to thread "
                        + Thread.currentThread().getName()),
                message);
        assertTrue(message.contains("used by a foreign thread"), message);
        assertTrue(message.contains("Scope.open()"), message);
    }

    @Test
    void showsItselfToAForeignThread() {
        Scope scope = Scope.builder("mine").confined().open();
        scope.own(journal.resource(0));
        assertEquals(true, onAnotherThread(scope::isOpen));
        assertEquals(State.OPEN, onAnotherThread(scope::state));
        assertEquals("mine", onAnotherThread(scope::name));
        assertEquals(Kind.SCOPE, onAnotherThread(scope::kind));
        Snapshot snapshot = onAnotherThread(scope::snapshot);
        assertEquals("mine", snapshot.name());
        assertEquals(Thread.currentThread().getName(), snapshot.gauges().get("thread"));
    }

    @Test
    void refusesItsHandlesToAForeignThread() throws Exception {
        Scope scope = Scope.confined();
        Owned<AutoCloseable> handle = scope.hold(journal.resource(0));
        refusal(handle::release);
        refusal(() -> handle.moveTo(Scope.open()));
        refusal(() -> {
            try {
                handle.close();
            } catch (WrongScopeThreadException e) {
                throw e;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        assertEquals(List.of(), journal.entries());
        handle.get();
        handle.close();
        assertEquals(List.of("0"), journal.entries());
        scope.close();
    }

    @Test
    void lendsWhatItSharesToAForeignThread() {
        Scope scope = Scope.confined();
        Guarded<AutoCloseable> guarded = scope.share(journal.resource(0));
        Lease<AutoCloseable> lease = onAnotherThread(guarded::lease);
        lease.close();
        onAnotherThread(() -> {
            guarded.lease().close();
            return null;
        });
        assertEquals(0, guarded.leases());
        scope.close();
        assertEquals(List.of("0"), journal.entries());
    }

    @Test
    void saysThatItIsClosedToAForeignThread() {
        Scope scope = Scope.confined();
        scope.close();
        onAnotherThread(() -> assertThrows(ScopeClosedException.class, () -> scope.own(journal.resource("late"))));
        assertEquals(List.of("late"), journal.entries());
        onAnotherThread(() -> {
            scope.close();
            return null;
        });
    }

    @Test
    void refusesAForeignThreadWhileItCloses() {
        Scope scope = Scope.confined();
        scope.own(journal.resource("older"));
        scope.defer(() -> onAnotherThread(() -> {
            assertThrows(RuntimeException.class, () -> scope.own(journal.resource("foreign")));
            assertEquals(State.CLOSING, scope.state());
            return null;
        }));
        scope.close();
        assertEquals(List.of("foreign", "older"), journal.entries());
    }

    @Test
    void closesOnAnotherThreadIfItsOwnAsksForThat() {
        Scope scope = Scope.confined();
        scope.defer(() -> journal.note(Thread.currentThread().getName()));
        scope.child().defer(() -> journal.note(Thread.currentThread().getName()));
        scope.closeAsync(task -> onAnotherThread(() -> {
                    task.run();
                    return null;
                }))
                .toCompletableFuture()
                .join();
        assertEquals(List.of("a foreign thread", "a foreign thread"), journal.entries());
        assertEquals(State.CLOSED, scope.state());
    }
}
