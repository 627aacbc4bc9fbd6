package dev.lifecycle.tests.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lifecycle.memory.GcMethod;
import dev.lifecycle.memory.GcReport;
import dev.lifecycle.memory.GcRequester;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GcEventTest {
    @TempDir
    Path directory;

    @Test
    void aFlightRecordingHasWhatARequestBrought() throws IOException {
        Path file = directory.resolve("gc.jfr");
        GcReport report;
        try (Recording recording = new Recording();
                GcRequester requester = GcRequester.builder("nightly").open()) {
            recording.enable("dev.lifecycle.GcRequest");
            recording.start();
            report = requester.request(GcMethod.SYSTEM_GC); // or it is told that there was one less than a minute ago
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        assertEquals(1, events.size());
        RecordedEvent event = events.get(0);
        assertEquals("dev.lifecycle.GcRequest", event.getEventType().getName());
        assertEquals("nightly", event.getString("requester"));
        assertEquals(report.method().name(), event.getString("method"));
        assertEquals(report.collector(), event.getString("collector"));
        assertEquals(report.heapBefore(), event.getLong("heapBefore"));
        assertEquals(report.heapAfter(), event.getLong("heapAfter"));
        assertEquals(report.residentBefore(), event.getLong("residentBefore"));
        assertEquals(report.residentAfter(), event.getLong("residentAfter"));
        assertEquals(report.collections(), event.getLong("collections"));
        assertEquals(report.took(), event.getDuration("took"));
        assertEquals(report.effective(), event.getBoolean("effective"));
        assertEquals(report.note(), event.getString("note"));
    }
}
