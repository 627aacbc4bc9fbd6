package dev.lifecycle.spi;

import dev.lifecycle.health.HealthReporter;
import dev.lifecycle.health.HealthServer;
import dev.lifecycle.health.HealthSnapshot;
import dev.lifecycle.scope.Scope;
import org.jspecify.annotations.Nullable;

/** The part of an implementation that needs, for some of it, {@code java.management}, {@code jdk.httpserver} or {@code jdk.jfr}, see {@link LifecycleProvider#part}. */
public interface HealthSupport {

    /**
     * See {@link HealthSnapshot#now(Scope)}.
     *
     * @param within what is below it is described; null for all roots
     * @return as of now
     */
    HealthSnapshot snapshot(@Nullable Scope within);

    /**
     * Opens a reporter.
     *
     * @param config checked
     * @param owner closes it; null leaves that to the caller
     * @return an open reporter
     */
    HealthReporter openReporter(HealthReporterConfig config, @Nullable Scope owner);

    /**
     * Opens a server.
     *
     * @param config checked
     * @param owner closes it; null leaves that to the caller
     * @return a server that listens
     */
    HealthServer openServer(HealthServerConfig config, @Nullable Scope owner);
}
