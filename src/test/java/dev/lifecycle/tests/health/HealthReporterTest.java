package dev.lifecycle.tests.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Pressure;
import dev.lifecycle.health.HealthReporter;
import dev.lifecycle.health.HealthStatus;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.testing.LeakProbe;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.tests.api.LogCapture;
import dev.lifecycle.time.VirtualTime;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import javax.management.AttributeNotFoundException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HealthReporterTest {
    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private final VirtualTime time = new VirtualTime();
    private final Scope app = Scope.open("app");

    @AfterEach
    void close() {
        app.close();
    }

    private HealthReporter.Builder builder() {
        return HealthReporter.builder("health").within(app).timeSource(time);
    }

    private Set<String> registered() throws Exception {
        return server.queryNames(new ObjectName("dev.lifecycle:*"), null).stream()
                .map(ObjectName::getCanonicalName)
                .collect(Collectors.toSet());
    }

    @Test
    void writesALineAnHourAndAWarningIfSomethingIsWrong() {
        try (LogCapture log = LogCapture.ofHealth()) {
            HealthReporter reporter = builder().open(app);
            Await.until("it waits", () -> time.parked() > 0);
            time.advance(Duration.ofMinutes(59));
            assertTrue(log.lines().isEmpty(), log.lines()::toString);
            Await.until("it waits", () -> time.parked() > 0);
            time.advance(Duration.ofMinutes(1));
            Await.until("a line", () -> log.lines().size() == 1);
            assertTrue(log.lines().get(0).startsWith("memory "), log.lines()::toString);
            app.own(Part.guard("guard", Pressure.EMERGENCY, false));
            Await.until("it waits", () -> time.parked() > 0);
            time.advance(Duration.ofHours(1));
            Await.until("another", () -> log.lines().size() == 2);
            assertTrue(
                    log.lines().get(1).contains(" CRITICAL: memory guard app/guard at EMERGENCY"),
                    log.lines()::toString);
            assertEquals(HealthStatus.CRITICAL, reporter.latest().orElseThrow().status());
        }
    }

    @Test
    void aReportIsALineAtOnce() {
        try (LogCapture log = LogCapture.ofHealth()) {
            assertEquals(HealthStatus.UP, builder().open(app).report().status());
            assertEquals(1, log.lines().size());
        }
    }

    @Test
    void eachComponentHasAnMBeanUntilItIsClosed() throws Exception {
        app.own(Part.pool("odd=\"name,*", 3, 10));
        HealthReporter reporter = builder().jmx().open(app);
        Set<String> names = registered();
        assertEquals(2, names.size(), names::toString);
        ObjectName pool = names.stream()
                .filter(name -> name.contains("type=ResourcePool"))
                .map(HealthReporterTest::named)
                .findFirst()
                .orElseThrow();
        assertEquals(3, server.getAttribute(pool, "leased"));
        assertThrows(AttributeNotFoundException.class, () -> server.getAttribute(pool, "nothing"));
        ObjectName itself = named("dev.lifecycle:type=HealthReporter,name=health");
        assertEquals("UP", server.getAttribute(itself, "status"));
        for (var attribute : server.getMBeanInfo(itself).getAttributes()) {
            Object value = server.getAttribute(itself, attribute.getName());
            assertFalse(value instanceof Number number && number.doubleValue() < 0, attribute.getName());
        }
        reporter.close();
        assertEquals(Set.of(), registered());
    }

    private static ObjectName named(String name) {
        try {
            return new ObjectName(name);
        } catch (javax.management.MalformedObjectNameException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void twoReportersOfOneNameDoNotClash() throws Exception {
        HealthReporter one = builder().jmx().open(app);
        HealthReporter other = builder().jmx().open(app);
        int both = registered().size();
        assertTrue(both >= 2, registered()::toString);
        one.close();
        assertFalse(registered().isEmpty());
        other.close();
        assertEquals(Set.of(), registered());
    }

    private WeakReference<HealthReporter> dropped() {
        return new WeakReference<>(HealthReporter.builder("lost")
                .within(app)
                .jmx()
                .timeSource(time)
                .open());
    }

    @Test
    void oneThatIsDroppedTakesItsMBeansAlong() throws Exception {
        WeakReference<HealthReporter> lost = dropped();
        assertTrue(registered().stream().anyMatch(name -> name.contains("name=lost")));
        LeakProbe.awaitCollected(lost);
        Await.until("none is left", () -> {
            if (time.parked() > 0) {
                time.advance(Duration.ofSeconds(11)); // its thread sees it at its next look
            }
            try {
                return registered().stream().noneMatch(name -> name.contains("name=lost"));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void aFlightRecordingHasHealthAndChangesOfPressure() throws Exception {
        Path file = Files.createTempFile("health", ".jfr");
        try (Recording recording = new Recording()) {
            recording.enable("dev.lifecycle.Health");
            recording.enable("dev.lifecycle.Pressure");
            recording.start();
            builder().jfr().open(app);
            app.own(Part.guard("guard", Pressure.CLEANUP, false));
            Await.until("it waits", () -> time.parked() > 0);
            time.advance(Duration.ofSeconds(11));
            Await.until("it waits again", () -> time.parked() > 0);
            recording.stop();
            recording.dump(file);
            Set<String> types = RecordingFile.readAllEvents(file).stream()
                    .map(event -> event.getEventType().getName())
                    .collect(Collectors.toSet());
            assertEquals(Set.of("dev.lifecycle.Health", "dev.lifecycle.Pressure"), types);
        } finally {
            Files.delete(file);
        }
    }
}
