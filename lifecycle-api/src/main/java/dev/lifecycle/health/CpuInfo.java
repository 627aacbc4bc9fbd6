package dev.lifecycle.health;

/**
 * How busy processors were between the last two readings.
 *
 * @param process the share of the processors of this process that it used, 0 to 1; -1 if it is not known, as before the second reading
 * @param system the share of all processors of the machine that were busy, whoever kept them so, 0 to 1; -1 if it is not known
 */
public record CpuInfo(double process, double system) {}
