package dev.lifecycle.testing;

import dev.lifecycle.leak.LeakReport;
import java.util.List;

/**
 * Something outlived a {@link LeakProbe}. The message lists what, with where it came from as far as that is known, and
 * shows the probe's part of the ownership tree as it was before the probe closed it.
 */
public final class LeakFoundError extends AssertionError {
    private static final long serialVersionUID = 1L;

    /** Not serialised: it holds sites and stacks of this JVM. */
    private final transient List<LeakReport> findings;

    LeakFoundError(String message, List<LeakReport> findings) {
        super(message);
        this.findings = List.copyOf(findings);
    }

    /**
     * Returns what was found, each of kind {@link LeakReport.Kind#OUTLIVED_SCOPE}.
     *
     * @return at least one; none in an error that was deserialised
     */
    public List<LeakReport> findings() {
        return findings != null ? findings : List.of();
    }
}
