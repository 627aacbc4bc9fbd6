package dev.lifecycle.tests.pool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.tests.api.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A program in a runtime image that has no {@code java.sql}. */
@Tag("once")
class WithoutSqlTest {
    private static final Path API = ChildJvm.locationOf(Lifecycle.class);
    private static final Path IMPL = ChildJvm.locationOf(Lifecycle.provider().getClass());
    private static final Path TESTS = ChildJvm.locationOf(WithoutSqlTest.class);

    private static final List<String> EXPECTED =
            List.of("java.sql: false", "leased", "NoClassDefFoundError: javax/sql/DataSource", "closed");

    @Test
    void hasPoolsOnTheClassPath() throws IOException, InterruptedException {
        assertEquals(
                EXPECTED,
                ChildJvm.java(
                                "--limit-modules",
                                "java.base",
                                "-cp",
                                ChildJvm.path(API, IMPL, TESTS),
                                WithoutSql.class.getName())
                        .lines(0));
    }

    @Test
    void hasPoolsOnTheModulePath() throws IOException, InterruptedException {
        assertEquals(
                EXPECTED,
                ChildJvm.java(
                                "--limit-modules",
                                "java.base,dev.lifecycle.api,dev.lifecycle.impl",
                                "-p",
                                ChildJvm.path(API, IMPL),
                                "--add-modules",
                                "dev.lifecycle.impl",
                                "-cp",
                                TESTS.toString(),
                                WithoutSql.class.getName())
                        .lines(0));
    }
}
