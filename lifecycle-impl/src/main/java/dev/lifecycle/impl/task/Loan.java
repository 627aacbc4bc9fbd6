package dev.lifecycle.impl.task;

/** What permits that were taken at about the same time refer to: when it is collected, all of them are. See {@link Loans}. */
final class Loan {
    final SlotLimiter limiter;
    final long epoch; // in the bits of Slots.EPOCH

    Loan(SlotLimiter limiter, int number) {
        this.limiter = limiter;
        this.epoch = (long) number << Slots.EPOCH_SHIFT;
    }
}
