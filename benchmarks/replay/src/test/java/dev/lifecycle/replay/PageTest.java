package dev.lifecycle.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageTest {
    @TempDir
    Path dir;

    private Path page(String text) throws IOException {
        return Files.writeString(dir.resolve("page.md"), text);
    }

    @Test
    void replacesOnlyWhatIsBetweenItsMarks() throws IOException {
        Path file = page("# Title\n\n<!-- scorecard JDK 17 -->\na\n<!-- end of scorecard JDK 17 -->\n\n"
                + "<!-- replay -->\nold\n<!-- end of replay -->\n\nend  \n");
        new Page(file).replace("new\n");
        assertEquals(
                "# Title\n\n<!-- scorecard JDK 17 -->\na\n<!-- end of scorecard JDK 17 -->\n\n"
                        + "<!-- replay -->\nnew\n<!-- end of replay -->\n\nend  \n",
                Files.readString(file));
    }

    @Test
    void appendsWhereThereAreNoMarks() throws IOException {
        Path file = page("# Title\n\ntext\n");
        new Page(file).replace("new");
        new Page(file).replace("newer");
        assertEquals("# Title\n\ntext\n\n<!-- replay -->\nnewer\n<!-- end of replay -->\n", Files.readString(file));
    }

    @Test
    void makesAPageWhereThereIsNone() throws IOException {
        Path file = dir.resolve("fresh.md");
        new Page(file).check();
        assertFalse(Files.exists(file));
        new Page(file).replace("new");
        assertEquals("# Benchmarks\n\n<!-- replay -->\nnew\n<!-- end of replay -->\n", Files.readString(file));
    }

    @Test
    void leavesAPageAloneThatLacksTheSecondMark() throws IOException {
        String text = "<!-- end of replay -->\n<!-- replay -->\nrest of the page\n";
        Path file = page(text);
        IOException refused = assertThrows(IOException.class, () -> new Page(file).check());
        assertTrue(refused.getMessage().contains("<!-- end of replay -->"), refused.getMessage());
        assertThrows(IOException.class, () -> new Page(file).replace("new"));
        assertEquals(text, Files.readString(file));
    }

    @Test
    void refusesAPageInADirectoryThatIsNotThere() {
        assertThrows(IOException.class, () -> new Page(dir.resolve("no/page.md")).check());
    }
}
