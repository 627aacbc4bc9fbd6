package dev.lifecycle.tests.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.LifecycleException;
import dev.lifecycle.Pressure;
import dev.lifecycle.health.HealthServer;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.testing.LeakProbe;
import dev.lifecycle.tests.api.Await;
import dev.lifecycle.tests.api.Json;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HealthServerTest {
    private final Scope app = Scope.open("app");
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        app.close();
    }

    private HealthServer open() {
        return HealthServer.builder("health").port(0).within(app).open(app);
    }

    private HttpResponse<String> ask(HealthServer server, String method, String path, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri().resolve(path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(Duration.ofSeconds(20));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(HealthServer server, String path, String... headers) throws Exception {
        return ask(server, "GET", path, headers);
    }

    /** Everything that comes back for these bytes, until the server ends the connection. */
    private static String raw(HealthServer server, String request) throws IOException {
        try (Socket socket =
                new Socket(server.address().getAddress(), server.address().getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void healthIsJsonAndItsStatusIsThatOfTheAnswer() throws Exception {
        HealthServer server = open();
        HttpResponse<String> up = get(server, "/health");
        assertEquals(200, up.statusCode());
        assertEquals(
                "application/json; charset=utf-8",
                up.headers().firstValue("Content-Type").orElse(""));
        assertEquals("UP", ((Map<?, ?>) Json.parse(up.body())).get("status"));
        app.own(Part.guard("guard", Pressure.EMERGENCY, false));
        HttpResponse<String> critical = get(server, "/health");
        assertEquals(503, critical.statusCode());
        assertEquals("CRITICAL", ((Map<?, ?>) Json.parse(critical.body())).get("status"));
        assertEquals(200, get(server, "/live").statusCode(), "a restart would not help others than a leak");
    }

    @Test
    void metricsTreeAndPageHaveTheirTypesAndMayDoNothing() throws Exception {
        HealthServer server = open();
        HttpResponse<String> metrics = get(server, "/metrics");
        assertTrue(metrics.headers().firstValue("Content-Type").orElse("").startsWith("application/openmetrics-text"));
        OpenMetricsText.parse(metrics.body());
        assertTrue(get(server, "/tree?format=text").body().contains("health"));
        assertTrue(Json.parse(get(server, "/tree").body()) instanceof Map<?, ?>);
        HttpResponse<String> page = get(server, "/");
        assertTrue(page.body().startsWith("<!DOCTYPE html>"), page.body());
        String without = page.body().replace("http://www.w3.org/2000/svg", "a name, and no address");
        assertFalse(without.contains("http://") || without.contains("https://"), "no network");
        for (HttpResponse<String> each : List.of(metrics, page)) {
            assertEquals("no-store", each.headers().firstValue("Cache-Control").orElse(""));
            assertEquals(
                    "nosniff",
                    each.headers().firstValue("X-Content-Type-Options").orElse(""));
            assertTrue(each.headers()
                    .firstValue("Content-Security-Policy")
                    .orElse("")
                    .startsWith("default-src 'none'"));
        }
    }

    @Test
    void whatIsNotThereIsNotFoundAndNothingCanBeWritten() throws Exception {
        HealthServer server = open();
        assertEquals(404, get(server, "/etc/passwd").statusCode());
        assertEquals(404, get(server, "/health/").statusCode());
        for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS", "PATCH")) {
            HttpResponse<String> refused = ask(server, method, "/health");
            assertEquals(405, refused.statusCode(), method);
            assertEquals("GET, HEAD", refused.headers().firstValue("Allow").orElse(""));
        }
        assertEquals(404, ask(server, "POST", "/cleanup").statusCode(), "there is no token");
        HttpResponse<String> head = ask(server, "HEAD", "/health");
        assertEquals(200, head.statusCode());
        assertEquals("", head.body());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"evil.example", "evil.example:80", "localhost.evil.example", "localhost:80@evil", "127.0.0.1.x"})
    void aBrowserThatWasLuredHereIsRefused(String host) throws Exception {
        String answer = raw(open(), "GET /health HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 403 "), answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:8086", "127.0.0.1:1", "[::1]:80"})
    void thisMachineIsKnownByItsNames(String host) throws Exception {
        String answer = raw(open(), "GET /live HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
    }

    @Test
    void aBodyThatIsTooLongIsRefused() throws Exception {
        String answer = raw(
                open(), "POST /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000\r\n\r\n" + "x".repeat(2_000));
        assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
    }

    @Test
    void cleaningUpNeedsTheToken() throws Exception {
        HealthServer server = HealthServer.builder("health")
                .port(0)
                .token("a-secret-of-32-characters-or-so.")
                .within(app)
                .open(app);
        assertEquals(401, ask(server, "POST", "/cleanup").statusCode());
        assertEquals(
                401,
                ask(server, "POST", "/cleanup", "Authorization", "Bearer wrong").statusCode());
        assertEquals(405, get(server, "/cleanup").statusCode());
        HttpResponse<String> done =
                ask(server, "POST", "/cleanup", "Authorization", "Bearer a-secret-of-32-characters-or-so.");
        assertEquals(200, done.statusCode(), done.body());
        assertEquals("{\"guards\":[],\"omitted\":0}", done.body());
        assertFalse(server.toString().contains("secret")
                || server.snapshot().toText().contains("secret"));
    }

    @Test
    void aSlowClientHoldsNobodyUpAndIsCut() throws Exception {
        HealthServer server = HealthServer.builder("health")
                .port(0)
                .maxConcurrent(2)
                .timeout(Duration.ofSeconds(1))
                .within(app)
                .open(app);
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 6; i++) {
                Socket socket = new Socket(
                        server.address().getAddress(), server.address().getPort());
                socket.setSoTimeout(20_000);
                socket.getOutputStream().write("GET /health HTTP/1.1\r\nHost: ".getBytes(StandardCharsets.US_ASCII));
                slow.add(socket);
            }
            assertEquals(200, get(server, "/live").statusCode(), "beside six that do not finish their request");
            for (Socket each : slow) {
                assertEquals(0, ended(each.getInputStream()), "cut without an answer, or told that it was too slow");
            }
        } finally {
            for (Socket each : slow) {
                each.close();
            }
        }
    }

    private static int ended(InputStream in) {
        try {
            in.readAllBytes();
            return 0;
        } catch (java.net.SocketTimeoutException stillOpen) {
            return 1;
        } catch (IOException reset) {
            return 0;
        }
    }

    @Test
    void aPortThatIsTakenIsSaidWithTheWayOut() {
        HealthServer first = open();
        LifecycleException taken = assertThrows(
                LifecycleException.class,
                () -> HealthServer.builder("second")
                        .port(first.address().getPort())
                        .within(app)
                        .open(app));
        assertTrue(
                String.valueOf(taken.getMessage())
                        .contains("port " + first.address().getPort()),
                taken.getMessage());
        assertTrue(String.valueOf(taken.getMessage()).contains("Choose another port"), taken.getMessage());
    }

    @Test
    void anotherAddressThanTheLoopbackNeedsAToken() throws Exception {
        InetAddress any = InetAddress.getByName("0.0.0.0");
        assertThrows(
                RuntimeException.class,
                () -> HealthServer.builder("health").port(0).address(any).open(app));
        HealthServer server = HealthServer.builder("health")
                .port(0)
                .address(any)
                .token("a-secret-of-32-characters-or-so.")
                .within(app)
                .open(app);
        assertEquals(401, get(server, "/health").statusCode());
        assertEquals(200, get(server, "/live").statusCode());
        assertEquals(
                200,
                get(server, "/health", "Authorization", "Bearer a-secret-of-32-characters-or-so.")
                        .statusCode());
    }

    @Test
    void closingFreesThePortAndEndsTheThreads() throws Exception {
        HealthServer server = open();
        URI uri = server.uri();
        assertEquals(200, get(server, "/live").statusCode());
        server.close();
        server.close();
        assertThrows(
                ConnectException.class,
                () -> client.send(
                        HttpRequest.newBuilder(uri.resolve("/live")).build(), HttpResponse.BodyHandlers.ofString()));
        Await.until(
                "its threads end",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("lifecycle-health-health")));
    }

    private static WeakReference<Scope> dropped(List<Integer> port) {
        Scope lost = Scope.open();
        HealthServer server = HealthServer.builder("lost").port(0).within(lost).open(lost);
        port.add(server.address().getPort());
        return new WeakReference<>(lost);
    }

    @Test
    void aScopeThatIsDroppedIsNotKeptAliveAndItsServerEnds() {
        List<Integer> port = new ArrayList<>();
        LeakProbe.awaitCollected(dropped(port));
        Await.until("the port is free", () -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port.get(0))) {
                return !socket.isConnected();
            } catch (IOException refused) {
                return true;
            }
        });
    }
}
