package dev.lifecycle.tests.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Lease;
import dev.lifecycle.collect.BudgetBuffer;
import dev.lifecycle.collect.Session;
import dev.lifecycle.collect.SessionRegistry;
import dev.lifecycle.scope.Scope;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The recipes of docs/collections.md that are about sessions. */
class SessionRecipesTest {
    private static final class Cart {
        private final List<String> goods = new CopyOnWriteArrayList<>();

        void add(String what) {
            goods.add(what);
        }
    }

    // @start region="sessions"
    static final class Shop {
        private final SessionRegistry<Cart> sessions;

        Shop(Scope app) {
            sessions = SessionRegistry.builder("sessions", user -> new Cart())
                    .timeout(Duration.ofMinutes(30)) // without use
                    .absoluteTimeout(Duration.ofHours(12)) // in any case
                    .maximumSessions(100_000)
                    .maximumPerPrincipal(5) // one more ends the one that was not used for longest
                    .open(app); // app closes it
        }

        String login(String user) {
            return sessions.open(user).id(); // the cookie
        }

        boolean add(String cookie, String what) {
            Optional<Session<Cart>> session = sessions.find(cookie).filter(found -> sessions.touch(cookie));
            session.ifPresent(open -> open.state().add(what));
            return session.isPresent(); // if not, to the login page
        }

        Optional<String> confirmPassword(String cookie) {
            return sessions.rotate(cookie).map(Session::id); // who knows the old id knows nothing now
        }

        int passwordChanged(String user) {
            return sessions.invalidatePrincipal(user); // logged out everywhere
        }
    }
    // @end

    @Test
    void keepsSessions() {
        try (Scope app = Scope.open("app")) {
            Shop shop = new Shop(app);
            String cookie = shop.login("ann");
            assertTrue(shop.add(cookie, "tea"));
            String next = shop.confirmPassword(cookie).orElseThrow();
            assertNotEquals(cookie, next);
            assertFalse(shop.add(cookie, "gold"));
            assertTrue(shop.add(next, "milk"));
            assertEquals(1, shop.passwordChanged("ann"));
            assertFalse(shop.add(next, "sugar"));
        }
    }

    @Test
    void closesWhatASessionHolds() {
        try (Scope app = Scope.open("app")) {
            // @start region="session-states"
            SessionRegistry<BudgetBuffer<String>> chats = SessionRegistry.builder(
                            "chats",
                            user -> BudgetBuffer.builder("chat", String::length)
                                    .budget(8_000)
                                    .open())
                    .timeout(Duration.ofMinutes(30))
                    .maximumSessions(1_000)
                    .closeStates() // when the session has ended, and nobody has borrowed it
                    .onEnd((session, cause) -> System.out.println("a chat ended: " + cause))
                    .open(app);
            String id = chats.open("ann").id();
            try (Lease<BudgetBuffer<String>> chat = chats.borrow(id)) { // null if there is no such session
                chat.get().add("what about tea?");
            }
            // @end
            chats.invalidate(id);
            assertNull(chats.borrow(id));
        }
    }
}
