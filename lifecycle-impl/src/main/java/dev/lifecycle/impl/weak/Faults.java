package dev.lifecycle.impl.weak;

import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.spi.ListenersConfig;
import dev.lifecycle.weak.FailurePolicy;
import dev.lifecycle.weak.ListenerException;
import dev.lifecycle.weak.ListenerFailure;
import dev.lifecycle.weak.Subscription;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What becomes of the failures of listeners: counted, always, and collected, handed over, or logged. */
final class Faults {
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.weak");

    private static final String SO_FAR = " times so far";

    private final String name;
    private final @Nullable Consumer<? super ListenerFailure> handler;
    private final boolean collects;
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong ofHandler = new AtomicLong();

    Faults(ListenersConfig config) {
        name = config.name();
        handler = config.onFailure();
        collects = handler == null && config.policy() == FailurePolicy.COLLECT;
    }

    /** The failures of one delivery, but for the first. */
    static final class Later {
        private final @Nullable Throwable[] failures = new @Nullable Throwable[ListenerException.MAX_SUPPRESSED];
        private int size;
    }

    long count() {
        return failures.get();
    }

    /** Counts a failure; logs it, or runs the handler, if that is what is done with it. */
    void failed(Throwable failure, Object event, @Nullable Subscription subscription) {
        long count = failures.incrementAndGet();
        if (collects) {
            return;
        }
        if (handler == null) {
            log(failure, count);
            return;
        }
        try {
            handler.accept(new ListenerFailure(name, event, failure, subscription));
        } catch (Throwable broken) { // user code: the other listeners are still to be called
            handlerFailed(ofHandler.incrementAndGet(), broken);
        }
    }

    /** Keeps a failure that is not the first one, if there is room. */
    @Nullable
    Later noted(@Nullable Later before, Throwable failure) {
        if (!collects) {
            return null;
        }
        Later all = before;
        if (all == null) {
            try {
                all = new Later();
            } catch (OutOfMemoryError noRoom) { // it is counted all the same
                return null;
            }
        }
        if (all.size < all.failures.length) {
            all.failures[all.size++] = failure;
        }
        return all;
    }

    /** Throws what was collected, after all listeners were called. */
    void raise(Throwable first, @Nullable Later later, int failed, int delivered) {
        if (!collects) {
            return;
        }
        ListenerException exception = new ListenerException(
                failed + " of " + (failed + delivered) + " listeners of " + name + " failed, the first with "
                        + first.getClass().getName(),
                first,
                failed,
                delivered);
        for (int i = 0; later != null && i < later.size; i++) {
            Throwable failure = later.failures[i];
            if (failure != null) {
                exception.addSuppressed(failure);
            }
        }
        throw exception;
    }

    // Each of these fails never: others are still to be called. Where there is no memory, a constant may be what it
    // lacks.

    /** Logs what nobody else is told of. */
    void log(Throwable failure, long count) {
        try {
            if (isTold(count)) {
                LOG.warn("listeners of " + name + " failed, " + count + SO_FAR, failure);
            }
        } catch (Throwable noRoom) { // not even for the text; it is counted
            return;
        }
    }

    private void handlerFailed(long count, Throwable broken) {
        try {
            if (isTold(count)) {
                LOG.warn("the failure handler of listeners " + name + " failed, " + count + SO_FAR, broken);
            }
        } catch (Throwable noRoom) { // as above
            return;
        }
    }

    /** Logs that the executor of an emitter did not take the task that delivers. */
    void refused(long count, Throwable failure) {
        try {
            if (isTold(count)) {
                LOG.warn(
                        "the executor of an emitter of listeners " + name + " refused to deliver, " + count + SO_FAR,
                        failure);
            }
        } catch (Throwable noRoom) { // as above
            return;
        }
    }

    /** The first is, and each doubling. */
    private static boolean isTold(long count) {
        return Long.bitCount(count) == 1;
    }
}
