package dev.lifecycle.tests.pool.jdbc;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** H2 with a file. */
@Tag("once")
class H2FileTest extends H2ConformanceTest {
    @TempDir
    Path folder;

    @Override
    String url() {
        return "jdbc:h2:file:" + folder.resolve("test").toAbsolutePath();
    }
}
