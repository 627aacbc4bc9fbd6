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
 * </table>
 */
@NullMarked
package dev.lifecycle.weak;

import org.jspecify.annotations.NullMarked;
