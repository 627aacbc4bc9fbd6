package dev.lifecycle.tests.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.LineReader;
import dev.lifecycle.file.TreeProcessor;
import dev.lifecycle.scope.Scope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gauges that docs/files.md lists are those that there are, in the order in which they are shown, and mean what it says. */
class FileGaugesTest {
    private static final Pattern ROW = Pattern.compile("\\| `(\\w+)` \\| (calls|runs|entries|bytes|text) \\| .+ \\|");

    @TempDir
    Path dir;

    /** The gauges in a table of the section, the first one or the second. */
    private static List<String> listed(int table) {
        List<String> page = DocsTest.page("docs/files.md");
        List<String> section = page.subList(page.indexOf("## What its node shows") + 1, page.size());
        int head = 0;
        for (int i = 0; i <= table; i++) {
            head += section.subList(head, section.size()).indexOf("| gauge | unit | meaning |") + 1;
        }
        List<String> names = new ArrayList<>();
        for (String line : section.subList(head + 1, section.size())) {
            Matcher row = ROW.matcher(line);
            if (!row.matches()) {
                assertTrue(line.isEmpty(), () -> "no gauge, unit and meaning: " + line);
                return names;
            }
            names.add(row.group(1));
        }
        return names;
    }

    private static List<Object> values(Map<String, Object> gauges, String... names) {
        return List.of(names).stream().map(gauges::get).toList();
    }

    @Test
    void aFileProcessorHasThoseThatAreListed() throws Exception {
        Path file = Files.writeString(dir.resolve("file"), "one\ntwo\n");
        try (Scope app = Scope.open("app");
                FileProcessor files =
                        FileProcessor.builder("files").memoryBudget(1 << 20).open(app)) {
            Map<String, Object> idle = files.snapshot().gauges();
            assertEquals(listed(0), List.copyOf(idle.keySet()));
            assertEquals(List.of(0, 0, 2, 0L, 0L, 0L, 0L), List.copyOf(idle.values()));
            LineReader reader = files.lines(file, app);
            List<Map<String, Object>> within = new ArrayList<>();
            files.forEachChunk(file, chunk -> within.add(files.snapshot().gauges()));
            assertEquals(listed(0), List.copyOf(within.get(0).keySet()));
            assertEquals(List.of(2, 0L), values(within.get(0), "active", "files"), "a call and a reader");
            reader.close();
            files.validate(dir.resolve("none"));
            Map<String, Object> after = files.snapshot().gauges();
            assertEquals(List.of(0, 3L, 2L), values(after, "active", "files", "notOk"), "one was closed early");
            assertTrue((long) after.get("bytes") >= 8, after::toString);
            assertEquals(after.get("idleBufferBytes"), files.shrink(dev.lifecycle.Pressure.EMERGENCY, Long.MAX_VALUE));
            assertEquals(0L, files.snapshot().gauges().get("idleBufferBytes"));
        }
    }

    @Test
    void aTreeProcessorHasThoseThatAreListed() throws Exception {
        Files.writeString(dir.resolve("good"), "12345");
        Files.writeString(dir.resolve("thrown"), "1234567");
        List<Map<String, Object>> within = new ArrayList<>();
        try (FileProcessor files = FileProcessor.builder("files").open();
                TreeProcessor tree = TreeProcessor.builder("tree", files).open()) {
            tree.process(dir, (file, context) -> {
                within.add(tree.snapshot().gauges());
                assertTrue(file.readText().orThrow().length() < 6);
                return null;
            });
            List<String> names = listed(1);
            assertEquals(names, List.copyOf(within.get(0).keySet()));
            assertEquals(List.of(1, 0L), values(within.get(0), "active", "ended"));
            assertFalse(within.get(0).get("at").toString().isEmpty());
            Map<String, Object> after = tree.snapshot().gauges();
            assertEquals(names.subList(0, names.size() - 1), List.copyOf(after.keySet()), "all but the last");
            assertEquals(List.of(0, 1L, 2L, 1L, 12L), List.copyOf(after.values()));
        }
    }
}
