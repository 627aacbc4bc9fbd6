package dev.lifecycle.tests.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.collect.BudgetBuffer;
import dev.lifecycle.collect.OversizeElement;
import dev.lifecycle.scope.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The recipes of docs/collections.md. */
class CollectionRecipesTest {

    // ---- a conversation --------------------------------------------------------------------------------------------

    private record Message(String role, String text) {
        int tokens() {
            return 4 + text.length() / 4;
        }

        Message cutTo(long tokens) {
            return new Message(role, text.substring(0, (int) Math.max(0, tokens - 4) * 4));
        }
    }

    // @start region="conversation"
    static BudgetBuffer<Message> conversation(Scope session, Consumer<List<Message>> summary) {
        BudgetBuffer<Message> chat = BudgetBuffer.<Message>builder("chat", Message::tokens)
                .budget(15_000)
                .lowWater(8_000) // a cut is seldom, and worth a summary
                .onEvicted(summary)
                .open(session);
        chat.pin(new Message("system", "You answer in one sentence.")); // always first, never evicted
        return chat;
    }

    static void turn(BudgetBuffer<Message> chat, Message question, Message answer) {
        chat.addGroup(List.of(question, answer)); // stay and leave together
    }
    // @end

    @Test
    void limitsAConversationByTokens() {
        List<Message> forgotten = new ArrayList<>();
        try (Scope session = Scope.open("session")) {
            BudgetBuffer<Message> chat = conversation(session, forgotten::addAll);
            for (int i = 0; i < 100; i++) {
                turn(chat, new Message("user", "q".repeat(400)), new Message("assistant", "a".repeat(400)));
                assertTrue(chat.weight() <= 15_000);
            }
            List<Message> prompt = chat.snapshot();
            assertEquals("system", prompt.get(0).role());
            assertEquals("user", prompt.get(1).role());
            assertEquals("user", forgotten.get(0).role());
            assertEquals("assistant", forgotten.get(forgotten.size() - 1).role());
            assertEquals(201, prompt.size() + forgotten.size());
        }
    }

    @Test
    void shortensWhatIsTooLong() {
        try (Scope session = Scope.open("session")) {
            // @start region="shrink"
            BudgetBuffer<Message> chat = BudgetBuffer.<Message>builder("chat", Message::tokens)
                    .budget(8_000)
                    .oversize(OversizeElement.SHRINK)
                    .shrinker((message, room) -> message.cutTo(room))
                    .open(session);
            chat.add(new Message("tool", "a log file ".repeat(100_000)));
            // @end
            assertEquals(8_000, chat.weight());
        }
    }
}
