/**
 * Statistics of slow growth, behind {@code LeakWatch} and {@code verify-stable}: pure, without clocks, threads or files.
 *
 * <p>{@link dev.lifecycle.impl.memory.trend.TrendSeries} keeps a day of samples, {@link
 * dev.lifecycle.impl.memory.trend.TrendWatch} judges one series, {@link dev.lifecycle.impl.memory.trend.Diagnosis} several
 * together, {@link dev.lifecycle.impl.memory.trend.StableGate} a quarter of an hour of exact readings. Why so, and what
 * else was tried: {@code docs/adr/0030-a-trend-against-steps.md}.
 */
@NullMarked
package dev.lifecycle.impl.memory.trend;

import org.jspecify.annotations.NullMarked;
