package dev.lifecycle.tests.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KindTest {
    @Test
    void isAValueThatPrintsItsName() {
        assertEquals(Kind.SCOPE, new Kind("Scope"));
        assertEquals("Resource", Kind.RESOURCE.toString());
        assertEquals("Moved", Kind.MOVED.name());
        assertEquals(64, new Kind("K" + "9".repeat(63)).name().length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "9a", "-a", "a b", "a\n", "\u00e4", "a:b", "a,b", "a=b"})
    void refusesWhatAnMBeanNameCannotHold(String name) {
        String message = assertThrows(IllegalArgumentException.class, () -> new Kind(name))
                .getMessage();
        assertTrue(message.endsWith("it must be a letter followed by at most 63 letters, digits or hyphens"), message);
        assertTrue(message.lines().count() == 1, message);
    }

    @Test
    void refusesLongAndNullNames() {
        assertThrows(IllegalArgumentException.class, () -> new Kind("K".repeat(65)));
        assertThrows(IllegalArgumentException.class, () -> new Kind("K".repeat(1_000_000)));
        assertEquals(
                "name",
                assertThrows(NullPointerException.class, () -> new Kind(null)).getMessage());
    }
}
