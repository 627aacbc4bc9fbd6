package dev.lifecycle.tests.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Names;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
    @Provide
    Arbitrary<String> texts() {
        return Snapshots.texts();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "POST /chat", " a ", "\u00fc", "\ud83d\ude00", "\"quoted\\", "\ufeff"})
    void acceptsWhatOneLineCanShow(String name) {
        assertSame(name, Names.check(name, "name"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n", "\u2003"})
    void refusesBlankNames(String name) {
        refuses(name, message -> assertEquals("pool is blank; give a name that a log line can show", message));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0000", "\n", "\u007f", "\u0085", "\u009f", "\u2028", "\u2029", "\ud83d", "\ude00"})
    void refusesWhatBreaksALineAndSaysWhere(String bad) {
        String code = String.format("U+%04X", (int) bad.charAt(0));
        refuses("ab" + bad, message -> {
            assertTrue(message.contains(code + " at index 2"), message);
            assertTrue(message.startsWith("pool \"ab\\u"), message);
        });
        refuses(bad + "b", message -> assertTrue(message.contains(code + " at index 0"), message));
    }

    @Test
    void refusesHalvesInTheWrongOrder() {
        refuses("a\ude00\ud83d", message -> assertTrue(message.contains("U+DE00 at index 1"), message));
    }

    @Test
    void acceptsTheLongestNameAndRefusesALongerOne() {
        assertEquals(256, Names.check("x".repeat(Names.MAX_LENGTH), "pool").length());
        refuses(
                "x".repeat(257),
                message -> assertEquals(
                        "pool has 257 characters, starting \"" + "x".repeat(64) + "...\"; it may have at most 256",
                        message));
    }

    @Test
    void refusesAMillionCharactersWithAShortMessage() {
        refuses("\n".repeat(500_000) + "x".repeat(500_000), message -> assertTrue(message.length() < 500, message));
    }

    @Test
    void namesWhatIsNull() {
        assertEquals(
                "pool",
                assertThrows(NullPointerException.class, () -> Names.check(null, "pool"))
                        .getMessage());
        assertEquals(
                "text",
                assertThrows(NullPointerException.class, () -> Names.quote(null))
                        .getMessage());
    }

    private static void refuses(String name, Consumer<String> message) {
        message.accept(assertThrows(IllegalArgumentException.class, () -> Names.check(name, "pool"))
                .getMessage());
    }

    @Property(tries = 300)
    void quotesEveryTextAsOnePrintableLine(@ForAll("texts") String text) {
        for (String some : new String[] {text, text.repeat(20)}) {
            String quoted = Names.quote(some);
            assertTrue(quoted.startsWith("\"") && quoted.endsWith("\""));
            assertTrue(StandardCharsets.UTF_8.newEncoder().canEncode(quoted));
            assertTrue(quoted.chars().noneMatch(c -> Character.isISOControl(c) || c == '\u2028' || c == '\u2029'));
            assertTrue(quoted.length() <= 64 * 6 + 5);
        }
    }

    @Test
    void cutsAQuotationBetweenCharacters() {
        String face = "\ud83d\ude00";
        assertEquals("\"" + "x".repeat(64) + "\"", Names.quote("x".repeat(64)));
        assertEquals("\"" + "x".repeat(64) + "...\"", Names.quote("x".repeat(65)));
        assertEquals("\"" + "x".repeat(63) + "...\"", Names.quote("x".repeat(63) + face));
        assertEquals("\"" + "x".repeat(62) + face + "\"", Names.quote("x".repeat(62) + face));
        assertEquals("\"" + "x".repeat(63) + "\\ud83d...\"", Names.quote("x".repeat(63) + "\ud83dx"));
    }

    @Test
    void printsAllOfATextOnOneLine() {
        assertEquals("", Names.printable(""));
        assertEquals(
                "a\\u000ab\\u2028 \u00e9" + "x".repeat(900), Names.printable("a\nb\u2028 \u00e9" + "x".repeat(900)));
    }
}
