package dev.lifecycle.impl.file;

import dev.lifecycle.time.TimeSource;
import java.nio.file.FileSystemException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** No descriptors are left: what could not be opened is tried once more after a short while, when others may have closed theirs. */
final class Scarcity {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final TimeSource clock;
    private final BooleanSupplier isEnding;

    /** Made before it is needed: a class is a file as well. */
    Scarcity(TimeSource clock, BooleanSupplier isEnding) {
        this.clock = clock;
        this.isEnding = isEnding;
    }

    /** After {@code failed}; returns whether it is to be tried once more. Waits a little before that, but for an interrupt, or once it is ending and the thread is unparked. */
    boolean isOver(Exception failed) {
        return isOfDescriptors(failed) && await(clock, isEnding);
    }

    /** Whether that is why something could not be opened; as far as the system says so in English. */
    private static boolean isOfDescriptors(Exception failed) {
        if (!(failed instanceof FileSystemException said) || said.getReason() == null) {
            return false;
        }
        String reason = said.getReason();
        return reason.startsWith("Too many open files") || reason.startsWith("No file descriptors available");
    }

    private static boolean await(TimeSource clock, BooleanSupplier isEnding) {
        long until = clock.nanos() + PAUSE_NANOS;
        while (clock.nanos() - until < 0) {
            if (isEnding.getAsBoolean() || Thread.currentThread().isInterrupted()) {
                return false;
            }
            clock.parkUntil(Scarcity.class, until);
        }
        return !isEnding.getAsBoolean();
    }
}
