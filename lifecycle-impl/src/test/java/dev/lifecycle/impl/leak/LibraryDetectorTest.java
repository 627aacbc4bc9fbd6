package dev.lifecycle.impl.leak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.State;
import dev.lifecycle.impl.tree.Await;
import dev.lifecycle.impl.tree.Described;
import dev.lifecycle.leak.LeakDetector;
import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.leak.LeakReport.Kind;
import dev.lifecycle.leak.LeakStats;
import dev.lifecycle.leak.Site;
import dev.lifecycle.spi.ScopeConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LibraryDetectorTest {
    private static final StackTraceElement[] NONE = {};
    private final LibraryDetector library = LibraryDetector.instance();

    private record What(
            String label, String scopePath, @Nullable Site site) implements Described {
        @Override
        public String type() {
            return "a.Type";
        }
    }

    @BeforeEach
    @AfterEach
    void forgetEarlierReports() {
        library.drain();
        library.sampling(128);
    }

    @Test
    void cannotBeClosed() {
        assertThrows(UnsupportedOperationException.class, library::close);
        assertEquals(State.OPEN, library.state());
        assertSame(library, LibraryDetector.instance());
    }

    @Test
    void tracksEveryObjectWithItsPathWhateverTheRate() {
        library.sampling(Integer.MAX_VALUE);
        Token token = library.trackAlways(new Object(), new What("POST /chat", "app/POST /chat", null));
        Await.collection();
        Await.within(Duration.ofSeconds(1), "reported", () -> token.state == Token.LEAKED);
        LeakReport report = await(Kind.COLLECTED_UNCLOSED, "POST /chat");
        assertEquals("app/POST /chat", report.scopePath());
        assertEquals("a.Type", report.type());
        assertTrue(report.toString().contains("in app/POST /chat"), report::toString);
    }

    @Test
    void tracksNothingWhenSwitchedOff() {
        library.sampling(LeakDetector.OFF);
        Object object = new Object();
        assertFalse(library.trackAlways(object, new What("x", "", null)).close(object));
    }

    @Test
    void closesATokenOnce() {
        Object object = new Object();
        Token token = library.trackAlways(object, new What("x", "", null));
        assertTrue(token.close(object));
        assertFalse(token.close(object));
    }

    @Test
    void capturesTheStackOfALabelThatLeaked() {
        What what = new What("suspect of " + System.nanoTime(), "", null);
        library.trackAlways(new Object(), what);
        await(Kind.COLLECTED_UNCLOSED, what.label());
        long captures = library.stats().captures();
        library.sampling(Integer.MAX_VALUE);
        library.trackAlways(this, what).close(this);
        assertEquals(captures + 1, library.stats().captures());
        library.trackAlways(this, new What("innocent", "", null)).close(this);
        assertEquals(captures + 1, library.stats().captures());
    }

    @Test
    void passesOnWhatScopesNotice() {
        LeakStats before = library.stats();
        List<LeakReport> heard = new CopyOnWriteArrayList<>();
        LeakDetector.Registration registration = library.addListener(heard::add);
        try {
            What what = new What("child " + System.nanoTime(), "app/child", Site.named("site"));
            library.report(Kind.OUTLIVED_SCOPE, what, Duration.ofSeconds(3), 5, NONE);
            library.report(Kind.HELD_TOO_LONG, what, Duration.ofSeconds(3), 2, NONE);
            library.report(Kind.RECOVERED, what, Duration.ZERO, 1, NONE);
            Await.until("all heard", () -> heard.size() == 3);
            assertEquals(5, heard.get(0).count());
            assertEquals("site", heard.get(0).origin());
            assertEquals(Duration.ofSeconds(3), heard.get(0).age());
            assertEquals(before.heldTooLong() + 2, library.stats().heldTooLong());
            assertEquals(before.recovered() + 1, library.stats().recovered());
        } finally {
            registration.close();
        }
    }

    @Test
    void keepsCountsThatOverflowAtTheirGreatest() {
        What what = new What("many " + System.nanoTime(), "", null);
        library.report(Kind.OUTLIVED_SCOPE, what, Duration.ZERO, Long.MAX_VALUE, NONE);
        library.report(Kind.OUTLIVED_SCOPE, what, Duration.ZERO, Long.MAX_VALUE, NONE);
        assertEquals(Long.MAX_VALUE, await(Kind.OUTLIVED_SCOPE, what.label()).count());
    }

    @Test
    void refusesBadArguments() {
        What what = new What("x", "", null);
        assertThrows(NullPointerException.class, () -> library.trackAlways(null, what));
        assertThrows(NullPointerException.class, () -> library.trackAlways(this, null));
        for (long count : new long[] {0, -1, Long.MIN_VALUE}) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> library.report(Kind.OUTLIVED_SCOPE, what, Duration.ZERO, count, NONE));
        }
    }

    @Test
    void survivesALabelThatThrows() {
        library.report(
                Kind.OUTLIVED_SCOPE,
                new Described() {
                    @Override
                    public String type() {
                        throw new IllegalStateException("planted");
                    }

                    @Override
                    public String label() {
                        throw new StackOverflowError("planted");
                    }

                    @Override
                    public String scopePath() {
                        throw new IllegalStateException("planted");
                    }

                    @Override
                    public @Nullable Site site() {
                        return null;
                    }
                },
                Duration.ZERO,
                1,
                NONE);
        LeakReport report = await(Kind.OUTLIVED_SCOPE, "(failed with java.lang.StackOverflowError)");
        assertEquals("(failed with java.lang.IllegalStateException)", report.scopePath());
    }

    @Test
    void takesItsDefaultsFromSystemProperties() {
        Defaults defaults = Defaults.of(Map.of(
                "dev.lifecycle.leak.sampling", " 7 ",
                "dev.lifecycle.leak.capture", "SITE",
                "dev.lifecycle.leak.maxCapturesPerSecond", "12",
                "dev.lifecycle.leak.heldLongerThan", "PT5M",
                "dev.lifecycle.leak.escalate", "PT0S"));
        assertEquals(List.of(), defaults.complaints());
        assertEquals(7, defaults.config().oneIn());
        assertEquals(LeakDetector.Capture.SITE, defaults.config().capture());
        assertEquals(12, defaults.config().maxCapturesPerSecond());
        assertEquals(Duration.ofMinutes(5).toNanos(), defaults.config().heldLongerThanNanos());
        assertEquals(0, defaults.config().escalateNanos());
    }

    @Test
    void saysWhatIsWrongWithASystemPropertyAndKeepsItsDefault() {
        Map<String, String> wrong = Map.of(
                "dev.lifecycle.leak.sampling", "-1",
                "dev.lifecycle.leak.capture", "all",
                "dev.lifecycle.leak.maxCapturesPerSecond", "99999999999",
                "dev.lifecycle.leak.heldLongerThan", "5 min",
                "dev.lifecycle.leak.escalate", "PT-1S",
                "dev.lifecycle.leak.smapling", "1");
        Defaults defaults = Defaults.of(wrong);
        assertEquals(wrong.size(), defaults.complaints().size());
        for (String name : wrong.keySet()) {
            assertTrue(
                    defaults.complaints().stream().anyMatch(complaint -> complaint.contains("\"" + name + "\"")),
                    () -> name + " in " + defaults.complaints());
        }
        assertEquals(128, defaults.config().oneIn());
        assertEquals(LeakDetector.Capture.STACK, defaults.config().capture());
        assertEquals(1_000, defaults.config().maxCapturesPerSecond());
        assertEquals(ScopeConfig.NO_LIMIT, defaults.config().heldLongerThanNanos());
    }

    @Test
    void tellsFramesOfTheLibraryFromOthers() {
        assertTrue(Frames.isOurs("dev.lifecycle.impl.leak.Detector"));
        assertTrue(Frames.isOurs("dev.lifecycle.impl.leak.Detector$Job"));
        assertTrue(Frames.isOurs("dev.lifecycle.impl.DefaultProvider"));
        assertTrue(Frames.isOurs("dev.lifecycle.scope.Scope"));
        assertTrue(Frames.isOurs("dev.lifecycle.Lifecycle"));
        assertFalse(Frames.isOurs("dev.lifecycle.impl.leak.DetectorTest"));
        assertFalse(Frames.isOurs("dev.lifecycle.impl.leak.DetectorTest$1"));
        assertFalse(Frames.isOurs("dev.lifecycle.lab.Files"));
        assertFalse(Frames.isOurs("dev.lifecycles.Other"));
        assertFalse(Frames.isOurs("Main"));
    }

    private LeakReport await(Kind kind, String label) {
        Await.collection();
        LeakReport[] found = new LeakReport[1];
        Await.until(kind + " of " + label, () -> {
            for (LeakReport report : library.drain()) {
                if (report.kind() == kind && report.label().equals(label)) {
                    found[0] = report;
                }
            }
            return found[0] != null;
        });
        return found[0];
    }
}
