package dev.lifecycle.tests.pool.jdbc;

import java.util.UUID;
import org.junit.jupiter.api.Tag;

/** H2 in memory. */
@Tag("once")
class H2MemoryTest extends H2ConformanceTest {
    private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";

    @Override
    String url() {
        return url;
    }
}
