package dev.lifecycle.impl.pool.jdbc;

import dev.lifecycle.Lease;
import java.sql.Connection;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Counts what happens to it. */
final class FakeLease implements Lease<Connection> {
    final AtomicReference<Throwable> cause = new AtomicReference<>();
    final AtomicInteger closes = new AtomicInteger();
    private final Connection connection;

    FakeLease(Connection connection) {
        this.connection = connection;
    }

    @Override
    public Connection get() {
        return connection;
    }

    @Override
    public Lease<Connection> label(String what) {
        return this;
    }

    @Override
    public void invalidate(Throwable why) {
        if (closes.get() > 0) {
            throw new AssertionError("invalidated after it was closed", why);
        }
        cause.compareAndSet(null, why);
    }

    @Override
    public void close() {
        closes.incrementAndGet();
    }
}
