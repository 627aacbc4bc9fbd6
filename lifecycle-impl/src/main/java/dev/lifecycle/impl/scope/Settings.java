package dev.lifecycle.impl.scope;

import dev.lifecycle.impl.time.SteadyClock;
import dev.lifecycle.spi.ScopeConfig;
import dev.lifecycle.time.TimeSource;

/** The configuration of a scope that was built, and the one its children have; scopes that were not built have none. */
final class Settings {
    final ScopeConfig config;
    final TimeSource clock;
    final boolean limited;
    final Settings forChildren;

    Settings(ScopeConfig config) {
        this.config = config;
        this.clock = SteadyClock.of(config.timeSource());
        this.limited = Budget.isNeeded(config);
        this.forChildren = limited || config.onClosed() != null || config.site() != null || config.name() != null
                ? new Settings(inherited(config))
                : this;
    }

    /** Budgets, the listener, the site and the name are the scope's own; everything else holds below it too. */
    private static ScopeConfig inherited(ScopeConfig own) {
        return new ScopeConfig(
                null,
                own.confined(),
                own.closeDeadlineNanos(),
                own.overrun(),
                ScopeConfig.NO_LIMIT,
                ScopeConfig.NO_LIMIT,
                ScopeConfig.NO_LIMIT,
                null,
                own.interrupts(),
                own.childPolicy(),
                own.lateAdd(),
                own.heldLongerThanNanos(),
                null,
                null,
                own.timeSource());
    }
}
