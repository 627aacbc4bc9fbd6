package dev.lifecycle.impl.task;

import dev.lifecycle.task.TaskSpec;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The times of a spec in nanoseconds, and its type: worked out once for all tasks that have it. */
final class Times {
    private static final long LAST_CALL_NANOS = TimeUnit.SECONDS.toNanos(1);

    final TaskSpec spec;
    final TypeEntry type;
    final long queue;
    final long soft;
    final long interrupt;
    final long hard;
    final long heartbeat;
    final long age;

    /** The shortest time after the start of the body at which something may be due. */
    final long first;

    /** The same after the submission. */
    final long earliest;

    Times(TaskSpec spec, TypeEntry type, long defaultAge) {
        this.spec = spec;
        this.type = type;
        queue = nanos(spec.queueTimeout());
        soft = nanos(spec.softTimeout());
        hard = nanos(spec.hardTimeout());
        interrupt = interrupt(nanos(spec.interruptTimeout()), soft, hard);
        heartbeat = nanos(spec.heartbeatTimeout());
        age = spec.maxAge().isZero() ? defaultAge : nanos(spec.maxAge());
        first = Math.min(Math.min(soft, interrupt), Math.min(hard, heartbeat));
        earliest = Math.min(first, Math.min(queue, age));
    }

    private static long interrupt(long given, long soft, long hard) {
        if (given != Task.NEVER || hard == Task.NEVER) {
            return given;
        }
        long before = hard - Math.min(hard / 10, LAST_CALL_NANOS);
        return soft == Task.NEVER ? before : Math.max(soft, before);
    }

    static long nanos(Duration time) {
        return time.isZero() ? Task.NEVER : TimeUnit.NANOSECONDS.convert(time);
    }
}
