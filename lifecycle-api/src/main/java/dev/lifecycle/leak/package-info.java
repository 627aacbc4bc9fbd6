/**
 * Leak detection: {@link dev.lifecycle.leak.LeakDetector} tracks what must be closed, {@link dev.lifecycle.leak.Site} says
 * where it was opened without walking a stack, {@link dev.lifecycle.leak.LeakReport} names the culprit.
 *
 * <p>Named scopes and leases are tracked by the library itself; listen to them with {@link
 * dev.lifecycle.leak.LeakDetector#library}.
 */
@NullMarked
package dev.lifecycle.leak;

import org.jspecify.annotations.NullMarked;
