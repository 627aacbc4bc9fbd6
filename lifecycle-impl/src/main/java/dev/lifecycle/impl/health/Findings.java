package dev.lifecycle.impl.health;

import dev.lifecycle.health.HealthSnapshot;
import dev.lifecycle.health.HealthStatus;
import java.util.ArrayList;
import java.util.List;

/** The status of a snapshot while it is made, and the reasons for it: bounded, with an exact count of what is left out. */
final class Findings {
    private final List<String> critical = new ArrayList<>(2);
    private final List<String> warnings = new ArrayList<>(2);
    private long all;
    private HealthStatus status = HealthStatus.UP;

    void critical(String reason) {
        status = HealthStatus.CRITICAL;
        add(critical, reason);
    }

    void warn(String reason) {
        status = status == HealthStatus.UP ? HealthStatus.WARN : status;
        add(warnings, reason);
    }

    private void add(List<String> to, String reason) {
        all++;
        if (to.size() < HealthSnapshot.MAX_REASONS) {
            to.add(reason);
        }
    }

    HealthStatus status() {
        return status;
    }

    /** The worst first. */
    List<String> reasons() {
        List<String> reasons = new ArrayList<>(critical);
        int room = HealthSnapshot.MAX_REASONS - reasons.size();
        reasons.addAll(warnings.subList(0, Math.min(room, warnings.size())));
        return reasons;
    }

    long unlisted() {
        return all - reasons().size();
    }
}
