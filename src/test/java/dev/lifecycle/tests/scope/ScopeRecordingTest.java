package dev.lifecycle.tests.scope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.scope.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScopeRecordingTest {
    @TempDir
    Path dir;

    private List<RecordedEvent> record(Predicate<String> paths, Runnable work) throws IOException {
        Path file = dir.resolve("recording.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("dev.lifecycle.ScopeClosed");
            recording.start();
            work.run();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals("dev.lifecycle.ScopeClosed"))
                .filter(event -> paths.test(event.getString("path")))
                .toList();
    }

    @Test
    void recordsTheCloseOfANamedScopeWithItsPathAndCounts() throws IOException {
        List<RecordedEvent> events = record(path -> path.startsWith("recorded"), () -> {
            Scope app = Scope.open("recorded");
            Scope request = app.child("GET");
            request.defer(() -> {});
            request.defer(() -> {
                throw new IllegalStateException("fails");
            });
            assertThrows(IllegalStateException.class, request::close);
            app.close();
        });
        assertEquals(
                List.of("recorded/GET 1 1", "recorded 0 0"),
                events.stream()
                        .map(event ->
                                event.getString("path") + " " + event.getLong("closed") + " " + event.getLong("failed"))
                        .toList());
        assertTrue(events.get(0).getDuration("open").toNanos() > 0);
    }

    @Test
    void recordsNoAnonymousScope() throws IOException {
        assertEquals(List.of(), record(path -> path.contains("anonymous"), () -> {
            try (Scope scope = Scope.open()) {
                scope.defer(() -> {});
            }
        }));
    }
}
