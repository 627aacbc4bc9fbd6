/**
 * What refers to others without keeping them: listeners that end with their owner.
 *
 * <table class="striped">
 * <caption>Which one to pick</caption>
 * <tr><th scope="col">You want to</th><th scope="col">take</th></tr>
 * <tr><td>tell others what happened, and forget them when their scope ends</td>
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
