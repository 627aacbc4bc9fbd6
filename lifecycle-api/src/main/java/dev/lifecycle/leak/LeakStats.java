package dev.lifecycle.leak;

/**
 * What a detector counted since it was made. Objects that were not sampled appear nowhere.
 *
 * @param tracked objects that were sampled
 * @param open of these, neither closed nor collected yet
 * @param leaked of these, collected without being closed
 * @param heldTooLong reports of objects held too long
 * @param recovered of these, closed after all
 * @param captures stacks captured
 * @param droppedReports reports that found no room
 * @param listenerFailures exceptions thrown by listeners
 */
public record LeakStats(
        long tracked,
        long open,
        long leaked,
        long heldTooLong,
        long recovered,
        long captures,
        long droppedReports,
        long listenerFailures) {}
