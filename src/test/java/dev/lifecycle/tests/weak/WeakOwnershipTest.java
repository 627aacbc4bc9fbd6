package dev.lifecycle.tests.weak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.scope.ScopeClosedException;
import dev.lifecycle.time.VirtualTime;
import dev.lifecycle.weak.RegistryClosedException;
import dev.lifecycle.weak.WeakInterner;
import dev.lifecycle.weak.WeakKeyMap;
import dev.lifecycle.weak.WeakValueMap;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Weak maps and the interner as components: name, owner, place in the tree, close. */
@Timeout(60)
class WeakOwnershipTest {
    private final VirtualTime time = new VirtualTime();

    @ParameterizedTest
    @EnumSource
    void isClosedWithItsOwner(Structure structure) {
        Scope app = Scope.open("app");
        Structure.Subject subject = structure.open("things", app, time);
        assertEquals(State.OPEN, subject.state());
        app.close();
        assertEquals(State.CLOSED, subject.state());
        assertEquals(State.CLOSED, subject.managed().state());
    }

    @ParameterizedTest
    @EnumSource
    void leavesItsOwnerWhenItIsClosed(Structure structure) {
        try (Scope app = Scope.open("app")) {
            Structure.Subject subject = structure.open("things", app, time);
            assertEquals(1, app.snapshot().children().size());
            subject.close();
            subject.close();
            assertEquals(List.of(), app.snapshot().children());
        }
    }

    @ParameterizedTest
    @EnumSource
    void isNotOpenedInAClosedScope(Structure structure) {
        Scope app = Scope.open("app");
        app.close();
        assertThrows(ScopeClosedException.class, () -> structure.open("things", app, time));
    }

    @ParameterizedTest
    @EnumSource
    void showsItselfInTheTree(Structure structure) {
        try (Scope app = Scope.open("app")) {
            Structure.Subject subject = structure.open("things", app, time);
            List<Object> kept = List.of(structure.referent(), structure.referent(), structure.referent());
            List<Object> handles = kept.stream().map(subject::add).toList(); // keys of values that are held weakly
            time.advance(Duration.ofSeconds(7));
            Snapshot shown = app.snapshot().children().get(0);
            assertEquals("things", shown.name());
            assertEquals(3, shown.gauges().get("entries"));
            assertEquals(0L, shown.gauges().get("collected"));
            assertFalse(shown.gauges().containsKey("hookFailures"));
            assertEquals(Duration.ofSeconds(7), shown.age());
            assertEquals(subject.managed().snapshot(), shown);
            assertSame(subject.managed(), subject.managed());
            assertEquals("things", subject.name());
            assertEquals("things", subject.managed().name());
            assertTrue(subject.self().toString().startsWith("things "));
            assertTrue(
                    List.of("WeakKeyMap", "WeakValueMap", "WeakInterner", "WeakRegistry")
                            .contains(shown.kind().name()),
                    shown.kind().name());
            Reference.reachabilityFence(handles);
            Reference.reachabilityFence(kept);
        }
    }

    @ParameterizedTest
    @EnumSource
    void isClosedByItsNodeInTheTree(Structure structure) {
        Structure.Subject subject = structure.open("things");
        subject.managed().close();
        assertEquals(State.CLOSED, subject.state());
    }

    @ParameterizedTest
    @EnumSource
    void isEmptyOnceClosedAndSaysSinceWhenAndByWhom(Structure structure) {
        Structure.Subject subject = structure.open("things", null, time);
        Object kept = structure.referent();
        subject.add(kept);
        subject.close();
        time.advance(Duration.ofSeconds(2));
        assertEquals(0, subject.size());
        subject.purge();
        RegistryClosedException late =
                assertThrows(RegistryClosedException.class, () -> subject.add(structure.referent()));
        assertTrue(
                late.getMessage()
                        .matches("Weak\\w+ things is closed since PT2S, by thread "
                                + Thread.currentThread().getName() + "; nothing was put in"),
                late.getMessage());
        assertEquals(0, subject.size());
    }

    @ParameterizedTest
    @EnumSource
    void opensAnotherOneEachTime(Structure structure) {
        try (Structure.Subject one = structure.open("things");
                Structure.Subject other = structure.open("things")) {
            Object kept = structure.referent();
            one.add(kept);
            assertEquals(1, one.size());
            assertEquals(0, other.size());
        }
    }

    static List<Consumer<String>> builders() {
        return List.of(WeakKeyMap::builder, WeakValueMap::builder, WeakInterner::builder);
    }

    @ParameterizedTest
    @MethodSource("builders")
    void refusesNamesThatCannotBePrinted(Consumer<String> builder) {
        assertThrows(NullPointerException.class, () -> builder.accept(null));
        assertThrows(IllegalArgumentException.class, () -> builder.accept(" "));
        assertThrows(IllegalArgumentException.class, () -> builder.accept("two\nlines"));
    }

    private static void throwsNull(String parameter, Runnable action) {
        assertEquals(
                parameter, assertThrows(NullPointerException.class, action::run).getMessage());
    }

    @Test
    void refusesSettingsThatAreNull() {
        throwsNull("hook", () -> WeakKeyMap.builder("things").onEvict(null));
        throwsNull("clock", () -> WeakKeyMap.builder("things").timeSource(null));
        throwsNull("owner", () -> WeakKeyMap.builder("things").open(null));
        throwsNull("hook", () -> WeakValueMap.builder("things").onEvict(null));
        throwsNull("clock", () -> WeakValueMap.builder("things").timeSource(null));
        throwsNull("owner", () -> WeakValueMap.builder("things").open(null));
        throwsNull("clock", () -> WeakInterner.builder("things").timeSource(null));
        throwsNull("owner", () -> WeakInterner.builder("things").open(null));
    }
}
