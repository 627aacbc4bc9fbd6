package dev.lifecycle.health;

/**
 * The heap of the process, in bytes.
 *
 * @param usedBytes what is in use now, most of which may be garbage
 * @param committedBytes what is set aside for it
 * @param maxBytes what it may grow to
 * @param liveBytes what collections leave over, see {@link dev.lifecycle.memory.MemorySource#heapLive}; {@link dev.lifecycle.memory.MemorySource#UNKNOWN} before a collection that tells
 */
public record HeapInfo(long usedBytes, long committedBytes, long maxBytes, long liveBytes) {}
