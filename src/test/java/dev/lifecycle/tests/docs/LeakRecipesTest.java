package dev.lifecycle.tests.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.leak.LeakDetector;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.leak.Site;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.time.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The recipes of docs/leaks.md. */
class LeakRecipesTest {
    private final List<LeakReport> reports = new CopyOnWriteArrayList<>();

    // ---- a root that was dropped -----------------------------------------------------------------------------------

    // @start region="listen"
    static LeakDetector.Registration alertOnLeaks(List<LeakReport> alerts) {
        return LeakDetector.library().addListener(report -> {
            if (report.kind() != LeakReport.Kind.RECOVERED) {
                alerts.add(report); // soon: this is the reaper's thread
            }
        });
    }
    // @end

    @Test
    void hearsOfARootThatWasDropped() {
        try (LeakDetector.Registration listening = alertOnLeaks(reports)) {
            drop();
            awaitReport(report -> report.label().equals("dropped"));
        }
    }

    private static void drop() {
        Scope.open("dropped").defer(() -> {});
    }

    // ---- held too long ---------------------------------------------------------------------------------------------

    @Test
    void findsChildrenThatAreNeverClosed() {
        VirtualTime clock = new VirtualTime();
        // @start region="held"
        try (LeakDetector.Registration listening = LeakDetector.library().addListener(reports::add);
                Scope app = Scope.builder("app")
                        .heldLongerThan(Duration.ofMinutes(10)) // the scopes below it, too
                        .timeSource(clock)
                        .open()) {
            Scope request = app.child("POST /chat");
            clock.advance(Duration.ofMinutes(11));
            LeakReport held = awaitReport(report -> report.scopePath().equals("app/POST /chat"));
            assertEquals(LeakReport.Kind.HELD_TOO_LONG, held.kind());
            request.close(); // it was only slow: the report is withdrawn
            awaitReport(report -> report.kind() == LeakReport.Kind.RECOVERED);
        }
        // @end
    }

    // ---- what is open ----------------------------------------------------------------------------------------------

    @Test
    void listsWhatIsOpen() {
        try (Scope app = Scope.open("listed");
                Scope request = app.child("POST /chat")) {
            request.hold(new StringBuilder(), text -> {}, () -> "upload of kim");
            // @start region="roots"
            String open = Lifecycle.roots().stream().map(root -> root.toText()).reduce("", String::concat);
            // @end
            assertTrue(open.contains("upload of kim"), open);
        }
    }

    // ---- one's own resources ---------------------------------------------------------------------------------------

    // @start region="own"
    static final class Channel implements AutoCloseable {
        private static final LeakDetector<Channel> DETECTOR =
                LeakDetector.forType(Channel.class).sampling(1).open(); // every one; the default is one in 128
        private static final Site OPENED = Site.named("Channel.open");

        private final LeakDetector.Tracker<Channel> tracker = DETECTOR.track(this, OPENED);

        void send(String text) {
            tracker.touch(text.length()); // where and what for it was used last
        }

        @Override
        public void close() {
            tracker.close(this);
        }
    }
    // @end

    @Test
    void tracksResourcesOfOnesOwn() {
        try (LeakDetector.Registration listening = Channel.DETECTOR.addListener(reports::add)) {
            try (Channel closed = new Channel()) {
                closed.send("hello");
            }
            dropChannel();
            LeakReport leak = awaitReport(report -> report.label().equals("Channel"));
            assertEquals("Channel.open", leak.origin());
            assertEquals(1, leak.touches().size());
            assertEquals(1, Channel.DETECTOR.stats().leaked());
        }
    }

    private static void dropChannel() {
        new Channel().send("hello");
    }

    private LeakReport awaitReport(Predicate<LeakReport> wanted) {
        Await.until("the report", () -> {
            System.gc();
            return reports.stream().anyMatch(wanted);
        });
        return reports.stream().filter(wanted).findFirst().orElseThrow();
    }
}
