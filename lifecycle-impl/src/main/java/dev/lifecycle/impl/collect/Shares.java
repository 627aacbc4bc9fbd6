package dev.lifecycle.impl.collect;

import java.util.Arrays;

/** Divides a room among weights so that small ones get what they need and the large ones equal shares (max-min fairness). */
final class Shares {

    private Shares() {}

    /** Returns the largest number for which {@code room} holds all weights, each cut down to that number. */
    static long cap(long[] weights, long room) {
        long[] ascending = weights.clone();
        Arrays.sort(ascending);
        long left = room;
        for (int i = 0; i < ascending.length; i++) {
            long share = left / (ascending.length - i);
            if (ascending[i] > share) {
                return share;
            }
            left -= ascending[i];
        }
        return Long.MAX_VALUE; // they fit as they are
    }

    /** Returns the sum, or -1 where that is above {@link Long#MAX_VALUE}. */
    static long sum(long[] weights) {
        long sum = 0;
        for (long weight : weights) {
            sum += weight;
            if (sum < 0) {
                return -1;
            }
        }
        return sum;
    }
}
