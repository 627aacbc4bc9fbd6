/**
 * The injectable clock: {@link dev.lifecycle.time.TimeSource#system} in production, {@link
 * dev.lifecycle.time.VirtualTime} in tests.
 */
@NullMarked
package dev.lifecycle.time;

import org.jspecify.annotations.NullMarked;
