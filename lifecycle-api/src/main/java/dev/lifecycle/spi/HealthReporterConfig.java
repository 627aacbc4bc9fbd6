package dev.lifecycle.spi;

import dev.lifecycle.scope.Scope;
import dev.lifecycle.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link dev.lifecycle.health.HealthReporter.Builder} was told, validated there; see its methods.
 *
 * @param name of the reporter
 * @param everyNanos between two lines of the log
 * @param jmx whether there are MBeans
 * @param jfr whether events are recorded
 * @param within what is below it is described; null for all roots
 * @param timeSource the clock
 */
public record HealthReporterConfig(
        String name,
        long everyNanos,
        boolean jmx,
        boolean jfr,
        @Nullable Scope within,
        TimeSource timeSource) {}
