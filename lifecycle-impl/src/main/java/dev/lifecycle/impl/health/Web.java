package dev.lifecycle.impl.health;

import com.sun.net.httpserver.HttpServer;
import dev.lifecycle.impl.time.Daemons;
import dev.lifecycle.spi.HealthServerConfig;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The JDK's server, its threads and what it answers. Loaded only where the module of that server is. */
final class Web {
    private final String threadName;
    private final HttpServer http;
    private final Crew crew;
    private final Answers answers;
    private final InetSocketAddress address;
    private final AtomicBoolean stopped = new AtomicBoolean();

    /**
     * Listens.
     *
     * @param config where, and how much
     * @param server for which
     * @throws IOException if it cannot, as when the port is taken
     */
    Web(HealthServerConfig config, WeakReference<Server> server) throws IOException {
        threadName = "lifecycle-health-" + config.name();
        crew = new Crew(threadName, config.maxConcurrent(), config.timeoutNanos());
        answers = new Answers(config, server, crew);
        http = new Starter(config, crew, answers).start(threadName);
        address = http.getAddress();
    }

    /** Starts the server on a thread of ours: its own threads then are daemons, and keep nothing of the caller. */
    private static final class Starter implements Runnable {
        private final HealthServerConfig config;
        private final Crew crew;
        private final Answers answers;
        private volatile @Nullable HttpServer started;
        private volatile @Nullable Throwable failure;

        Starter(HealthServerConfig config, Crew crew, Answers answers) {
            this.config = config;
            this.crew = crew;
            this.answers = answers;
        }

        @Override
        public void run() {
            try {
                HttpServer fresh = HttpServer.create(new InetSocketAddress(config.address(), config.port()), 0);
                fresh.setExecutor(crew);
                fresh.createContext("/", answers);
                fresh.start();
                started = fresh;
            } catch (Throwable broken) { // thrown where it was asked for
                failure = broken;
            }
        }

        HttpServer start(String name) throws IOException {
            Thread thread = Daemons.thread(name, this);
            thread.start();
            boolean interrupted = false;
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException later) { // it takes a millisecond
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            HttpServer fresh = started;
            if (fresh != null) {
                return fresh;
            }
            Throwable cause = failure;
            if (cause instanceof Error error) {
                throw error;
            }
            throw cause instanceof IOException io ? io : new IOException(String.valueOf(cause), cause);
        }
    }

    InetSocketAddress address() {
        return address;
    }

    void gauges(Map<String, Object> to) {
        to.put("requests", answers.requests());
        to.put("busy", answers.busy());
        to.put("failures", answers.failures());
        to.put("threads", crew.threads());
        to.put("cut", crew.cut());
        to.put("refused", crew.refused());
    }

    /** Ends it, once. */
    void stop() {
        if (stopped.compareAndSet(false, true)) {
            http.stop(0); // closes all connections
            crew.stop();
        }
    }

    /** The same on another thread. */
    void stopAside() {
        Daemons.thread(threadName, this::stop).start();
    }
}
