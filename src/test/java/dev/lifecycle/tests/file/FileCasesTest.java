package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.tests.api.ChildJvm;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A hundred thousand of {@link Cases}, and some in JVMs that compile nothing, or little. */
@Tag("once")
@Timeout(60)
class FileCasesTest {
    private static final int ALL = Integer.getInteger("lifecycle.tests.cases", 100_000);

    @Test
    void hasTheBytesTheLinesAndTheTextOfAnyContentInAnyCharsetHoweverItIsRead() {
        assertTrue(Cases.run(ALL, Cases.charsets()) >= ALL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Xint", "-XX:TieredStopAtLevel=1", "-XX:-TieredCompilation"})
    void hasThemWhateverTheCompiler(String flag) throws Exception {
        List<String> lines = ChildJvm.java(
                        "-XX:+UseSerialGC",
                        flag,
                        "-Xmx64m",
                        "-cp",
                        ChildJvm.path(
                                ChildJvm.locationOf(FileCasesTest.class),
                                ChildJvm.locationOf(dev.lifecycle.scope.Scope.class),
                                ChildJvm.locationOf(Lifecycle.provider().getClass())),
                        Cases.class.getName(),
                        flag.equals("-Xint") ? "600" : "1500",
                        "UTF-8",
                        "UTF-16LE",
                        "ISO-8859-1",
                        "Shift_JIS")
                .lines(0);
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.get(0).startsWith("done "), lines::toString);
    }
}
