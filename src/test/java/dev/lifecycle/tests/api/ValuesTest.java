package dev.lifecycle.tests.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.leak.LeakReport;
import dev.lifecycle.leak.Site;
import dev.lifecycle.leak.Touch;
import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.scope.Exit;
import dev.lifecycle.scope.Failure;
import dev.lifecycle.scope.Overrun;
import dev.lifecycle.scope.OverrunPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The records that reports are made of: nobody who reads one can change what the next one reads. */
class ValuesTest {
    private static final StackTraceElement FRAME = new StackTraceElement("a.B", "run", "B.java", 7);

    private static void refuses(String name, Executable call) {
        assertEquals(name, assertThrows(NullPointerException.class, call).getMessage());
    }

    @Nested
    class CloseReports {
        private final List<Failure> failures = new ArrayList<>(List.of(new Failure("f", null, new IOException())));
        private final List<Overrun> overruns = new ArrayList<>(
                List.of(new Overrun("o", null, Duration.ZERO, new StackTraceElement[0], OverrunPolicy.REPORT)));
        private final CloseReport report =
                new CloseReport(new Exit.Success(), 1, 1, failures, overruns, Duration.ofNanos(5));

        @Test
        void copyTheirLists() {
            failures.clear();
            overruns.clear();
            assertEquals(1, report.failures().size());
            assertEquals(1, report.overruns().size());
        }

        @Test
        void cannotBeChanged() {
            assertThrows(
                    UnsupportedOperationException.class, () -> report.failures().clear());
            assertThrows(
                    UnsupportedOperationException.class, () -> report.overruns().clear());
        }

        @Test
        void nameWhatIsNull() {
            refuses("exit", () -> new CloseReport(null, 0, 0, List.of(), List.of(), Duration.ZERO));
            refuses("took", () -> new CloseReport(new Exit.Unmarked(), 0, 0, List.of(), List.of(), null));
            assertThrows(
                    NullPointerException.class,
                    () -> new CloseReport(new Exit.Unmarked(), 0, 0, null, List.of(), Duration.ZERO));
            refuses("label", () -> new Failure(null, null, new IOException()));
            refuses("thrown", () -> new Failure("f", null, null));
        }
    }

    @Nested
    class Overruns {
        private final StackTraceElement[] stack = {FRAME};
        private final Overrun overrun =
                new Overrun("socket", Site.named("here"), Duration.ofSeconds(2), stack, OverrunPolicy.ABANDON);

        @Test
        void copyTheirStack() {
            stack[0] = null;
            assertArrayEquals(new StackTraceElement[] {FRAME}, overrun.stack());
            overrun.stack()[0] = null;
            assertArrayEquals(new StackTraceElement[] {FRAME}, overrun.stack());
            assertNotSame(overrun.stack(), overrun.stack());
        }

        @Test
        void sayWhatTookTooLongAndWhereItStood() {
            assertEquals("socket took longer than PT2S to close (ABANDON), at a.B.run(B.java:7)", overrun.toString());
            assertEquals(
                    "socket took longer than PT2S to close (REPORT)",
                    new Overrun("socket", null, Duration.ofSeconds(2), new StackTraceElement[0], OverrunPolicy.REPORT)
                            .toString());
        }

        @Test
        void nameWhatIsNull() {
            refuses("label", () -> new Overrun(null, null, Duration.ZERO, stack, OverrunPolicy.REPORT));
            refuses("ran", () -> new Overrun("o", null, null, stack, OverrunPolicy.REPORT));
            refuses("done", () -> new Overrun("o", null, Duration.ZERO, stack, null));
        }
    }

    @Nested
    class Exits {
        @Test
        void tellCancellationFromFailure() {
            Throwable interrupted = new InterruptedException();
            Throwable cancelled = new CancellationException();
            Throwable failed = new Error();
            assertEquals(new Exit.Cancelled(interrupted), Exit.of(interrupted));
            assertEquals(new Exit.Cancelled(cancelled), Exit.of(cancelled));
            assertEquals(new Exit.Failure(failed), Exit.of(failed));
            assertEquals(new Exit.Success(), new Exit.Success());
            assertNotEquals(new Exit.Success(), new Exit.Unmarked());
        }

