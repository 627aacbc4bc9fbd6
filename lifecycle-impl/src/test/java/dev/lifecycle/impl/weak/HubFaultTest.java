package dev.lifecycle.impl.weak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.scope.Owned;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.weak.Emitter;
import dev.lifecycle.weak.ListenersClosedException;
import dev.lifecycle.weak.Subscription;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Failures that cannot be made from outside. */
class HubFaultTest {

    @Test
    @Timeout(
            value = 20,
            threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a lock that stays taken is waited for by spinning
    void givesTheLockBackWhateverARebuildFailsWith() throws ReflectiveOperationException {
        Hub<Integer> hub = HubModelTest.hub(100, false);
        List<Subscription> open = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            open.add(hub.on(value -> {}));
        }
        Field live = Hub.class.getDeclaredField("live");
        live.setAccessible(true);
        live.setInt(hub, 1); // a rebuild for too few runs out of an array

        open.get(0).close();

        assertEquals(0, hub.size());
        assertFalse(open.get(0).isOpen());
        assertEquals(4, hub.emit(1));
    }

    @Test
    void closesTheOthersAndTheEmittersWhenASubscriptionFailsTo() {
        Hub<Integer> hub = HubModelTest.hub(100, false);
        try (Scope scope = Scope.open("app")) {
            Subscription first = hub.on(scope, value -> {});
            ((Entry<?>) first).enters(new Broken());
            Subscription second = hub.on(scope, value -> {});
            ((Entry<?>) second).enters(new Broken());
            Subscription third = hub.on(scope, value -> {});
            Emitter<Integer> emitter = hub.emitTo(Runnable::run);

            IllegalStateException failure = assertThrows(IllegalStateException.class, hub::close);

            assertEquals("planted", failure.getMessage());
            assertEquals(1, failure.getSuppressed().length);
            assertFalse(first.isOpen());
            assertFalse(second.isOpen());
            assertFalse(third.isOpen());
            assertThrows(ListenersClosedException.class, () -> emitter.emit(1));
            assertTrue(hub.invariantsHold());
        }
    }

    /** A handle in a scope that cannot be taken out. */
    private static final class Broken implements Owned<Object> {
        @Override
        public Object get() {
            throw new IllegalStateException("planted");
        }

        @Override
        public Object release() {
            throw new IllegalStateException("planted");
        }

        @Override
        public Owned<Object> moveTo(Scope target) {
            throw new IllegalStateException("planted");
        }

        @Override
        public void close() {
            throw new IllegalStateException("planted");
        }
    }
}
