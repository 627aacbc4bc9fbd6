package dev.lifecycle.impl.collect;

import dev.lifecycle.impl.tree.SafeLog;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** A listener of a user that cannot make the library fail: what it throws is counted, and logged at each doubling. */
final class Listener<E> {
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.collect");

    private final String collection;
    private final Consumer<? super E> target;
    private final AtomicLong failures = new AtomicLong();

    Listener(String collection, Consumer<? super E> target) {
        this.collection = collection;
        this.target = target;
    }

    /** Called with no lock held. */
    void tell(E element) {
        try {
            target.accept(element);
        } catch (Throwable failure) { // user code: what was done is done, and the caller has not asked for it
            long count = failures.incrementAndGet();
            if (Long.bitCount(count) == 1) {
                LOG.warn("the listener of " + collection + " failed, " + count + " times so far", failure);
            }
        }
    }

    long failures() {
        return failures.get();
    }
}
