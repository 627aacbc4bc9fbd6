package dev.lifecycle.impl.health;

import com.sun.net.httpserver.HttpExchange;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask what.
 *
 * <p>A web page of elsewhere may make a browser on this machine ask a server on the loopback address, under a name whose address it has changed to that: then {@code Host} has that name.
 */
final class Visitors {
    private static final Pattern LOOPBACK = Pattern.compile("localhost\\.?|127(\\.[0-9]{1,3}){3}|\\[::1]");
    private static final Pattern PORT = Pattern.compile(":[0-9]{0,5}");
    private static final String BEARER = "Bearer ";

    private final boolean local;
    private final String itself;
    private final byte @Nullable [] token;

    Visitors(InetAddress address, @Nullable String token) {
        local = address.isLoopbackAddress();
        itself = address.getHostAddress();
        this.token = token == null ? null : token.getBytes(StandardCharsets.UTF_8);
    }

    /** Whether the request names a host that it should. One that names none is of no browser. */
    boolean knowsHost(HttpExchange exchange) {
        if (!local) {
            return true; // the token is needed, and no browser sends that by itself
        }
        List<String> hosts = exchange.getRequestHeaders().getOrDefault("Host", List.of());
        String inTarget = exchange.getRequestURI().getRawAuthority();
        return hosts.size() <= 1 && hosts.stream().allMatch(this::isLocal) && (inTarget == null || isLocal(inTarget));
    }

    private boolean isLocal(String hostAndPort) {
        String host = hostAndPort.trim().toLowerCase(Locale.ROOT);
        int port = host.lastIndexOf(':');
        if (port > host.lastIndexOf(']')) {
            if (!PORT.matcher(host.substring(port)).matches()) {
                return false;
            }
            host = host.substring(0, port);
        }
        return LOOPBACK.matcher(host).matches() || host.equals(itself) || host.equals("[" + itself + "]");
    }

    /** Whether a page may be read by who asks. */
    boolean mayRead(String path, HttpExchange exchange) {
        return local || path.equals("/live") || path.equals("/") || hasToken(exchange);
    }

    /** Takes as long for one token as for another. */
    boolean hasToken(HttpExchange exchange) {
        String given = exchange.getRequestHeaders().getFirst("Authorization");
        return token != null
                && given != null
                && given.startsWith(BEARER)
                && MessageDigest.isEqual(
                        token, given.substring(BEARER.length()).trim().getBytes(StandardCharsets.UTF_8));
    }
}
