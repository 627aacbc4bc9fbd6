package dev.lifecycle.tests.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lifecycle.LifecycleException;
import dev.lifecycle.leak.Site;
import dev.lifecycle.scope.CloseException;
import dev.lifecycle.scope.CloseReport;
import dev.lifecycle.scope.Exit;
import dev.lifecycle.scope.Failure;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class CloseExceptionTest {
    private final IOException first = new IOException("first");
    private final CloseReport report = new CloseReport(
            new Exit.Unmarked(),
            3,
            2,
            List.of(new Failure("file", Site.named("here"), first)),
            List.of(),
            Duration.ofMillis(4));
    private final CloseException thrown = new CloseException("scope app: 2 failures", first, report);

    @Test
    void givesTheFirstFailureItsTypeBack() {
        assertSame(first, assertThrows(IOException.class, () -> thrown.as(IOException.class)));
        assertSame(first, assertThrows(Exception.class, () -> thrown.as(Exception.class)));
    }

    @Test
    void staysItselfWhenTheFirstFailureIsOfAnotherType() throws Exception {
        assertSame(thrown, thrown.as(InterruptedException.class));
        assertSame(thrown, thrown.as(FileNotFoundException.class));
    }

    @Test
    void hooksLaterFailuresToTheFirstOneWhenThatIsThrown() {
        IllegalStateException second = new IllegalStateException("second");
        thrown.addSuppressed(second);
        IOException typed = assertThrows(IOException.class, () -> thrown.as(IOException.class));
        assertEquals(List.of(second), List.of(typed.getSuppressed()));
    }

    /** An exception cannot suppress itself: a closer that throws the same instance again must not break this. */
    @Test
    void leavesOutTheFirstFailureWhereItIsAlsoALaterOne() {
        thrown.addSuppressed(first);
        IOException typed = assertThrows(IOException.class, () -> thrown.as(IOException.class));
        assertEquals(0, typed.getSuppressed().length);
    }

    @Test
    void carriesTheReport() {
        assertSame(report, thrown.report());
        assertInstanceOf(LifecycleException.class, thrown);
        assertSame(first, thrown.getCause());
    }

    @Test
    void requiresCauseAndReport() {
        assertEquals(
                "cause",
                assertThrows(NullPointerException.class, () -> new CloseException("m", null, report))
                        .getMessage());
        assertEquals(
                "report",
                assertThrows(NullPointerException.class, () -> new CloseException("m", first, null))
                        .getMessage());
    }

    @Test
    void survivesSerialisationWithoutTheReport() throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(thrown);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            CloseException copy = (CloseException) in.readObject();
            assertEquals("scope app: 2 failures", copy.getMessage());
            assertEquals("first", copy.getCause().getMessage());
            assertNotNull(copy.report());
            assertEquals(List.of(), copy.report().failures());
            assertThrows(IOException.class, () -> copy.as(IOException.class));
        }
    }
}
