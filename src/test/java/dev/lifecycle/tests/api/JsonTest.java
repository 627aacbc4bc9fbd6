package dev.lifecycle.tests.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The parser that the other tests rely on: it must refuse what is not JSON. */
class JsonTest {
    @Test
    void readsEveryKindOfValue() {
        assertEquals(
                Map.of(
                        "a", List.of(new BigDecimal("-1.5E+3"), true, Json.NULL, "x\n\ud83d\ude00"),
                        "b", Map.of(),
                        "c", List.of()),
                Json.parse(" {\"a\" : [-1.5E+3, true,null,\"x\\n\\ud83d\ude00\"],\"b\":{},\"c\":[ ]}\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[1,]",
                "{\"a\":1,}",
                "{\"a\":1 \"b\":2}",
                "{a:1}",
                "{\"a\":1,\"a\":2}",
                "[1] 2",
                "01",
                "1.",
                ".5",
                "+1",
                "NaN",
                "Infinity",
                "1e",
                "'a'",
                "\"a",
                "\"\n\"",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"\\u12",
                "tru",
                "[1 2]",
                "]",
                "\u00a0 1"
            })
    void refusesWhatIsNotJson(String text) {
        assertThrows(IllegalArgumentException.class, () -> Json.parse(text));
    }
}
