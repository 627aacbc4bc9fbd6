package dev.lifecycle.tests.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.Malformed;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.OversizePolicy;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.TextResult;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The beginning of a text, bounded. */
@Tag("once")
@Timeout(60)
class FileContentTest {
    @TempDir
    Path dir;

    /** As many chars as may be, no surrogate pair cut. */
    private static String beginning(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        boolean cutsPair =
                Character.isHighSurrogate(text.charAt(most - 1)) && Character.isLowSurrogate(text.charAt(most));
        return text.substring(0, cutsPair ? most - 1 : most);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "ISO-8859-1", "GB18030", "Shift_JIS", "ISO-2022-JP"
            })
    void returnsTheBeginningOfLongTextsAndCutsNoCharacter(String name) {
        Charset charset = Charset.forName(name);
        Trials.each(400, 400, (random, size) -> {
            byte[] content = FileTextTest.text(random, size, charset).getBytes(charset);
            String text = new String(content, charset);
            int most = 1 + random.nextInt(1 + size + size / 4);
            try (FileProcessor files = FileTextTest.small(charset)
                    .maxContent(most)
                    .bomOverrides(false)
                    .open()) {
                Way way = Way.any(random);
                TextResult got = files.readText(way.source(dir, content, random));
                String what = way + ", at most " + most + " of " + text.length() + ", " + got.result();
                boolean isLong = text.length() > most;
                assertEquals(beginning(text, most), got.text(), what);
                assertEquals(isLong, got.truncated(), what);
                assertEquals(
                        isLong ? Outcome.TRUNCATED : Outcome.DONE, got.result().outcome(), what);
                assertEquals(
                        isLong ? Reason.CONTENT_LIMIT : Reason.NONE,
                        got.result().reason(),
                        what);
                assertEquals(got.text().length(), got.result().chars(), what);
            }
        });
    }

    @Test
    void isDoneWithATextOfTheLimit() throws Exception {
        Path file = Files.writeString(dir.resolve("limit"), "a".repeat(100));
        for (int most : new int[] {99, 100, 101}) {
            try (FileProcessor files =
                    FileProcessor.builder("limit").maxContent(most).open()) {
                assertEquals(most < 100, files.readText(file).truncated());
            }
        }
    }

    @Test
    void leavesAPairOutRatherThanToCutIt() throws Exception {
        Path file = Files.writeString(dir.resolve("pair"), "a\ud83d\ude00b");
        List<String> texts = List.of("a", "a", "a\ud83d\ude00", "a\ud83d\ude00b");
        for (int most = 1; most <= 4; most++) {
            try (FileProcessor files =
                    FileProcessor.builder("pair").maxContent(most).open()) {
                TextResult got = files.readText(file);
                assertEquals(texts.get(most - 1), got.text());
                assertEquals(most < 4, got.truncated());
            }
        }
    }

    @Test
    void doesNotReadWhatIsBehindTheLimit() {
        Script script = Script.of(new byte[100_000]).failing(50_000, new IOException("planned"));
        try (FileProcessor files =
                FileTextTest.small(StandardCharsets.UTF_8).maxContent(1_000).open()) {
            TextResult got = files.readText(Way.STREAM.source(script));
            assertEquals(Outcome.TRUNCATED, got.result().outcome());
            assertEquals(1_000, got.text().length());
            assertTrue(script.at < 2_000, () -> script.at + " bytes read");
        }
    }

    @Test
    void doesNotMindWhatIsMalformedBehindTheLimit() {
        byte[] content = new byte[5_000];
        java.util.Arrays.fill(content, 0, 3_000, (byte) 'a');
        content[4_000] = (byte) 0xff;
        try (FileProcessor files = FileTextTest.small(StandardCharsets.UTF_8)
                .malformed(Malformed.REPORT)
                .maxContent(1_000)
                .open()) {
            TextResult got = files.readText(Way.STREAM.source(Script.of(content)));
            assertEquals(Outcome.TRUNCATED, got.result().outcome());
            assertEquals(-1, got.result().firstMalformed());
        }
    }

    @Test
    void returnsWhatWasReadBeforeItFailed() {
        byte[] content = "abc\u00e9".repeat(100).getBytes(StandardCharsets.UTF_8);
        for (int size : new int[] {1, 7, 1_000}) {
            for (int at = 0; at < 300; at += 5) {
                Script script = Script.of(content).sizes(size).failing(at, new IOException("planned"));
                try (FileProcessor files =
                        FileTextTest.small(StandardCharsets.UTF_8).open()) {
                    TextResult got = files.readText(Way.CHANNEL.source(script));
                    assertEquals(Outcome.FAILED, got.result().outcome());
                    assertEquals(Reason.IO, got.result().reason());
                    assertEquals("abc\u00e9".repeat(at / 5), got.text());
                }
            }
        }
    }

    @Test
    void isTruncatedWhereTheFileIsLongerThanItMayBe() throws Exception {
        Path file = Files.writeString(dir.resolve("long"), "a".repeat(100));
        try (FileProcessor files = FileProcessor.builder("both")
                .maxFileSize(60)
                .oversize(OversizePolicy.TRUNCATE)
                .open()) {
            TextResult got = files.readText(file);
            assertEquals("a".repeat(60), got.text());
            assertEquals(Outcome.TRUNCATED, got.result().outcome());
            assertEquals(Reason.OVERSIZE, got.result().reason());
            assertTrue(got.truncated());
        }
    }

    @Test
    void aLimitOfBytesThatCutsACharacterIsNoFaultOfTheText() throws Exception {
        Path file = Files.writeString(dir.resolve("euros"), "\u20ac".repeat(100));
        for (int limit = 30; limit < 36; limit++) {
            try (FileProcessor files = FileProcessor.builder("both")
                    .maxFileSize(limit)
                    .oversize(OversizePolicy.TRUNCATE)
                    .malformed(Malformed.REPORT)
                    .open()) {
                TextResult got = files.readText(file);
                assertEquals("\u20ac".repeat(limit / 3), got.text());
                assertEquals(Outcome.TRUNCATED, got.result().outcome());
                assertEquals(0, got.result().malformed());
            }
        }
    }

    @Test
    void readsAtMostFiftyThousandCharactersUnlessToldOtherwise() throws Exception {
        Path file = Files.writeString(dir.resolve("default"), "\u00e9".repeat(50_001));
        try (FileProcessor files = FileProcessor.builder("default").open()) {
            TextResult got = files.readText(file);
            assertEquals(50_000, got.text().length());
            assertTrue(got.truncated());
            assertEquals(got.text(), got.orThrow());
        }
    }

    @Test
    void hasAnEmptyTextOfWhatIsEmpty() {
        try (FileProcessor files = FileProcessor.builder("empty").open()) {
            TextResult got = files.readText("empty", new ScriptedStream(Script.of(new byte[0])));
            assertEquals("", got.text());
            assertFalse(got.truncated());
            assertEquals(Outcome.DONE, got.result().outcome());
        }
    }
}
