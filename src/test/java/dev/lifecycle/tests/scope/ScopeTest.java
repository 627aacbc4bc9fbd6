package dev.lifecycle.tests.scope;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lifecycle.scope.Scope;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ScopeTest {
    @Test
    void closesInReverseOrderOfAcquisition() {
        List<String> closed = new ArrayList<>();
        try (Scope scope = Scope.open()) {
            scope.defer(() -> closed.add("first"));
            scope.defer(() -> closed.add("second"));
        }
        assertEquals(List.of("second", "first"), closed);
    }

    @Property
    void trivial(@ForAll int x) {
        assertEquals(x, x);
    }
}
