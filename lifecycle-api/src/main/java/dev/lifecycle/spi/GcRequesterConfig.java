package dev.lifecycle.spi;

import dev.lifecycle.time.TimeSource;

/**
 * What a {@link dev.lifecycle.memory.GcRequester.Builder} was told, validated there; see its methods.
 *
 * @param name of the requester
 * @param everyNanos 0 for never
 * @param always also where it does harm
 * @param timeSource the clock
 */
public record GcRequesterConfig(String name, long everyNanos, boolean always, TimeSource timeSource) {}
