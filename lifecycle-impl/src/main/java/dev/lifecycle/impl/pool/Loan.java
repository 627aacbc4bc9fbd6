package dev.lifecycle.impl.pool;

/** What leases of one resource refer to: when it is collected while the resource is lent out, the lease was dropped. See {@link Loans}. */
final class Loan<R> {
    final R resource;
    final Slot<R> slot;

    Loan(R resource, Slot<R> slot) {
        this.resource = resource;
        this.slot = slot;
    }
}
