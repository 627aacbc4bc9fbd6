/**
 * Leak tests for any test framework: {@link dev.lifecycle.testing.LeakProbe} lets a test fail when something outlives it,
 * {@link dev.lifecycle.testing.LeakProbe#awaitCollected(java.lang.ref.Reference)} waits until an object is garbage.
 *
 * {@snippet class="dev.lifecycle.tests.testing.LeakProbeExampleTest" region="probe"}
 *
 * <p>For tests of ages and deadlines without sleeping, see {@link dev.lifecycle.time.VirtualTime}.
 */
@NullMarked
package dev.lifecycle.testing;

import org.jspecify.annotations.NullMarked;
