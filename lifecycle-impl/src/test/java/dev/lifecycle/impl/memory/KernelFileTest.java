package dev.lifecycle.impl.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read of a file of the kernel. */
class KernelFileTest {
    private static final Map<String, Long> KEYS = Map.of(
            "a",
            1L,
            "longest_key_of_all",
            2L,
            "c_d",
            3L,
            "d",
            4L,
            "e",
            -1L,
            "longest_key_of_all_that_there_are",
            -1L,
            "x",
            -1L);

    @TempDir
    Path root;

    private KernelFile file(String content, int room) throws IOException {
        Path path = root.resolve("file");
        Files.writeString(path, content);
        KernelFile file = new KernelFile(path, room);
        assertTrue(file.read());
        return file;
    }

    @Test
    void findsEachKeyWhicheverWasAskedForBefore() throws IOException {
        String content = "a 1\nlongest_key_of_all 2\nc_d\t3\nx none\nd 4";
        for (int room : new int[] {content.length(), 64}) {
            KernelFile file = file(content, room);
            for (String first : KEYS.keySet()) {
                for (String second : KEYS.keySet()) {
                    for (String each : List.of(first, second)) {
                        assertEquals(
                                KEYS.get(each), file.after(each.getBytes(StandardCharsets.US_ASCII)), first + second);
                    }
                }
            }
        }
    }

    @Test
    void aFileThatBecomesShorterHasNothingOfWhatItHad() throws IOException {
        KernelFile file = file("a 1\nbb 2\nccc 3\n", 64);
        byte[] last = "ccc".getBytes(StandardCharsets.US_ASCII);
        assertEquals(3, file.after(last));
        Files.writeString(root.resolve("file"), "a 1\n");
        assertTrue(file.read());
        assertEquals(-1, file.after(last));
        assertEquals(1, file.after("a".getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void aFileThatVanishedIsOpenedAnew() throws IOException {
        Path path = root.resolve("file");
        KernelFile none = new KernelFile(path, 64);
        assertFalse(none.exists() || none.read());
        Files.writeString(path, "max\n");
        assertTrue(none.exists() && none.read());
        assertEquals(Long.MAX_VALUE, none.number());
    }
}
