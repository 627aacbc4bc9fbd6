package dev.lifecycle.impl.health;

import dev.lifecycle.Kind;
import dev.lifecycle.LifecycleException;
import dev.lifecycle.Snapshot;
import dev.lifecycle.State;
import dev.lifecycle.health.HealthServer;
import dev.lifecycle.impl.scope.Place;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.HealthServerConfig;
import dev.lifecycle.time.TimeSource;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a user holds of a server; a {@link Web} does the work, and does not hold this. */
final class Server implements HealthServer {
    private final HealthServerConfig config;
    private final Web web;
    private final Place place;
    private final Orphans.Orphan orphan;

    @SuppressWarnings("this-escape") // they ask for this only when it is used
    private Server(HealthServerConfig config) throws IOException {
        this.config = config;
        web = new Web(withoutScope(config), new WeakReference<>(this));
        orphan = Orphans.watch(this, web::stopAside);
        place = new Place(this, this::end, TimeSource.system());
    }

    /** See {@link dev.lifecycle.health.HealthServerBuilder#open(Scope)}. */
    static HealthServer open(HealthServerConfig config, @Nullable Scope owner) {
        Server server;
        try {
            server = new Server(config);
        } catch (IOException taken) {
            throw new LifecycleException(
                    "health server " + config.name() + " cannot listen on "
                            + config.address().getHostAddress() + ", port " + config.port() + ": " + taken.getMessage()
                            + ". Choose another port, or 0 for any that is free, or close what listens there",
                    taken);
        } catch (NoClassDefFoundError missing) {
            throw new UnsupportedOperationException(
                    "health server " + config.name()
                            + " needs the module jdk.httpserver, which this runtime has not loaded; add it with --add-modules jdk.httpserver, to java or jlink",
                    missing);
        }
        server.place.enter(owner, server, HealthServer.class);
        return server;
    }

    /** What threads of the JDK may hold: not the scope, which may hold this. */
    private static HealthServerConfig withoutScope(HealthServerConfig config) {
        return new HealthServerConfig(
                config.name(),
                config.port(),
                config.address(),
                config.token(),
                config.maxConcurrent(),
                config.timeoutNanos(),
                null);
    }

    @Nullable
    Scope within() {
        return config.within();
    }

    @Override
    public InetSocketAddress address() {
        return web.address();
    }

    @Override
    public URI uri() {
        InetAddress local = address().getAddress();
        InetAddress reached = local.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : local;
        String host = reached.getHostAddress();
        int zone = host.indexOf('%'); // of this machine only, and no part of a URI
        String literal = zone < 0 ? host : host.substring(0, zone);
        return URI.create("http://" + (reached instanceof Inet6Address ? "[" + literal + "]" : literal) + ":"
                + address().getPort() + "/");
    }

    private void end() {
        Orphans.forget(orphan);
        web.stop();
    }

    @Override
    public String name() {
        return config.name();
    }

    @Override
    public Kind kind() {
        return Kind.HEALTH_SERVER;
    }

    @Override
    public State state() {
        return place.state();
    }

    @Override
    public Snapshot snapshot() {
        Map<String, Object> gauges = new LinkedHashMap<>();
        gauges.put("uri", uri());
        web.gauges(gauges);
        return place.snapshot(gauges);
    }

    @Override
    public void close() {
        place.close();
    }

    /** Returns the name and where it listens, like {@code health http://127.0.0.1:8086/}. */
    @Override
    public String toString() {
        return config.name() + " " + uri();
    }
}
