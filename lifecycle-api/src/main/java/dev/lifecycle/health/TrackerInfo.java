package dev.lifecycle.health;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A tracker of requests in the tree.
 *
 * @param path of the tracker, the scopes above it included
 * @param figures those of its gauges that are finite numbers, in their order
 */
public record TrackerInfo(String path, Map<String, Double> figures) {

    /** Copies the figures, keeping their order. */
    public TrackerInfo {
        Objects.requireNonNull(path, "path");
        figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    }
}
