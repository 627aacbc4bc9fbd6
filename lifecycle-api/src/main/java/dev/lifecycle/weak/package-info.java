/**
 * What knows things without keeping them alive, and listeners that end with their owners.
 *
 * <table class="striped">
 * <caption>Which one to pick</caption>
 * <tr><th scope="col">You want</th><th scope="col">take</th></tr>
 * <tr><td>to attach something to objects that are not yours, for as long as they live</td>
 *     <td>{@link dev.lifecycle.weak.WeakKeyMap}</td></tr>
 * <tr><td>the same, and what is attached refers to the object</td>
 *     <td>{@link dev.lifecycle.weak.WeakKeyMap} with keys that are an {@link dev.lifecycle.weak.AttachmentHost}</td></tr>
 * <tr><td>to find objects by a name, for as long as somebody uses them</td>
 *     <td>{@link dev.lifecycle.weak.WeakValueMap}</td></tr>
 * <tr><td>one instance of those that are equal</td>
 *     <td>{@link dev.lifecycle.weak.WeakInterner}</td></tr>
 * <tr><td>what would be costly to make again, whoever uses it now</td>
 *     <td>a {@link dev.lifecycle.collect.BoundedCache}: nothing weak, for a collector is no eviction policy</td></tr>
 * <tr><td>to count what is alive, by kind and name</td>
 *     <td>{@link dev.lifecycle.weak.WeakRegistry}</td></tr>
 * <tr><td>to tell others what happened, and forget them when their scope ends</td>
 *     <td>{@link dev.lifecycle.weak.Listeners#on(dev.lifecycle.scope.Scope, java.util.function.Consumer) Listeners.on(scope,
 *     listener)}</td></tr>
 * <tr><td>the same, for an object that nobody closes</td><td>{@link dev.lifecycle.weak.Listeners#onWeak
 *     Listeners.onWeak(owner, function)}</td></tr>
 * <tr><td>not to wait for them</td><td>{@link dev.lifecycle.weak.Listeners#emitTo Listeners.emitTo(executor)}</td></tr>
 * </table>
 */
@NullMarked
package dev.lifecycle.weak;

import org.jspecify.annotations.NullMarked;
