package dev.lifecycle.tests.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.health.HealthReporter;
import dev.lifecycle.health.HealthServer;
import dev.lifecycle.health.HealthSnapshot;
import dev.lifecycle.health.HealthStatus;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.tests.api.LogCapture;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

/** The recipes of docs/health.md. */
class HealthRecipesTest {

    @Test
    void aLineAnHour() {
        try (LogCapture log = LogCapture.ofHealth()) {
            // @start region="reporter"
            try (Scope app = Scope.open("checkout")) {
                HealthReporter health = HealthReporter.builder("health")
                        .jmx() // an MBean for each component, beside the line each hour
                        .jfr() // events, while a flight recording asks for them
                        .open(app);
                // ...
                // @end
                assertEquals(HealthStatus.UP, health.report().status());
            }
            assertTrue(log.lines().get(0).startsWith("memory "));
        }
    }

    @Test
    void aSnapshotForAnEndpointOfYourOwn() {
        // @start region="snapshot"
        HealthSnapshot now = HealthSnapshot.now();
        int code = now.status() == HealthStatus.CRITICAL ? 503 : 200;
        String body = now.toJson(); // or toOpenMetrics(), or toLogLine()
        // @end
        assertTrue(code == 200 && body.startsWith("{"));
    }

    @Test
    void aServer() {
        try (Scope app = Scope.open("checkout")) {
            int port = 0;
            // @start region="server"
            HealthServer server = HealthServer.builder("health").port(port).open(app);
            System.out.println("look at " + server.uri()); // http://127.0.0.1:8086/
            // @end
            assertTrue(server.address().getPort() > 0);
        }
    }

    @Test
    void aServerThatOthersReach() throws Exception {
        String token = "0123456789abcdef";
        try (Scope app = Scope.open("checkout")) {
            int port = 0;
            // @start region="token"
            HealthServer server = HealthServer.builder("health")
                    .port(port)
                    .address(InetAddress.getByName("0.0.0.0"))
                    .token(token) // Authorization: Bearer TOKEN
                    .open(app);
            // @end
            assertTrue(server.address().getPort() > 0);
        }
    }
}
