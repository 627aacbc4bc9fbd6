package dev.lifecycle.benchmarks.scope;

import com.google.common.io.Closer;
import java.io.Closeable;
import java.io.IOException;

/** Guava's Closer made thread-safe in the obvious way. */
final class SynchronizedCloser implements Closeable {
    private final Closer closer = Closer.create();

    synchronized <C extends Closeable> C register(C resource) {
        return closer.register(resource);
    }

    @Override
    public synchronized void close() throws IOException {
        closer.close();
    }
}
