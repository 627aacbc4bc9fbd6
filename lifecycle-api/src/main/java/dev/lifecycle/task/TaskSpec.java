package dev.lifecycle.task;

import dev.lifecycle.Names;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What a task is called, and how long it may take. Make one for each kind of task, in a constant: it is checked once, and costs
 * a task four bytes.
 *
 * <p>All times are at least zero, and zero means: none, or for the maximum age: that of the manager. The ladder of a task that
 * takes too long: at {@code softTimeout} it is asked to stop ({@link TaskContext#isCancelled}), at {@code interruptTimeout} it is
 * interrupted, at {@code hardTimeout} it is given up: it has timed out, and its thread is in quarantine while the body goes on
 * (interrupted now, where the clock leapt over the time for that).
 *
 * @param name what this task does, for people
 * @param type what sort of task it is, for limits and counts; there should be few
 * @param queueTimeout from submission to the start of its body; then it has timed out
 * @param softTimeout from the start of the body
 * @param interruptTimeout from the start of the body; if zero, a tenth of the hard timeout before it, and at most a second
 * @param hardTimeout from the start of the body
 * @param heartbeatTimeout from the start, or the last sign of life; then it is interrupted, and given up after the grace time of
 *     the manager
 * @param maxAge from submission; then it is cancelled
 * @param tags for people; at most {@value #MAX_TAGS}
 */
public record TaskSpec(
        String name,
        String type,
        Duration queueTimeout,
        Duration softTimeout,
        Duration interruptTimeout,
        Duration hardTimeout,
        Duration heartbeatTimeout,
        Duration maxAge,
        Map<String, String> tags) {

    /** The most tags of a task. */
    public static final int MAX_TAGS = 32;

    private static final Duration NONE = Duration.ZERO;

    /**
     * Checks it.
     *
     * @throws IllegalArgumentException if a time is negative, the ladder goes down, a name cannot be printed, or there are too many
     *     tags
     */
    public TaskSpec {
        Names.check(name, "name");
        Names.check(type, "type");
        check(queueTimeout, "queueTimeout");
        check(softTimeout, "softTimeout");
        check(interruptTimeout, "interruptTimeout");
        check(hardTimeout, "hardTimeout");
        check(heartbeatTimeout, "heartbeatTimeout");
        check(maxAge, "maxAge");
        ordered(softTimeout, "softTimeout", interruptTimeout, "interruptTimeout");
        ordered(softTimeout, "softTimeout", hardTimeout, "hardTimeout");
        ordered(interruptTimeout, "interruptTimeout", hardTimeout, "hardTimeout");
        Objects.requireNonNull(tags, "tags");
        if (tags.size() > MAX_TAGS) {
            throw new IllegalArgumentException("tags are " + tags.size() + "; there may be at most " + MAX_TAGS);
        }
        tags.forEach((key, value) -> {
            Names.check(key, "tag");
            Names.check(value, "tag " + key);
        });
        tags = tags.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(tags));
    }

    /**
     * Makes one that is interrupted as late as the hard timeout allows.
     *
     * @param name see the component
     * @param type see the component
     * @param queueTimeout see the component
     * @param softTimeout see the component
     * @param hardTimeout see the component
     * @param heartbeatTimeout see the component
     * @param maxAge see the component
     * @param tags see the component
     */
    public TaskSpec(
            String name,
            String type,
            Duration queueTimeout,
            Duration softTimeout,
            Duration hardTimeout,
            Duration heartbeatTimeout,
            Duration maxAge,
            Map<String, String> tags) {
        this(name, type, queueTimeout, softTimeout, NONE, hardTimeout, heartbeatTimeout, maxAge, tags);
    }

    /**
     * Makes one without times and tags.
     *
     * @param name what this task does
     * @param type what sort of task it is
     * @return a spec
     */
    public static TaskSpec of(String name, String type) {
        return new TaskSpec(name, type, NONE, NONE, NONE, NONE, NONE, NONE, Map.of());
    }

    private static void check(Duration time, String what) {
        if (Objects.requireNonNull(time, what).isNegative()) {
            throw new IllegalArgumentException(what + " is " + time + "; it must not be negative, and zero means none");
        }
    }

    private static void ordered(Duration first, String what, Duration second, String then) {
        if (!first.isZero() && !second.isZero() && first.compareTo(second) > 0) {
            throw new IllegalArgumentException(
                    what + " is " + first + " and " + then + " is " + second + "; they must not be in this order");
        }
    }

    /**
     * Returns one with another name.
     *
     * @param name see the component
     * @return a spec
     */
    public TaskSpec withName(String name) {
        return new TaskSpec(
                name, type, queueTimeout, softTimeout, interruptTimeout, hardTimeout, heartbeatTimeout, maxAge, tags);
    }

    /**
     * Returns one with another time in the queue.
     *
     * @param queueTimeout see the component
     * @return a spec
     */
    public TaskSpec withQueueTimeout(Duration queueTimeout) {
        return new TaskSpec(
                name, type, queueTimeout, softTimeout, interruptTimeout, hardTimeout, heartbeatTimeout, maxAge, tags);
    }

    /**
     * Returns one with another soft timeout.
     *
     * @param softTimeout see the component
     * @return a spec
     */
    public TaskSpec withSoftTimeout(Duration softTimeout) {
        return new TaskSpec(
                name, type, queueTimeout, softTimeout, interruptTimeout, hardTimeout, heartbeatTimeout, maxAge, tags);
    }

    /**
     * Returns one with another time to be interrupted.
     *
     * @param interruptTimeout see the component
     * @return a spec
     */
    public TaskSpec withInterruptTimeout(Duration interruptTimeout) {
        return new TaskSpec(
                name, type, queueTimeout, softTimeout, interruptTimeout, hardTimeout, heartbeatTimeout, maxAge, tags);
    }

    /**
     * Returns one with another hard timeout.
     *
     * @param hardTimeout see the component
     * @return a spec
     */
    public TaskSpec withHardTimeout(Duration hardTimeout) {
        return new TaskSpec(
                name, type, queueTimeout, softTimeout, interruptTimeout, hardTimeout, heartbeatTimeout, maxAge, tags);
    }

    /**
     * Returns one with another time between signs of life.
     *
     * @param heartbeatTimeout see the component
     * @return a spec
     */
    public TaskSpec withHeartbeatTimeout(Duration heartbeatTimeout) {
        return new TaskSpec(
                name, type, queueTimeout, softTimeout, interruptTimeout, hardTimeout, heartbeatTimeout, maxAge, tags);
    }

    /**
     * Returns one with another maximum age.
     *
     * @param maxAge see the component
     * @return a spec
     */
    public TaskSpec withMaxAge(Duration maxAge) {
        return new TaskSpec(
                name, type, queueTimeout, softTimeout, interruptTimeout, hardTimeout, heartbeatTimeout, maxAge, tags);
    }

    /**
     * Returns one with another tags.
     *
     * @param tags see the component
     * @return a spec
     */
    public TaskSpec withTags(Map<String, String> tags) {
        return new TaskSpec(
                name, type, queueTimeout, softTimeout, interruptTimeout, hardTimeout, heartbeatTimeout, maxAge, tags);
    }

    /**
     * Returns one that may take so long and no longer: {@link #withHardTimeout}, under the name that most look for.
     *
     * @param time from the start of the body
     * @return a spec
     */
    public TaskSpec withTimeout(Duration time) {
        return withHardTimeout(time);
    }
}
