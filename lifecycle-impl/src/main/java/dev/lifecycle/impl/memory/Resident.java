package dev.lifecycle.impl.memory;

import dev.lifecycle.memory.MemorySource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;

/** The resident set of this process. */
final class Resident {
    private static final byte[] KEY = "VmRSS:".getBytes(StandardCharsets.US_ASCII);
    private static final KernelFile STATUS = new KernelFile(Path.of("/proc/self/status"), 8 << 10); // with the lock
    private static final ReentrantLock LOCK = new ReentrantLock();

    private Resident() {}

    /** In bytes; unknown elsewhere than on linux. */
    static long ofThisProcess() {
        LOCK.lock();
        try {
            long kilobytes = STATUS.read() ? STATUS.after(KEY) : MemorySource.UNKNOWN;
            return kilobytes < 0 ? MemorySource.UNKNOWN : kilobytes << 10;
        } finally {
            LOCK.unlock();
        }
    }
}
