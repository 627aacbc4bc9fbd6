package dev.lifecycle.task;

/**
 * The tasks of one type.
 *
 * @param queued how many wait
 * @param active how many run, those in quarantine not among them
 * @param completed how many have succeeded
 * @param failed how many have failed
 * @param cancelled how many were cancelled
 * @param timedOut how many timed out
 */
public record TypeCounts(long queued, long active, long completed, long failed, long cancelled, long timedOut) {}
