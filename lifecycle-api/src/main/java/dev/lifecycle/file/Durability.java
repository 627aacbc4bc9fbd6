package dev.lifecycle.file;

/** What a checkpoint survives. */
public enum Durability {
    /** The end of the process, however violent. */
    PROCESS,

    /** Also the end of the power, at the price of a write to the device for each batch. */
    POWER
}
