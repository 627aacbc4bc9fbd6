package dev.lifecycle.replay;

/**
 * What one replay came to.
 *
 * @param hits accesses that found their key
 * @param hitWeight what those weigh; the same as {@code hits} in a counted cell
 * @param excess the most that was held above the bound, 0 if the bound was kept
 */
record Score(long hits, long hitWeight, long excess) {}
