package dev.lifecycle.impl.memory;

import dev.lifecycle.Pressure;

/** When to ask components to shrink, and when that is of no use any more. Not thread-safe. */
final class Rounds {
    /*
     * A round of a level counts as one of all levels below it. Three futile ones are the last of their level: a higher one wants more, and begins anew. A round is judged when the next one of its level is due, by the use then: what it did is seen only after a collection. A source
     * that had no new reading since says nothing.
     */
    private static final int MOST_FUTILE = 3;
    private static final double WORTH = 0.25; // of what was wanted

    private final long coolDownNanos;
    private final long[] lastOf = new long[Pressure.values().length]; // valid where had
    private final boolean[] had = new boolean[lastOf.length];
    private int futileInSequence;
    private int highest; // level of these
    private boolean toJudge;
    private long began;
    private double before; // of the round that is to be judged
    private double wanted;
    private long sequence;
    private int exhausted; // the level up to which it is of no use to ask; 0 for none

    Rounds(long coolDownNanos) {
        this.coolDownNanos = coolDownNanos;
    }

    /** Whether a round of {@code level} is due. */
    boolean isDue(Pressure level, long now) {
        return number(level) > exhausted && isCool(level, now);
    }

    /** Whether none of {@code level} was made shortly before. */
    boolean isCool(Pressure level, long now) {
        int at = number(level);
        return !had[at] || now - lastOf[at] >= coolDownNanos;
    }

    private static int number(Pressure level) {
        return level.compareTo(Pressure.NORMAL);
    }

    /**
     * Judges the round before, if there is one and it can be; a round is about to begin.
     *
     * @param now a reading of the clock
     * @param fraction how full it is now
     * @param readings the sequence of the source
     * @return whether that one was futile
     */
    boolean judge(long now, double fraction, long readings) {
        if (!toJudge || now - began < coolDownNanos || readings >= 0 && readings == sequence) {
            return false;
        }
        toJudge = false;
        boolean futile = before - fraction < WORTH * wanted;
        futileInSequence = futile ? futileInSequence + 1 : 0;
        exhausted = futileInSequence >= MOST_FUTILE ? highest : exhausted;
        return futile;
    }

    /** Takes note of a round that begins. One that follows another before that was judged is judged with it. */
    void begin(Pressure level, long now, double fraction, double target, long readings) {
        int at = number(level);
        for (int i = 1; i <= at; i++) {
            lastOf[i] = now;
            had[i] = true;
        }
        if (at > highest) {
            highest = at;
            futileInSequence = 0;
        }
        if (!toJudge) {
            toJudge = true;
            began = now;
            before = fraction;
            sequence = readings;
        }
        wanted = Math.max(0, before - target);
    }

    /** After the level fell: it was of use, whatever brought that about. */
    void fell() {
        exhausted = 0;
        highest = 0;
        futileInSequence = 0;
        toJudge = false;
    }

    /** Whether it is of no use to ask at {@code level}. */
    boolean isExhausted(Pressure level) {
        return exhausted > 0 && number(level) <= exhausted;
    }

    /** Whether it is of no use to ask, and memory is so scarce that something has to be done. */
    boolean adviseRestart() {
        return exhausted >= number(Pressure.CLEANUP);
    }
}
