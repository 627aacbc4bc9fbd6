package dev.lifecycle.impl.memory;

import dev.lifecycle.impl.time.Daemons;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/** What the current thread has allocated so far. */
final class ThreadAllocation {
    /** Where that is not known. */
    static final long UNKNOWN = -1;

    private static final com.sun.management.@Nullable ThreadMXBean BEAN = bean();

    private ThreadAllocation() {}

    private static com.sun.management.@Nullable ThreadMXBean bean() {
        try {
            return ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean threads
                            && threads.isThreadAllocatedMemorySupported()
                    ? threads
                    : null;
        } catch (RuntimeException | LinkageError another) { // another virtual machine, or an image without the module
            return null;
        }
    }

    /** In bytes; {@link #UNKNOWN} of virtual threads, whose carrier has others as well. */
    static long bytes() {
        com.sun.management.ThreadMXBean bean = BEAN;
        return bean == null || Daemons.isVirtual(Thread.currentThread())
                ? UNKNOWN
                : bean.getCurrentThreadAllocatedBytes();
    }
}
