package dev.lifecycle.spi;

import dev.lifecycle.time.TimeSource;

/**
 * What a {@link dev.lifecycle.weak.WeakInterner.Builder} was told, validated there; see its methods.
 *
 * @param name of the interner
 * @param timeSource the clock
 */
public record WeakInternerConfig(String name, TimeSource timeSource) {}
