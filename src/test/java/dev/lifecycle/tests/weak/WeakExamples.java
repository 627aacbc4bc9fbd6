package dev.lifecycle.tests.weak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.scope.Scope;
import dev.lifecycle.testing.LeakProbe;
import dev.lifecycle.weak.AttachmentHost;
import dev.lifecycle.weak.WeakInterner;
import dev.lifecycle.weak.WeakKeyMap;
import dev.lifecycle.weak.WeakValueMap;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The examples of the Javadoc; run by {@link WeakExamplesTest}. */
class WeakExamples {

    /** Somebody else's class: it has no field for what one wants to know about its objects. */
    static final class Connection {}

    // @start region="attach"
    /** Counts the bytes of each connection, for as long as the connection is used. */
    static final class Traffic {
        private final WeakKeyMap<Connection, LongAdder> sent;

        Traffic(Scope app) {
            sent = WeakKeyMap.<Connection, LongAdder>builder("traffic").open(app);
        }

        void add(Connection connection, long bytes) {
            sent.computeIfAbsent(connection, any -> new LongAdder()).add(bytes); // no entry to remove, ever
        }

        long of(Connection connection) {
            LongAdder counted = sent.get(connection);
            return counted == null ? 0 : counted.sum();
        }
    }
    // @end

    // @start region="host"
    /** A document; its outline refers to it. */
    static final class Document implements AttachmentHost {
        private volatile @Nullable Object attachments;

        @Override
        public @Nullable Object attachments() {
            return attachments;
        }

        @Override
        public void attachments(Object attachments) {
            this.attachments = attachments;
        }
    }

    record Outline(Document of) {}

    static Outline outline(WeakKeyMap<Document, Outline> outlines, Document document) {
        return outlines.computeIfAbsent(document, Outline::new); // goes with the document, though it refers to it
    }
    // @end

    // @start region="find"
    /** The rooms of a chat: one object for each name while somebody is in the room. */
    static final class Rooms {
        private final WeakValueMap<String, Room> open;

        Rooms(Scope app) {
            open = WeakValueMap.<String, Room>builder("rooms").open(app);
        }

        /** All who enter a room get the same one, and keep it alive. */
        Room enter(String name) {
            return open.computeIfAbsent(name, Room::new);
        }
    }

    record Room(String name) {}
    // @end

    @Test
    void countsTheTrafficOfAConnection() {
        try (Scope app = Scope.open("chat")) {
            Traffic traffic = new Traffic(app);
            Connection connection = new Connection();
            traffic.add(connection, 3);
            traffic.add(connection, 4);
            assertEquals(7, traffic.of(connection));
            assertEquals(0, traffic.of(new Connection()));
        }
    }

    private static WeakReference<Document> outlined(WeakKeyMap<Document, Outline> outlines) {
        Document document = new Document();
        assertSame(outline(outlines, document), outline(outlines, document));
        return new WeakReference<>(document);
    }

    @Test
    void aDocumentGoesWithItsOutline() {
        try (WeakKeyMap<Document, Outline> outlines =
                WeakKeyMap.<Document, Outline>builder("outlines").open()) {
            LeakProbe.awaitCollected(outlined(outlines));
        }
    }

    private static WeakReference<Room> left(Rooms rooms) {
        Room room = rooms.enter("lobby");
        assertSame(room, rooms.enter("lobby"));
        return new WeakReference<>(room);
    }

    @Test
    void aRoomIsGoneWhenNobodyIsInIt() {
        try (Scope app = Scope.open("chat")) {
            Rooms rooms = new Rooms(app);
            WeakReference<Room> room = left(rooms);
            LeakProbe.awaitCollected(room);
            assertNull(rooms.open.get("lobby"));
        }
    }

    // @start region="intern"
    @Test
    void equalTagsBecomeOne() {
        try (WeakInterner<String> tags = WeakInterner.<String>builder("tags").open()) {
            String first = tags.intern(new String("red"));
            String again = tags.intern(new String("red")); // the new one is garbage at once
            assertSame(first, again);
        }
    }
    // @end

    @Test
    void differentTagsStayApart() {
        try (WeakInterner<String> tags = WeakInterner.<String>builder("tags").open()) {
            assertNotSame(tags.intern("red"), tags.intern("blue"));
            assertTrue(tags.approxSize() <= 2);
        }
    }
}
