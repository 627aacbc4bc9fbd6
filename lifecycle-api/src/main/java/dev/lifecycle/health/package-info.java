/**
 * Health: one description of the process and of all that hangs in the ownership tree, and the ways to see it.
 *
 * <table class="striped">
 * <caption>Which type to use</caption>
 * <thead><tr><th>for</th><th>use</th></tr></thead>
 * <tbody>
 * <tr><td>the state of the process now, as an object, JSON, OpenMetrics or one line</td><td>{@link dev.lifecycle.health.HealthSnapshot}</td></tr>
 * <tr><td>a line in the log every hour; MBeans; events of the flight recorder</td><td>{@link dev.lifecycle.health.HealthReporter}</td></tr>
 * <tr><td>a probe, a scrape, a page for people, over HTTP</td><td>{@link dev.lifecycle.health.HealthServer}</td></tr>
 * </tbody>
 * </table>
 */
@NullMarked
package dev.lifecycle.health;

import org.jspecify.annotations.NullMarked;
