/**
 * Ownership: a {@link dev.lifecycle.scope.Scope} releases what it owns once, newest first, whatever fails.
 *
 * <table class="striped">
 * <caption>Which way to put something into a scope</caption>
 * <tr><th scope="col">You have</th><th scope="col">call</th></tr>
 * <tr><td>an open resource</td><td>{@link dev.lifecycle.scope.ScopeOps#own(AutoCloseable)}</td></tr>
 * <tr><td>a resource yet to open, while others may close the scope</td>
 *     <td>{@link dev.lifecycle.scope.ScopeOps#acquire}</td></tr>
 * <tr><td>something without {@code close}</td>
 *     <td>{@link dev.lifecycle.scope.ScopeOps#own(Object, Release)}</td></tr>
 * <tr><td>a resource that may be closed early, taken out or handed on</td>
 *     <td>{@link dev.lifecycle.scope.ScopeOps#hold(AutoCloseable, Label)}</td></tr>
 * <tr><td>a resource that others borrow</td><td>{@link dev.lifecycle.scope.ScopeOps#share}</td></tr>
 * <tr><td>an action</td><td>{@link dev.lifecycle.scope.ScopeOps#defer}</td></tr>
 * <tr><td>an action that depends on success</td><td>{@link dev.lifecycle.scope.ScopeOps#onExit}</td></tr>
 * <tr><td>a part of the work with its own resources</td>
 *     <td>{@link dev.lifecycle.scope.Scope#child(String)}</td></tr>
 * </table>
 *
 * <table class="striped">
 * <caption>Which scope to open</caption>
 * <tr><th scope="col">Scope</th><th scope="col">threads</th><th scope="col">in the tree, leak-tracked</th></tr>
 * <tr><td>{@link dev.lifecycle.scope.Scope#open()}</td><td>any</td><td>no</td></tr>
 * <tr><td>{@link dev.lifecycle.scope.Scope#open(String)}</td><td>any</td><td>yes</td></tr>
 * <tr><td>{@link dev.lifecycle.scope.Scope#confined()}</td><td>the one that opened it</td><td>no</td></tr>
 * <tr><td>{@link dev.lifecycle.scope.Scope#child(String)}</td><td>as its parent</td><td>if its root is</td></tr>
 * <tr><td>{@link dev.lifecycle.scope.Scope#builder(String)}</td><td>either</td><td>if named</td></tr>
 * </table>
 */
@NullMarked
package dev.lifecycle.scope;

import org.jspecify.annotations.NullMarked;
