package dev.lifecycle.health;

import dev.lifecycle.Managed;
import dev.lifecycle.Names;
import java.net.InetSocketAddress;
import java.net.URI;

/**
 * Answers over HTTP how the process does: probes, scrapes, and a page for people. It stands on the server of the JDK, in the module {@code jdk.httpserver}.
 *
 * <table class="striped">
 * <caption>Paths</caption>
 * <thead><tr><th>path</th><th>answer</th></tr></thead>
 * <tbody>
 * <tr><td>{@code GET /live}</td><td>200 and {@code UP}, if the process answers at all</td></tr>
 * <tr><td>{@code GET /health}</td><td>{@link HealthSnapshot#toJson}; 200, or 503 at {@link HealthStatus#CRITICAL}</td></tr>
 * <tr><td>{@code GET /metrics}</td><td>{@link HealthSnapshot#toOpenMetrics}</td></tr>
 * <tr><td>{@code GET /tree}</td><td>the ownership tree as JSON; as text with {@code ?format=text}</td></tr>
 * <tr><td>{@code GET /}</td><td>a page with the tree and charts that go on; it loads nothing from elsewhere</td></tr>
 * <tr><td>{@code POST /cleanup}</td><td>with the token only: asks every memory guard of the tree for a round, see {@link dev.lifecycle.memory.MemoryGuard#cleanUp}</td></tr>
 * </tbody>
 * </table>
 *
 * <p><b>Who may ask.</b> By default only programs of this machine, since it listens on the loopback address; what a web page of elsewhere makes a browser ask is refused by its {@code Host}. On any
 * other address a {@linkplain HealthServerBuilder#token token} is needed, as {@code Authorization: Bearer TOKEN}, for everything but {@code /live} and the page, which is empty without it.
 *
 * <p><b>What one may take.</b> So many requests at once, others are answered 503; each must be read and answered within five seconds, or its connection is cut; a body of at most 1 KB; and
 * where all threads read from slow clients, the slowest is cut for the next. What the JDK does not let a program bound, and the system properties that do, are in {@code docs/health.md}.
 *
 * <p>All methods may be called from any thread. Its threads are daemons, and gone when nobody asks, save two of the JDK's server.
 */
public interface HealthServer extends Managed {

    /**
     * Starts the description of a server.
     *
     * @param name for the tree, messages and log lines; see {@link Names#check}
     * @return a builder
     * @throws IllegalArgumentException if {@code name} cannot be printed on one line
     */
    static HealthServerBuilder builder(String name) {
        return new HealthServerBuilder(name);
    }

    /**
     * Returns where it listens, the port that was found included.
     *
     * @return the address
     */
    InetSocketAddress address();

    /**
     * Returns where its page is.
     *
     * @return like {@code http://127.0.0.1:8086/}
     */
    URI uri();

    /** Listens no more, and cuts all connections. Idempotent; waits for its threads, for a second at most. */
    @Override
    void close();
}
