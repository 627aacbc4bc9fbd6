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
 * </table>
 */
@NullMarked
package dev.lifecycle.collect;

import org.jspecify.annotations.NullMarked;
