/**
 * Work in the background and at the same time: with a name, a bound, a deadline and an end.
 *
 * <table class="striped">
 * <caption>Which one to pick</caption>
 * <tr><th scope="col">You want</th><th scope="col">take</th></tr>
 * <tr><td>to run work in the background, see it, and be rid of it at a deadline</td>
 *     <td>{@link dev.lifecycle.task.TaskManager}</td></tr>
 * <tr><td>something to happen in a while, and perhaps not at all</td><td>{@link dev.lifecycle.task.Timer}</td></tr>
 * <tr><td>no more than so many of something at once</td><td>{@link dev.lifecycle.task.Limiter}</td></tr>
 * <tr><td>one load of a key, however many ask for it at once</td><td>{@link dev.lifecycle.task.SingleFlight}</td></tr>
 * <tr><td>the same, and to keep what was loaded</td>
 *     <td>a {@link dev.lifecycle.collect.BoundedCache}, which is bounded by size or weight</td></tr>
 * <tr><td>one thing, made when it is first needed, and closed in the end</td><td>{@link dev.lifecycle.task.Lazy}</td></tr>
 * </table>
 */
@NullMarked
package dev.lifecycle.task;

import org.jspecify.annotations.NullMarked;
