package dev.lifecycle.impl.health;

import dev.lifecycle.health.HealthReporter;
import dev.lifecycle.health.HealthServer;
import dev.lifecycle.health.HealthSnapshot;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.spi.HealthReporterConfig;
import dev.lifecycle.spi.HealthServerConfig;
import dev.lifecycle.spi.HealthSupport;
import org.jspecify.annotations.Nullable;

/** The part of this implementation that tells how the process does. */
public final class Health implements HealthSupport {

    /** The only one. */
    public static final Health INSTANCE = new Health();

    private Health() {}

    private static final class First {
        static final Readings READINGS = Readings.ofThisProcess();
    }

    @Override
    public HealthSnapshot snapshot(@Nullable Scope within) {
        return new Walk().of(within, First.READINGS);
    }

    @Override
    public HealthReporter openReporter(HealthReporterConfig config, @Nullable Scope owner) {
        return Reporter.open(config, owner);
    }

    @Override
    public HealthServer openServer(HealthServerConfig config, @Nullable Scope owner) {
        return Server.open(config, owner);
    }
}
