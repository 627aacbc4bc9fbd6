package dev.lifecycle.impl.health;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.lifecycle.health.HealthSnapshot;
import dev.lifecycle.health.HealthStatus;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.HealthServerConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What a server answers. */
final class Answers implements HttpHandler {
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.health");
    private static final int MOST_BODY = 1 << 10;
    private static final String READ = "GET, HEAD";
    private static final String NO_PAGE = "default-src 'none'; frame-ancestors 'none'; sandbox";
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String JSON = "application/json; charset=utf-8";
    private static final String METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private final HealthServerConfig config;
    private final WeakReference<Server> server;
    private final Crew crew;
    private final Visitors visitors;
    private final Semaphore places;
    private final Cleanups cleanups;
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong busy = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicBoolean said = new AtomicBoolean();

    Answers(HealthServerConfig config, WeakReference<Server> server, Crew crew) {
        this.config = config;
        this.server = server;
        this.crew = crew;
        visitors = new Visitors(config.address(), config.token());
        places = new Semaphore(config.maxConcurrent());
        cleanups = new Cleanups(config.name());
    }

    long requests() {
        return requests.get();
    }

    /** How many were turned away. */
    long busy() {
        return busy.get();
    }

    long failures() {
        return failures.get();
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Crew.Turn turn = crew.current();
        if (turn == null) { // it is being refused
            exchange.close();
            return;
        }
        turn.answers();
        requests.incrementAndGet();
        if (!places.tryAcquire()) {
            busy.incrementAndGet();
            exchange.getResponseHeaders().set("Retry-After", "1");
            send(exchange, 503, TEXT, "busy: " + config.maxConcurrent() + " requests are being answered\n");
            return;
        }
        try {
            answer(exchange, turn);
        } catch (IOException | InterruptedException gone) { // the client, or its time
            exchange.close();
        } catch (Throwable failure) {
            failures.incrementAndGet();
            if (said.compareAndSet(false, true)) {
                LOG.warn(
                        "health server " + config.name() + " failed to answer; later failures are only counted",
                        failure);
            }
            exchange.close();
        } finally {
            places.release();
        }
    }

    private void answer(HttpExchange exchange, Crew.Turn turn) throws IOException, InterruptedException {
        Server open = server.get();
        String method = exchange.getRequestMethod();
        String path = exchange.getRequestURI().getRawPath();
        if (open == null) {
            exchange.close();
        } else if (exchange.getRequestBody().readNBytes(MOST_BODY + 1).length > MOST_BODY) {
            send(exchange, 413, TEXT, "a body has at most " + MOST_BODY + " bytes\n");
            exchange.close();
        } else if (!visitors.knowsHost(exchange)) {
            send(exchange, 403, TEXT, "this host is not served: ask by localhost or by the address\n");
        } else if (path != null && path.equals("/cleanup") && config.token() != null) {
            cleanUp(exchange, turn, open.within());
        } else if (!Pages.isKnown(path)) {
            send(exchange, 404, TEXT, "there is /health, /live, /metrics, /tree and /\n");
        } else if (!method.equals("GET") && !method.equals("HEAD")) {
            exchange.getResponseHeaders().set("Allow", READ);
            send(exchange, 405, TEXT, "this can only be read\n");
        } else if (!visitors.mayRead(path, exchange)) {
            unauthorized(exchange);
        } else {
            read(exchange, path, open.within());
        }
    }

    private void read(HttpExchange exchange, String path, @Nullable Scope within) throws IOException {
        switch (path) {
            case "/live" -> send(exchange, 200, TEXT, "UP\n");
            case "/health" -> {
                HealthSnapshot now = Health.INSTANCE.snapshot(within);
                send(exchange, now.status() == HealthStatus.CRITICAL ? 503 : 200, JSON, now.toJson());
            }
            case "/metrics" ->
                send(exchange, 200, METRICS, Health.INSTANCE.snapshot(within).toOpenMetrics());
            case "/tree" -> {
                boolean text = "format=text".equals(exchange.getRequestURI().getRawQuery());
                send(exchange, 200, text ? TEXT : JSON, text ? Pages.treeText(within) : Pages.treeJson(within));
            }
            default -> page(exchange);
        }
    }

    private void page(HttpExchange exchange) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Security-Policy", Pages.page().policy());
        send(exchange, 200, "text/html; charset=utf-8", Pages.page().text());
    }

    private void cleanUp(HttpExchange exchange, Crew.Turn turn, @Nullable Scope within)
            throws IOException, InterruptedException {
        if (!exchange.getRequestMethod().equals("POST")) {
            exchange.getResponseHeaders().set("Allow", "POST");
            send(exchange, 405, TEXT, "this is no page: POST it, with the token\n");
        } else if (!visitors.hasToken(exchange)) {
            unauthorized(exchange);
        } else {
            turn.extend(Cleanups.MOST_NANOS);
            String result = cleanups.run(within, exchange.getRemoteAddress());
            if (result.isEmpty()) {
                send(exchange, 409, TEXT, "a cleanup is running\n");
            } else {
                send(exchange, 200, JSON, result);
            }
        }
    }

    private static void unauthorized(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
        send(exchange, 401, TEXT, "the token is needed: Authorization: Bearer TOKEN\n");
    }

    private static void send(HttpExchange exchange, int code, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        Headers headers = exchange.getResponseHeaders();
        headers.set(
                "Connection",
                "close"); // one request each: nobody keeps one, and none waits for an acknowledgement of its head
        headers.set("Content-Type", type);
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("X-Frame-Options", "DENY");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        headers.putIfAbsent("Content-Security-Policy", List.of(NO_PAGE));
        if (exchange.getRequestMethod().equals("HEAD")) {
            headers.set("Content-Length", String.valueOf(body.length));
            exchange.sendResponseHeaders(code, -1);
            return;
        }
        exchange.sendResponseHeaders(code, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}
