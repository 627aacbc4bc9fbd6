package dev.lifecycle.health;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Names;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.HealthServerConfig;
import dev.lifecycle.spi.HealthSupport;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Describes a {@link HealthServer}. Not thread-safe; may be used again: each {@code open} makes another server. */
public final class HealthServerBuilder {
    private static final int SHORTEST_TOKEN = 16;
    private static final int LONGEST_TOKEN = 512;
    private static final int MOST_CONCURRENT = 256;
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final String name;
    private int port;
    private InetAddress address = InetAddress.getLoopbackAddress();
    private @Nullable String token;
    private int maxConcurrent = 8;
    private Duration timeout = Duration.ofSeconds(5);
    private @Nullable Scope within;

    HealthServerBuilder(String name) {
        this.name = Names.check(name, "name");
    }

    /**
     * Sets where to listen. Default: 0, for any port that is free, see {@link HealthServer#address}.
     *
     * @param number 0 to 65535
     * @return this
     * @throws IllegalArgumentException if there is no such port
     */
    public HealthServerBuilder port(int number) {
        if (number < 0 || number > 65_535) {
            throw new IllegalArgumentException("port is " + number + "; it must be 0 to 65535, 0 for any that is free");
        }
        port = number;
        return this;
    }

    /**
     * Sets on which address to listen. Default: the loopback address, which only programs of this machine reach. Any other needs a {@link #token}.
     *
     * @param local an address of this machine; the wildcard for all of them
     * @return this
     */
    public HealthServerBuilder address(InetAddress local) {
        address = Objects.requireNonNull(local, "local");
        return this;
    }

    /**
     * Sets what a client must know for {@code POST /cleanup}, which is not there otherwise; and, on another address than loopback, for reading. Default: none.
     *
     * @param secret 16 to 512 characters: letters, digits and {@code -._~+/=}
     * @return this
     * @throws IllegalArgumentException if {@code secret} has another shape; the message does not show it
     */
    public HealthServerBuilder token(String secret) {
        int length = Objects.requireNonNull(secret, "secret").length();
        if (length < SHORTEST_TOKEN || length > LONGEST_TOKEN || !secret.chars().allMatch(HealthServerBuilder::fits)) {
            throw new IllegalArgumentException("token has " + length + " characters; it must have " + SHORTEST_TOKEN
                    + " to " + LONGEST_TOKEN + " letters, digits or -._~+/=, as what is sent behind Bearer");
        }
        token = secret;
        return this;
    }

    private static boolean fits(int c) {
        return c < 0x7f && (Character.isLetterOrDigit(c) || "-._~+/=".indexOf(c) >= 0);
    }

    /**
     * Sets how many requests are answered at once; others get 503. Default: 8.
     *
     * @param requests 1 to 256
     * @return this
     * @throws IllegalArgumentException if it is out of these bounds
     */
    public HealthServerBuilder maxConcurrent(int requests) {
        if (requests < 1 || requests > MOST_CONCURRENT) {
            throw new IllegalArgumentException(
                    "maxConcurrent is " + requests + "; it must be 1 to " + MOST_CONCURRENT + ", each has a thread");
        }
        maxConcurrent = requests;
        return this;
    }

    /**
     * Sets how long a request may take, from its first byte to the last one of its answer; then its connection is cut. Default: five seconds. {@code POST /cleanup} may take half a minute more.
     *
     * @param time a tenth of a second to five minutes
     * @return this
     * @throws IllegalArgumentException if it is out of these bounds
     */
    public HealthServerBuilder timeout(Duration time) {
        if (Objects.requireNonNull(time, "time").compareTo(SHORTEST) < 0 || time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("timeout is " + time + "; it must be " + SHORTEST + " to " + LONGEST
                    + ": a slow client holds a thread for as long");
        }
        timeout = time;
        return this;
    }

    /**
     * Describes only what hangs below one scope. Default: all open roots.
     *
     * @param scope an open scope
     * @return this
     */
    public HealthServerBuilder within(Scope scope) {
        within = Objects.requireNonNull(scope, "scope");
        return this;
    }

    /**
     * Opens a server that the caller closes. One that is dropped without being closed is reported as a leak.
     *
     * @return a server that listens
     * @throws IllegalArgumentException if the address is not a loopback address, and there is no token
     * @throws dev.lifecycle.LifecycleException if it cannot listen there, as when the port is taken
     * @throws UnsupportedOperationException in a runtime without the module {@code jdk.httpserver}
     */
    public HealthServer open() {
        return Lifecycle.provider().part(HealthSupport.class).openServer(config(), null);
    }

    /**
     * Opens a server that {@code owner} closes, unless it is closed before.
     *
     * @param owner an open scope
     * @return a server that listens
     * @throws IllegalArgumentException if the address is not a loopback address, and there is no token
     * @throws dev.lifecycle.LifecycleException if it cannot listen there, as when the port is taken
     * @throws UnsupportedOperationException in a runtime without the module {@code jdk.httpserver}
     * @throws dev.lifecycle.scope.ScopeClosedException if {@code owner} is closed
     */
    public HealthServer open(Scope owner) {
        return Lifecycle.provider()
                .part(HealthSupport.class)
                .openServer(config(), Objects.requireNonNull(owner, "owner"));
    }

    private HealthServerConfig config() {
        if (!address.isLoopbackAddress() && token == null) {
            throw new IllegalArgumentException("address is " + address.getHostAddress()
                    + ", which others reach, and there is no token; set one, or leave the loopback address");
        }
        return new HealthServerConfig(
                name, port, address, token, maxConcurrent, TimeUnit.NANOSECONDS.convert(timeout), within);
    }
}
