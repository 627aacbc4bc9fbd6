package dev.lifecycle.pool;

import java.time.Duration;
import java.util.Objects;

/**
 * A lease that is held, at one moment.
 *
 * @param number of the resource within its pool, which no other one ever has
 * @param label as in {@link dev.lifecycle.Lease#label}; empty without one
 * @param thread the name of the thread that took it, or {@code thread 17} where there is none of that number any more, or {@code unknown thread} where it took it just now
 * @param age for how long, to the accuracy of the {@linkplain ResourcePoolBuilder pool's rounds}; less than a round is zero
 * @param uses how often the resource was lent out, with this time
 * @param stack where it was taken, innermost frame first; empty where that was not noted, see {@link LeakLevel}
 */
public record LeaseInfo(long number, String label, String thread, Duration age, long uses, StackTraceElement[] stack) {

    /** Copies the stack. */
    public LeaseInfo {
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(thread, "thread");
        Objects.requireNonNull(age, "age");
        stack = stack.clone();
    }

    /**
     * Returns where it was taken, innermost frame first.
     *
     * @return a copy; empty where it was not noted
     */
    @Override
    public StackTraceElement[] stack() {
        return stack.clone();
    }

    /**
     * Names the holder, as exactly as it is known.
     *
     * @return like {@code OrderDao.java:88}, with the label before it; or else the label; or else the thread
     */
    public String holder() {
        String line = "";
        for (StackTraceElement frame : stack) {
            if (frame.getFileName() != null && frame.getLineNumber() >= 0) {
                line = frame.getFileName() + ":" + frame.getLineNumber();
                break;
            }
        }
        if (line.isEmpty()) {
            return label.isEmpty() ? thread : label;
        }
        return label.isEmpty() ? line : label + " at " + line;
    }

    /** Returns one line, like {@code #7 held for PT41S by OrderDao.java:88 (http-3)}. */
    @Override
    public String toString() {
        String holder = holder();
        return "#" + number + " held for " + age + " by " + holder + (holder.equals(thread) ? "" : " (" + thread + ")");
    }
}
