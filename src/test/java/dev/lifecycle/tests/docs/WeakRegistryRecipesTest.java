package dev.lifecycle.tests.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Kind;
import dev.lifecycle.scope.Scope;
import dev.lifecycle.weak.WeakRegistry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The recipes of docs/weak.md for registries. */
class WeakRegistryRecipesTest {

    private record Parser(String source) {}

    @Test
    void counts() {
        List<Parser> kept = new ArrayList<>();
        try (Scope app = Scope.open("documents")) {
            // @start region="count"
            WeakRegistry alive = WeakRegistry.builder("alive").open(app);
            Kind parser = new Kind("Parser");

            WeakRegistry.Mark morning = alive.mark();
            for (int i = 0; i < 400; i++) {
                kept.add(alive.add(parser, "invoices", new Parser("invoice " + i))); // one line where they are made
            }

            alive.growthSince(morning).forEach(System.out::println); // Parser invoices 0 -> 400 (+400)
            alive.sample(parser, 5).forEach(System.out::println); // Parser invoices, a com.acme.Parser, age PT41S
            // @end
            assertEquals(400, alive.kinds().get(parser));
            assertEquals(
                    "Parser invoices 0 -> 400 (+400)",
                    alive.growthSince(morning).get(0).toString());
            assertTrue(app.snapshot().toText().contains("invoices (Parser, alive 400"), app.snapshot()::toText);
        }
        assertEquals(400, kept.size());
    }
}
