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
            long times = ofHandler.incrementAndGet();
            if (Long.bitCount(times) == 1) {
                LOG.warn("the failure handler of listeners " + name + " failed, " + times + " times so far", broken);
            }
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

    /** Logs what nobody else is told of. */
    void log(Throwable failure, long count) {
        if (Long.bitCount(count) == 1) {
            LOG.warn("listeners of " + name + " failed, " + count + " times so far", failure);
        }
    }

    /** Logs what an emitter could not do. */
    void dropped(String why, long count, Throwable failure) {
        if (Long.bitCount(count) == 1) {
            LOG.warn(why + " for listeners " + name + ", " + count + " times so far", failure);
        }
    }
}
