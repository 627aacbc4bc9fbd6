package dev.lifecycle.tests.pool.jdbc;

import dev.lifecycle.Lease;
import dev.lifecycle.pool.PooledDataSource;
import dev.lifecycle.pool.ResourcePool;

/** The program of {@link WithoutSqlTest}. */
public final class WithoutSql {
    private WithoutSql() {}

    /** Uses a pool, and tries to use a data source. */
    public static void main(String[] arguments) throws InterruptedException {
        System.out.println(
                "java.sql: " + ModuleLayer.boot().findModule("java.sql").isPresent());
        try (ResourcePool<StringBuilder> pool = ResourcePool.<StringBuilder>builder("buffers", StringBuilder::new)
                .open()) {
            try (Lease<StringBuilder> lease = pool.acquire()) {
                System.out.println(lease.get().append("leased"));
            }
            try {
                PooledDataSource.builder("db", "jdbc:none");
            } catch (LinkageError e) {
                System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
            }
        }
        System.out.println("closed");
    }
}
