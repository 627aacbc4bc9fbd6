package dev.lifecycle.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputTest {
    @TempDir
    Path dir;

    @Test
    void takesTheFilesInOrderWithoutThoseThatSayNothing() throws IOException {
        Files.writeString(dir.resolve("b"), "b");
        Files.writeString(Files.createDirectory(dir.resolve("a")).resolve("c"), "cc");
        Files.createFile(dir.resolve("empty"));
        Files.writeString(Files.createDirectory(dir.resolve("target")).resolve("x"), "x");
        Files.createSymbolicLink(dir.resolve("a").resolve("loop"), dir);
        Input input = Input.of(dir);
        assertEquals(List.of(dir.resolve("a").resolve("c"), dir.resolve("b")), input.files());
        assertEquals(3, input.bytes());
    }

    @Test
    void saysWhatIsWrongWithATree() throws IOException {
        Path file = Files.writeString(dir.resolve("file"), "x");
        assertTrue(message(dir.resolve("none")).contains("not there"));
        assertTrue(message(file).contains("not a directory"));
        Files.delete(file);
        assertTrue(message(dir).contains("no readable file"));
    }

    private static String message(Path dir) {
        return assertThrows(IllegalArgumentException.class, () -> Input.of(dir)).getMessage();
    }
}
