package dev.lifecycle.spi;

import dev.lifecycle.scope.Scope;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link dev.lifecycle.health.HealthServerBuilder} was told, validated there; see its methods.
 *
 * @param name of the server
 * @param port 0 for any
 * @param address a loopback address, unless there is a token
 * @param token null for none
 * @param maxConcurrent requests at once
 * @param timeoutNanos for a request
 * @param within what is below it is described; null for all roots
 */
public record HealthServerConfig(
        String name,
        int port,
        InetAddress address,
        @Nullable String token,
        int maxConcurrent,
        long timeoutNanos,
        @Nullable Scope within) {

    /** Does not show the token. */
    @Override
    public String toString() {
        return "HealthServerConfig[" + name + ", " + address + ":" + port + "]";
    }
}
