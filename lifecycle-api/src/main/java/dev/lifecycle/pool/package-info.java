/**
 * A bounded set of things that are dear to make, lent out one at a time: connections, sessions, workers.
 *
 * <table class="striped">
 * <caption>Which one to pick</caption>
 * <tr><th scope="col">You want</th><th scope="col">take</th></tr>
 * <tr><td>to lend resources out, keep them fresh, and know who has them</td>
 *     <td>{@link dev.lifecycle.pool.ResourcePool}</td></tr>
 * <tr><td>the same for connections of a database, behind {@code javax.sql.DataSource}</td>
 *     <td>{@link dev.lifecycle.pool.PooledDataSource}</td></tr>
 * <tr><td>to replace parts of your process that grow, one after the other, while they work</td>
 *     <td>{@link dev.lifecycle.pool.Recycler}</td></tr>
 * <tr><td>no more than so many of something at once, without anything to lend</td>
 *     <td>{@link dev.lifecycle.task.Limiter}</td></tr>
 * </table>
 */
@NullMarked
package dev.lifecycle.pool;

import org.jspecify.annotations.NullMarked;