        @Test
        void requireACause() {
            refuses("cause", () -> new Exit.Failure(null));
            refuses("cause", () -> new Exit.Cancelled(null));
            refuses("cause", () -> Exit.of(null));
        }
    }

    @Nested
    class Sites {
        @Test
        void nameTheLineThatAsked() {
            String text = Site.here().text();
            assertTrue(
                    text.matches("(.*/)?" + Sites.class.getName().replace("$", "\\$")
                            + "\\.nameTheLineThatAsked\\(ValuesTest\\.java:[0-9]+\\)"),
                    text);
        }

        @Test
        void areToldApartEvenWithOneName() {
            assertNotEquals(Site.named("x"), Site.named("x"));
            assertEquals("x", Site.named("x").text());
            assertEquals("x", Site.named("x").toString());
        }

        @Test
        void refuseNamesThatNoLineCanShow() {
            assertThrows(IllegalArgumentException.class, () -> Site.named("a\nb"));
            assertThrows(IllegalArgumentException.class, () -> Site.named(""));
            refuses("site", () -> Site.named(null));
        }
    }

    @Nested
    class LeakReports {
        private final StackTraceElement[] stack = {FRAME};
        private final List<Touch> touches =
                new ArrayList<>(List.of(new Touch(null, "main", Duration.ZERO, new StackTraceElement[] {FRAME})));

        private LeakReport report(
                Site site, StackTraceElement[] frames, String thread, Duration age, long count, String path) {
            return new LeakReport(
                    LeakReport.Kind.COLLECTED_UNCLOSED,
                    "a.File",
                    "upload",
                    site,
                    frames,
                    touches,
                    thread,
                    age,
                    count,
                    path);
        }

        private final LeakReport report = report(null, stack, "main", Duration.ofSeconds(3), 2, "app/upload");

        @Test
        void copyTheirStackAndTouches() {
            stack[0] = null;
            touches.clear();
            report.stack()[0] = null;
            report.touches().get(0).stack()[0] = null;
            assertArrayEquals(new StackTraceElement[] {FRAME}, report.stack());
            assertArrayEquals(
                    new StackTraceElement[] {FRAME}, report.touches().get(0).stack());
            assertThrows(
                    UnsupportedOperationException.class, () -> report.touches().clear());
        }

        @Test
        void takeTheSiteForTheOriginThenTheStackThenNothing() {
            StackTraceElement[] none = {};
            assertEquals(
                    "here",
                    report(Site.named("here"), stack, "", Duration.ZERO, 1, "").origin());
            assertEquals(
                    "a.B.run(B.java:7)",
                    report(null, stack, "", Duration.ZERO, 1, "").origin());
            assertEquals(
                    "unknown site", report(null, none, "", Duration.ZERO, 1, "").origin());
        }

        @Test
        void printOneLine() {
            assertEquals(
                    "COLLECTED_UNCLOSED 2 x upload (a.File), opened at a.B.run(B.java:7) by main, age PT3S, in app/upload",
                    report.toString());
            assertEquals(
                    "COLLECTED_UNCLOSED upload (a.File), opened at here",
                    report(Site.named("here"), stack, "", Duration.ZERO, 1, "").toString());
        }

        @Test
        void nameWhatIsNull() {
            refuses("thread", () -> report(null, stack, null, Duration.ZERO, 1, ""));
            refuses("age", () -> report(null, stack, "", null, 1, ""));
            refuses("scopePath", () -> report(null, stack, "", Duration.ZERO, 1, null));
            refuses("thread", () -> new Touch(null, null, Duration.ZERO, stack));
            refuses("age", () -> new Touch(null, "t", null, stack));
        }

        @Test
        void areNotEqualByChance() {
            assertFalse(report.equals(report(null, stack, "main", Duration.ofSeconds(3), 3, "app/upload")));
        }
    }
}
