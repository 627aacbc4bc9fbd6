package dev.lifecycle.impl.file;

import dev.lifecycle.file.PauseState;
import dev.lifecycle.file.Progress;
import dev.lifecycle.file.ProgressListener;
import dev.lifecycle.spi.TreeProcessorConfig;
import dev.lifecycle.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Tells a listener how far a run is, now and then. */
final class Ticker {
    /*
     * `telling` is held by the one thread that calls the listener, and is a happens-before edge between two calls; others go on. `next` is written by
     * that thread. All else is counted by whoever works.
     */
    private final @Nullable ProgressListener listener;
    private final long every;
    private final TimeSource clock;
    private final Path root;
    private final long began;
    private final AtomicBoolean telling = new AtomicBoolean();
    private final LongAdder files = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final AtomicLong failures = new AtomicLong();
    private volatile long next;
    private volatile Path current;
    private volatile PauseState pause = PauseState.RUNNING;
    private volatile long filesBefore; // of runs before this one; these three before it works
    private volatile long bytesBefore;
    private volatile long total = -1;
    private volatile long working; // since then: what was before, as counting, says nothing of what is to come

    Ticker(TreeProcessorConfig config, Path root, long began) {
        listener = config.progress();
        every = config.progressNanos();
        clock = config.timeSource();
        this.root = root;
        this.began = began;
        next = began + every;
        working = began;
        current = root;
    }

    void resumed(long someFiles, long someBytes) {
        filesBefore = someFiles;
        bytesBefore = someBytes;
    }

    /** Files are worked with from now on. */
    void begin() {
        working = clock.nanos();
    }

    void total(long someFiles) {
        total = someFiles;
    }

    void pause(PauseState state) {
        pause = state;
    }

    long failures() {
        return failures.get();
    }

    /** After each file. */
    void ended(Path file, long read) {
        if (listener == null) {
            return;
        }
        files.increment();
        bytes.add(read);
        current = file;
        tick();
    }

    /** Tells, if it is time. */
    void tick() {
        if (listener == null) {
            return;
        }
        long now = clock.nanos();
        if (now - next < 0 || !telling.compareAndSet(false, true)) {
            return;
        }
        try {
            if (now - next >= 0) {
                tell(now, false);
                next = clock.nanos() + every;
            }
        } finally {
            telling.set(false);
        }
    }

    /** Tells that the run has ended; nobody works any more. */
    void last() {
        if (listener != null) {
            tell(clock.nanos(), true);
        }
    }

    private void tell(long now, boolean last) {
        ProgressListener to = listener;
        if (to == null) {
            return;
        }
        try {
            to.progress(progress(now, last));
        } catch (VirtualMachineError failure) {
            if (!(failure instanceof StackOverflowError)) {
                throw failure;
            }
            failures.incrementAndGet();
        } catch (Throwable ofUser) {
            failures.incrementAndGet();
        }
    }

    private Progress progress(long now, boolean last) {
        long elapsed = Math.max(0, now - began);
        long here = files.sum();
        long read = bytes.sum();
        double seconds = elapsed / 1e9;
        Path at = current;
        return new Progress(
                filesBefore + here,
                bytesBefore + read,
                seconds > 0 ? read / seconds : 0,
                total < 0 ? OptionalLong.empty() : OptionalLong.of(total),
                remaining(here, Math.max(0, now - working)),
                at.equals(root) ? "" : root.relativize(at).toString(),
                last ? PauseState.RUNNING : pause,
                Duration.ofNanos(elapsed),
                last);
    }

    private Optional<Duration> remaining(long here, long elapsed) {
        if (total < 0 || here == 0) {
            return Optional.empty();
        }
        double left = Math.max(0, total - filesBefore - here);
        return Optional.of(Duration.ofNanos((long) (left / here * elapsed)));
    }
}
