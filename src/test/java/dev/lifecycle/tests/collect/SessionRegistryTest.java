package dev.lifecycle.tests.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Kind;
import dev.lifecycle.State;
import dev.lifecycle.collect.CollectionClosedException;
import dev.lifecycle.collect.RemovalCause;
import dev.lifecycle.collect.Session;
import dev.lifecycle.collect.SessionRegistry;
import dev.lifecycle.collect.SessionRegistryBuilder;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeClosedException;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SessionRegistryTest {
    private static final Duration TIMEOUT = Duration.ofMinutes(30);
    private static final Duration MOMENT = Duration.ofNanos(1);

    private final VirtualTime time = new VirtualTime();
    private final Scope owner = Scope.open("test");
    private final List<String> ends = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        owner.close();
    }

    /** A state. */
    private static final class Cart {
        final List<String> goods = new ArrayList<>();
    }

    private SessionRegistryBuilder<Cart> carts() {
        return SessionRegistry.builder("sessions", principal -> new Cart())
                .timeout(TIMEOUT)
                .maximumSessions(1_000)
                .onEnd((session, cause) -> ends.add(session.principal() + " " + cause))
                .timeSource(time);
    }

    private static long gauge(SessionRegistry<?> registry, String name) {
        return ((Number) registry.snapshot().gauges().get(name)).longValue();
    }

    // ---- opening and finding ---------------------------------------------------------------------------------------

    @Test
    void opensASessionWithAStateOfItsOwn() {
        SessionRegistry<Cart> registry = carts().open(owner);
        Session<Cart> first = registry.open("ann");
        Session<Cart> second = registry.open("ann");
        assertEquals("ann", first.principal());
        assertNotSame(first.state(), second.state());
        assertSame(first.state(), registry.find(first.id()).orElseThrow().state());
        assertSame(second, registry.find(second.id()).orElseThrow());
        assertEquals(List.of(second, first), registry.sessions("ann"));
        assertEquals(List.of(), registry.sessions("bob"));
        assertEquals(2, registry.size());
        assertEquals(1, registry.principals());
    }

    @Test
    void givesIdsThatNobodyCanGuess() {
        SessionRegistry<Cart> registry = carts().open(owner);
        Set<String> ids = new HashSet<>();
        Set<String> secrets = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            String id = registry.open("ann").id();
            assertTrue(id.matches("[A-Za-z0-9_-]{32}"), id);
            ids.add(id);
            secrets.add(id.substring(8));
        }
        assertEquals(1_000, ids.size());
        assertEquals(1_000, secrets.size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "zażółć gęślą jaźń, and more of it",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "AAAAAAAA AAAAAA"
            })
    void doesNotFindWhatIsNoId(String text) {
        SessionRegistry<Cart> registry = carts().open(owner);
        registry.open("ann");
        assertEquals(Optional.empty(), registry.find(text));
        assertEquals(Optional.empty(), registry.rotate(text));
        assertFalse(registry.touch(text));
        assertFalse(registry.invalidate(text));
        assertEquals(1, registry.size());
    }

    @Test
    void doesNotFindAnIdThatIsNearlyRight() {
        SessionRegistry<Cart> registry = carts().open(owner);
        String id = registry.open("ann").id();
        for (int i = 0; i < id.length(); i++) {
            char other = id.charAt(i) == 'A' ? 'B' : 'A';
            String wrong = id.substring(0, i) + other + id.substring(i + 1);
            assertEquals(Optional.empty(), registry.find(wrong));
            assertFalse(registry.touch(wrong));
            assertFalse(registry.invalidate(wrong));
            assertEquals(Optional.empty(), registry.rotate(wrong));
        }
        assertEquals(Optional.empty(), registry.find(id + "A"));
        assertEquals(Optional.empty(), registry.find(id.substring(1)));
        assertTrue(registry.touch(id));
    }

    @Test
    void refusesNulls() {
        SessionRegistry<Cart> registry = carts().open(owner);
        assertEquals(
                "principal",
                assertThrows(NullPointerException.class, () -> registry.open(null))
                        .getMessage());
        assertEquals(
                "id",
                assertThrows(NullPointerException.class, () -> registry.find(null))
                        .getMessage());
        assertEquals(
                "id",
                assertThrows(NullPointerException.class, () -> registry.touch(null))
                        .getMessage());
        assertThrows(NullPointerException.class, () -> registry.rotate(null));
        assertThrows(NullPointerException.class, () -> registry.invalidate(null));
        assertThrows(NullPointerException.class, () -> registry.invalidatePrincipal(null));
        assertThrows(NullPointerException.class, () -> registry.sessions(null));
    }

    @Test
    void opensNothingWhenTheFactoryFails() {
        RuntimeException cause = new IllegalStateException("no cart");
        SessionRegistry<Cart> failing = SessionRegistry.<Cart>builder("failing", principal -> {
                    throw cause;
                })
                .timeout(TIMEOUT)
                .maximumSessions(10)
                .open(owner);
        assertSame(cause, assertThrows(IllegalStateException.class, () -> failing.open("ann")));
        SessionRegistry<Cart> empty = SessionRegistry.<Cart>builder("empty", principal -> null)
                .timeout(TIMEOUT)
                .maximumSessions(10)
                .open(owner);
        assertTrue(assertThrows(NullPointerException.class, () -> empty.open("ann"))
                .getMessage()
                .contains("empty"));
        assertEquals(0, failing.size() + failing.principals() + empty.size() + empty.principals());
    }

    // ---- time ------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE - 1, Long.MIN_VALUE})
    void endsASessionThatIsNotTouched(long start) {
        VirtualTime clock = new VirtualTime(start);
        SessionRegistry<Cart> registry = carts().timeSource(clock).open(owner);
        String id = registry.open("ann").id();
        clock.advance(TIMEOUT.minus(MOMENT));
        assertTrue(registry.find(id).isPresent());
        clock.advance(MOMENT);
        assertFalse(registry.find(id).isPresent());
        assertFalse(registry.touch(id));
        assertEquals(Optional.empty(), registry.rotate(id));
        assertFalse(registry.invalidate(id));
        assertEquals(List.of(), registry.sessions("ann"));
        assertEquals(0, registry.invalidatePrincipal("ann"));
        assertEquals(0, registry.principals());
    }

    @Test
    void goesOnAfterATouchAndNotAfterALook() {
        SessionRegistry<Cart> registry = carts().open(owner);
        String touched = registry.open("ann").id();
        String seen = registry.open("bob").id();
        for (int i = 0; i < 10; i++) {
            time.advance(TIMEOUT.minus(MOMENT));
            assertTrue(registry.touch(touched));
            assertEquals(i == 0, registry.find(seen).isPresent());
        }
        time.advance(TIMEOUT);
        assertFalse(registry.touch(touched));
    }

    @Test
    void endsASessionAtItsAbsoluteTimeOutHoweverMuchItIsUsed() {
        SessionRegistry<Cart> registry =
                carts().absoluteTimeout(TIMEOUT.multipliedBy(2)).open(owner);
        String id = registry.open("ann").id();
        for (int i = 0; i < 7; i++) {
            time.advance(TIMEOUT.dividedBy(4));
            assertTrue(registry.touch(id));
            id = registry.rotate(id).orElseThrow().id();
        }
        time.advance(TIMEOUT.dividedBy(4));
        assertFalse(registry.touch(id));
        assertEquals(Optional.empty(), registry.find(id));
    }

    @Test
    void tellsAgeAndIdleTime() {
        SessionRegistry<Cart> registry = carts().open(owner);
        Session<Cart> session = registry.open("ann");
        time.advance(Duration.ofMinutes(3));
        assertEquals(Duration.ofMinutes(3), session.idle());
        registry.find(session.id());
        assertEquals(Duration.ofMinutes(3), session.idle());
        registry.touch(session.id());
        time.advance(Duration.ofMinutes(1));
        assertEquals(Duration.ofMinutes(1), session.idle());
        assertEquals(Duration.ofMinutes(4), session.age());
        Session<Cart> rotated = registry.rotate(session.id()).orElseThrow();
        assertEquals(Duration.ZERO, rotated.idle());
        assertEquals(Duration.ofMinutes(4), rotated.age());
    }

    @Test
    void removesWhatTimedOutWithNoTraffic() {
        SessionRegistry<Cart> registry = carts().open(owner);
        for (int i = 0; i < 500; i++) {
            registry.open("user " + i % 50);
        }
        Await.until("the timer waits", () -> time.parked() > 0);
        time.advance(TIMEOUT.plusSeconds(1));
        Await.until("all are gone", () -> registry.size() == 0 && registry.principals() == 0 && ends.size() == 500);
        assertTrue(ends.stream().allMatch(end -> end.endsWith(" EXPIRED")), ends::toString);
        assertEquals(500, gauge(registry, "expired"));
    }

    // ---- rotation --------------------------------------------------------------------------------------------------

    @Test
    void rotatesTheIdAndKeepsTheState() {
        SessionRegistry<Cart> registry = carts().open(owner);
        Session<Cart> before = registry.open("ann");
        before.state().goods.add("tea");
        Session<Cart> after = registry.rotate(before.id()).orElseThrow();
        assertNotEquals(before.id(), after.id());
        assertNotEquals(before.id().substring(8), after.id().substring(8));
        assertSame(before.state(), after.state());
        assertEquals("ann", after.principal());
        assertEquals(Optional.empty(), registry.find(before.id()));
        assertFalse(registry.touch(before.id()));
        assertFalse(registry.invalidate(before.id()));
        assertSame(after, registry.find(after.id()).orElseThrow());
        assertEquals(List.of(after), registry.sessions("ann"));
        assertEquals(1, registry.size());
        assertEquals(List.of(), ends);
    }

    @Test
    void doesNotTellWhoCameWithTheOldIdTheNewOne() {
        SessionRegistry<Cart> registry = carts().open(owner);
        Session<Cart> before = registry.open("ann");
        String old = before.id();
        registry.rotate(old).orElseThrow();
        assertEquals(old, before.id());
    }

    @Test
    void rotatesAnIdOnce() {
        SessionRegistry<Cart> registry = carts().open(owner);
        String old = registry.open("ann").id();
        String current = registry.rotate(old).orElseThrow().id();
        assertEquals(Optional.empty(), registry.rotate(old));
        assertTrue(registry.touch(current));
    }

    @Test
    void touchesWhatItRotates() {
        SessionRegistry<Cart> registry = carts().open(owner);
        String id = registry.open("ann").id();
        for (int i = 0; i < 5; i++) {
            time.advance(TIMEOUT.minus(MOMENT));
            id = registry.rotate(id).orElseThrow().id();
        }
    }

    // ---- ending ----------------------------------------------------------------------------------------------------

    @Test
    void endsASessionThatIsInvalidated() {
        SessionRegistry<Cart> registry = carts().open(owner);
        String id = registry.open("ann").id();
        assertTrue(registry.invalidate(id));
        assertFalse(registry.invalidate(id));
        assertEquals(Optional.empty(), registry.find(id));
        assertEquals(Optional.empty(), registry.rotate(id));
        assertEquals(List.of("ann INVALIDATED"), ends);
    }

    @Test
    void endsAllSessionsOfAPrincipalUnderWhicheverIds() {
        SessionRegistry<Cart> registry = carts().open(owner);
        String first = registry.open("ann").id();
        String second = registry.rotate(registry.open("ann").id()).orElseThrow().id();
        String other = registry.open("bob").id();
        assertEquals(2, registry.invalidatePrincipal("ann"));
        assertFalse(registry.touch(first));
        assertFalse(registry.touch(second));
        assertTrue(registry.touch(other));
        assertEquals(0, registry.invalidatePrincipal("ann"));
        assertEquals(1, registry.principals());
        assertEquals(List.of("ann INVALIDATED", "ann INVALIDATED"), ends);
    }

    @Test
    void endsWhatAPredicateAccepts() {
        SessionRegistry<Cart> registry = carts().open(owner);
        registry.open("ann");
        time.advance(Duration.ofMinutes(20));
        String recent = registry.open("bob").id();
        assertEquals(1, registry.invalidateIf(session -> session.idle().compareTo(Duration.ofMinutes(10)) > 0));
        assertTrue(registry.touch(recent));
        assertEquals(List.of("ann INVALIDATED"), ends);
    }

    /** How the last session of a principal ends. */
    private enum Ending {
        INVALIDATE,
        PRINCIPAL,
        PREDICATE,
        ROTATED,
        TIME,
        CROWD
    }

    @ParameterizedTest
    @EnumSource(Ending.class)
    void forgetsThePrincipalWhoseLastSessionHasEnded(Ending ending) {
        SessionRegistry<Cart> registry =
                carts().maximumSessions(1).maximumPerPrincipal(1).open(owner);
        String id = registry.open("ann").id();
        switch (ending) {
            case INVALIDATE -> registry.invalidate(id);
            case PRINCIPAL -> registry.invalidatePrincipal("ann");
            case PREDICATE -> registry.invalidateIf(session -> true);
            case ROTATED ->
                registry.invalidate(registry.rotate(id).orElseThrow().id());
            case TIME -> {
                time.advance(TIMEOUT);
                assertFalse(registry.touch(id));
            }
            case CROWD -> {
                String other = registry.open("bob").id();
                assertTrue(registry.invalidate(other));
            }
        }
        assertEquals(0, registry.principals());
        assertEquals(0, registry.size());
    }

    // ---- bounds ----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 16, 100})
    void neverHasMoreThanItsMaximum(int maximum) {
        SessionRegistry<Cart> registry = carts().maximumSessions(maximum).open(owner);
        for (int i = 0; i < 3 * maximum; i++) {
            String id = registry.open("user " + i).id();
            assertTrue(registry.touch(id), "the newest one stays");
            assertTrue(registry.size() <= maximum);
            assertTrue(registry.principals() <= maximum);
        }
        assertEquals(2L * maximum, ends.size());
        assertEquals(2L * maximum, gauge(registry, "evicted"));
        assertTrue(ends.stream().allMatch(end -> end.endsWith(" EVICTED")), ends::toString);
    }

    @Test
    void keepsSessionsThatAreAtWorkInAFlood() {
        SessionRegistry<Cart> registry = carts().open(owner);
        List<String> busy = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            busy.add(registry.open("user " + i).id());
        }
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < 1_000; i++) {
                registry.open("flood");
            }
            busy.forEach(registry::touch);
        }
        long alive = busy.stream().filter(id -> registry.find(id).isPresent()).count();
        assertTrue(alive >= 490, () -> alive + " of 500 are left");
    }

    @Test
    void endsTheLeastRecentlyUsedSessionOfAPrincipalWhoHasTooMany() {
        SessionRegistry<Cart> registry = carts().maximumPerPrincipal(2).open(owner);
        String first = registry.open("ann").id();
        time.advance(MOMENT);
        String second = registry.open("ann").id();
        String other = registry.open("bob").id();
        time.advance(MOMENT);
        registry.touch(first);
        time.advance(MOMENT);
        String third = registry.open("ann").id();
        assertTrue(registry.touch(first));
        assertFalse(registry.touch(second));
        assertTrue(registry.touch(third));
        assertTrue(registry.touch(other));
        assertEquals(List.of("ann EVICTED"), ends);
    }

    @Test
    void endsTheOldestOfThoseThatWereUsedAtTheSameTime() {
        SessionRegistry<Cart> registry = carts().maximumPerPrincipal(3).open(owner);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            ids.add(registry.open("ann").id());
            for (int j = 0; j <= i; j++) {
                assertEquals(j > i - 3, registry.find(ids.get(j)).isPresent());
            }
        }
    }

    // ---- listeners -------------------------------------------------------------------------------------------------

    @Test
    void survivesAListenerThatThrowsAndCountsIt() {
        SessionRegistry<Cart> registry = carts().onEnd((session, cause) -> {
                    throw new AssertionError("thrown on purpose");
                })
                .open(owner);
        assertTrue(registry.invalidate(registry.open("ann").id()));
        registry.open("ann");
        assertEquals(1, registry.invalidatePrincipal("ann"));
        assertEquals(2, gauge(registry, "listenerFailures"));
        assertEquals(0, registry.size());
    }

    @Test
    void letsAListenerUseTheRegistry() {
        List<SessionRegistry<Cart>> self = new ArrayList<>();
        BiConsumer<Session<Cart>, RemovalCause> again = (session, cause) -> {
            if (cause != RemovalCause.CLOSED && session.principal().equals("ann")) {
                assertEquals(Optional.empty(), self.get(0).find(session.id()));
                self.get(0).open("next");
            }
        };
        SessionRegistry<Cart> registry = carts().onEnd(again).open(owner);
        self.add(registry);
        registry.invalidate(registry.open("ann").id());
        assertEquals(1, registry.sessions("next").size());
    }

    @Test
    void tellsTheListenerElsewhereWhereThatIsWanted() {
        List<Runnable> later = new ArrayList<>();
        SessionRegistry<Cart> registry = carts().executor(later::add).open(owner);
        registry.invalidate(registry.open("ann").id());
        assertEquals(List.of(), ends);
        later.forEach(Runnable::run);
        assertEquals(List.of("ann INVALIDATED"), ends);
    }

    // ---- as a component --------------------------------------------------------------------------------------------

    @Test
    void hangsInTheTreeWithItsFigures() {
        SessionRegistry<Cart> registry = carts().open(owner);
        String first = registry.open("ann").id();
        registry.open("bob");
        registry.invalidate(first);
        assertEquals(Kind.SESSION_REGISTRY, registry.kind());
        assertEquals("sessions", registry.name());
        assertEquals("sessions 1/1000", registry.toString());
        assertEquals(
                "{sessions=1, maximum=1000, principals=1, opened=2, expired=0, evicted=0, invalidated=1}",
                registry.snapshot().gauges().toString());
        assertEquals(1, owner.snapshot().children().size());
        assertEquals(Kind.SESSION_REGISTRY, owner.snapshot().children().get(0).kind());
    }

    @Test
    void showsNoIdAndNoPrincipal() {
        SessionRegistry<Cart> registry = carts().open(owner);
        Session<Cart> session = registry.open("ann");
        String shown = session + " " + registry + owner.snapshot().toJson()
                + owner.snapshot().toText();
        assertFalse(shown.contains(session.id()), shown);
        assertFalse(shown.contains(session.id().substring(8)), shown);
        assertFalse(shown.contains("ann"), shown);
    }

    @Test
    void endsAllSessionsWhenItsOwnerCloses() {
        SessionRegistry<Cart> registry = carts().open(owner);
        String id = registry.open("ann").id();
        owner.close();
        assertEquals(State.CLOSED, registry.state());
        assertEquals(List.of("ann CLOSED"), ends);
        assertEquals(0, registry.size() + registry.principals());
        String message = assertThrows(CollectionClosedException.class, () -> registry.open("ann"))
                .getMessage();
        assertTrue(message.startsWith("SessionRegistry sessions is closed"), message);
        assertThrows(CollectionClosedException.class, () -> registry.find(id));
        assertThrows(CollectionClosedException.class, () -> registry.touch(id));
        assertThrows(CollectionClosedException.class, () -> registry.rotate(id));
        assertThrows(CollectionClosedException.class, () -> registry.invalidate(id));
        assertThrows(CollectionClosedException.class, () -> registry.find("x"));
        assertThrows(CollectionClosedException.class, () -> registry.invalidatePrincipal("ann"));
        assertThrows(CollectionClosedException.class, () -> registry.invalidateIf(session -> true));
        assertThrows(CollectionClosedException.class, () -> registry.sessions("ann"));
        registry.close();
    }

    @Test
    void isNotOpenedUnderAnOwnerThatIsClosed() {
        owner.close();
        SessionRegistryBuilder<Cart> builder = carts();
        assertThrows(ScopeClosedException.class, () -> builder.open(owner));
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        SessionRegistryBuilder<Cart> builder = SessionRegistry.builder("sessions", principal -> new Cart());
        assertRefused("timeout is not set", builder::open);
        assertRefused("timeout is PT0S", () -> builder.timeout(Duration.ZERO));
        builder.timeout(TIMEOUT);
        assertRefused("maximumSessions is not set", builder::open);
        assertRefused("maximumSessions is 0", () -> builder.maximumSessions(0));
        builder.maximumSessions(10);
        assertRefused("maximumPerPrincipal is 0", () -> builder.maximumPerPrincipal(0));
        builder.maximumPerPrincipal(11);
        assertRefused("maximumPerPrincipal is 11 and maximumSessions is 10", builder::open);
        builder.maximumPerPrincipal(10).absoluteTimeout(TIMEOUT.minus(MOMENT));
        assertRefused("absoluteTimeout is PT29M59.999999999S and timeout is PT30M", builder::open);
        builder.absoluteTimeout(TIMEOUT).open(owner);
        assertRefused("name is blank", () -> SessionRegistry.builder(" ", principal -> new Cart()));
    }

    private static void assertRefused(String message, Runnable call) {
        String actual = assertThrows(IllegalArgumentException.class, call::run).getMessage();
        assertTrue(actual.startsWith(message), actual);
    }
}
