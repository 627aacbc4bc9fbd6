package dev.lifecycle.impl.file;

import java.lang.management.ManagementFactory;

/** What threads have allocated, where the virtual machine tells. */
final class Allocations {
    private Allocations() {}

    /** In bytes; -1 if that is not known: the module of the platform may not be there. */
    static long ofThisThread() {
        try {
            return Counter.ofThisThread();
        } catch (LinkageError | RuntimeException none) {
            return -1;
        }
    }

    /** Not loaded before it is asked for. */
    private static final class Counter {
        private static final com.sun.management.@org.jspecify.annotations.Nullable ThreadMXBean THREADS =
                ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean ours
                                && ours.isThreadAllocatedMemorySupported()
                        ? ours
                        : null;

        static long ofThisThread() {
            com.sun.management.ThreadMXBean threads = THREADS;
            return threads == null
                    ? -1
                    : threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        }
    }
}
