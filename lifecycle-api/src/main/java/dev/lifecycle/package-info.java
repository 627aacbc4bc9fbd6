/**
 * What every component of the library has in common: it is named, bounded and owned.
 *
 * <table class="striped">
 * <caption>Which type for what</caption>
 * <tr><th scope="col">You want to</th><th scope="col">use</th></tr>
 * <tr><td>close several things in reverse order, whatever fails</td><td>{@link dev.lifecycle.scope.Scope}</td></tr>
 * <tr><td>hear of what was dropped without being closed</td><td>{@link dev.lifecycle.leak.LeakDetector}</td></tr>
 * <tr><td>let a test fail when something outlives it</td><td>{@link dev.lifecycle.testing.LeakProbe}</td></tr>
 * <tr><td>see what is open</td><td>{@link dev.lifecycle.Snapshot}, {@link dev.lifecycle.Lifecycle#roots}</td></tr>
 * <tr><td>hang a component of your own in the tree</td><td>{@link dev.lifecycle.Managed}</td></tr>
 * <tr><td>test ages and deadlines without sleeping</td><td>{@link dev.lifecycle.time.VirtualTime}</td></tr>
 * </table>
 *
 * <p>Records, exceptions and functional interfaces work with this module alone; whatever opens or tracks something needs
 * the implementation, {@code dev.lifecycle:lifecycle-impl}, on the class path or module path and throws
 * {@link dev.lifecycle.ProviderMissingException} without it.
 */
@NullMarked
package dev.lifecycle;

import org.jspecify.annotations.NullMarked;
