package dev.lifecycle.tests.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.scope.Scope;
import dev.lifecycle.testing.LeakFoundError;
import dev.lifecycle.testing.LeakProbe;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The examples of the documentation. */
class LeakProbeExampleTest {
    // @start region="probe"
    @Test
    void aConversationLeavesNothingBehind() {
        try (LeakProbe probe = LeakProbe.open("chat")) {
            converse(new ChatService(probe.scope()), probe);
        } // fails if a session is open, or can still be reached
    }

    private static void converse(ChatService chat, LeakProbe probe) {
        Session session = probe.expectCollected(chat.login("kim"));
        session.say("hello");
        session.close();
    }
    // @end

    @Test
    void aSessionThatIsNotClosedIsFound() {
        LeakProbe probe = LeakProbe.open("chat", Duration.ofMillis(100));
        new ChatService(probe.scope()).login("kim");
        LeakFoundError error = assertThrows(LeakFoundError.class, probe::close);
        assertEquals("session", error.findings().get(0).label());
    }

    // @start region="await"
    @Test
    void aClosedSessionIsGarbage() {
        try (Scope app = Scope.open("chat")) {
            ChatService chat = new ChatService(app);
            LeakProbe.awaitCollected(closedSession(chat));
            assertTrue(chat.sessions.isEmpty());
        }
    }

    private static WeakReference<Session> closedSession(ChatService chat) {
        Session session = chat.login("kim"); // in a method of its own: its variables are gone when it returns
        session.close();
        return new WeakReference<>(session);
    }
    // @end

    /** The subject of the examples. */
    private static final class ChatService {
        private final Scope owner;
        private final List<Session> sessions = new ArrayList<>();

        ChatService(Scope owner) {
            this.owner = owner;
        }

        Session login(String user) {
            Session session = new Session(owner.child("session"), user);
            sessions.add(session);
            session.scope.defer(() -> sessions.remove(session));
            return session;
        }
    }

    private static final class Session implements AutoCloseable {
        private final Scope scope;
        private final String user;

        Session(Scope scope, String user) {
            this.scope = scope;
            this.user = user;
        }

        String say(String text) {
            return user + ": " + text;
        }

        @Override
        public void close() {
            scope.close();
        }
    }
}
