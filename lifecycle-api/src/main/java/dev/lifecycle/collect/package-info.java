/**
 * Collections with a bound: each holds no more than it was told, says what it dropped, and hangs in the ownership tree.
 *
 * <table class="striped">
 * <caption>Which one to pick</caption>
 * <tr><th scope="col">You keep</th><th scope="col">take</th></tr>
 * <tr><td>the newest so many: metrics, recent events, log lines</td>
 *     <td>{@link dev.lifecycle.collect.BoundedBuffer}</td></tr>
 * <tr><td>the newest of a certain total weight: the tokens of a conversation, the bytes of a history</td>
 *     <td>{@link dev.lifecycle.collect.BudgetBuffer}</td></tr>
 * <tr><td>what is likely to be used again, by count, bytes or age: answers, parsed files, loaded models</td>
 *     <td>{@link dev.lifecycle.collect.BoundedCache}</td></tr>
 * <tr><td>what must be closed when it is pushed out, and not while it is in use: connections, open files</td>
 *     <td>{@link dev.lifecycle.collect.BoundedCache} with
 *     {@link dev.lifecycle.collect.BoundedCacheBuilder#closeValues() closeValues}</td></tr>
 * <tr><td>the state of whoever is logged in, until they have been away for a while</td>
 *     <td>{@link dev.lifecycle.collect.SessionRegistry}</td></tr>
 * </table>
 */
@NullMarked
package dev.lifecycle.collect;

import org.jspecify.annotations.NullMarked;
