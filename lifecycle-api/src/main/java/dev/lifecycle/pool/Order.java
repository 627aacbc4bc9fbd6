package dev.lifecycle.pool;

/** Which of several idle resources is lent out. Both are approximate: exact order would make all threads meet at one place. */
public enum Order {
    /** What the calling thread used last, or else some other: caches stay warm, and what load does not need becomes idle. */
    LIFO,
    /** All in turn: each is used about as often. */
    FIFO
}
