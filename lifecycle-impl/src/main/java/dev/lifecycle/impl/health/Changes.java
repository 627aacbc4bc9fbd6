package dev.lifecycle.impl.health;

import dev.lifecycle.Pressure;
import dev.lifecycle.health.HealthSnapshot;
import dev.lifecycle.health.LeakInfo;
import dev.lifecycle.memory.LeakVerdict;
import java.util.HashMap;
import java.util.Map;

/** Records snapshots, and what has changed since the one before. Of one thread. */
final class Changes {
    private Pressure level = Pressure.NORMAL;
    private Map<String, LeakVerdict> verdicts = Map.of();

    /** Whether a recording asks for any of it. */
    boolean areRecorded() {
        return HealthEvents.areOn();
    }

    void record(HealthSnapshot now) {
        HealthEvents.health(now);
        if (now.level() != level) {
            HealthEvents.pressure(level, now);
            level = now.level();
        }
        Map<String, LeakVerdict> seen = new HashMap<>();
        for (LeakInfo each : now.leaks()) {
            seen.put(each.path(), each.verdict());
            LeakVerdict before = verdicts.get(each.path());
            if (each.verdict() != before) {
                HealthEvents.finding(before == null ? "" : before.name(), each);
            }
        }
        verdicts = seen; // those of watches that are gone are forgotten
    }
}
