/**
 * Memory: how scarce it is, what is done about it, and which class of the heap grows.
 *
 * <table class="striped">
 * <caption>Which type to use</caption>
 * <thead><tr><th>for</th><th>use</th></tr></thead>
 * <tbody>
 * <tr><td>levels of the container, the live set and others, and components that shrink in time</td><td>{@link dev.lifecycle.memory.MemoryGuard}, {@link dev.lifecycle.memory.MemorySource}</td></tr>
 * <tr><td>work that is refused while memory is scarce</td><td>{@link dev.lifecycle.memory.MemoryGuard#admit}</td></tr>
 * <tr><td>a collection, and what it brought</td><td>{@link dev.lifecycle.memory.GcRequester}</td></tr>
 * <tr><td>instances and bytes of each class, now, of this JVM</td><td>{@link dev.lifecycle.memory.HeapHistogram#take}</td></tr>
 * <tr><td>the same of text that {@code jcmd}, {@code jmap} or a log has printed</td><td>{@link dev.lifecycle.memory.HeapHistogram#parse(java.io.Reader)}</td></tr>
 * <tr><td>how long that would stop this JVM</td><td>{@link dev.lifecycle.memory.HeapHistogram#predictPause}</td></tr>
 * <tr><td>how long it may</td><td>{@link dev.lifecycle.memory.PauseBudget}</td></tr>
 * <tr><td>which classes grow, from several of them</td><td>{@link dev.lifecycle.memory.HeapHistogram#diff}, {@link dev.lifecycle.memory.HistogramDiff}</td></tr>
 * <tr><td>what each request took, its id in the log, and which route keeps memory</td><td>{@link dev.lifecycle.memory.RequestTracker}</td></tr>
 * </tbody>
 * </table>
 */
@NullMarked
package dev.lifecycle.memory;

import org.jspecify.annotations.NullMarked;
