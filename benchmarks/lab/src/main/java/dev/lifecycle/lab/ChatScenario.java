package dev.lifecycle.lab;

import dev.lifecycle.Lease;
import dev.lifecycle.collect.BudgetBuffer;
import dev.lifecycle.collect.SessionRegistry;
import dev.lifecycle.scope.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A chat back end: each user has a conversation that the model is shown again at each turn. */
final class ChatScenario implements Scenario {
    private static final int USERS = 20;
    private static final int ANSWER = 20 << 10; // bytes read for an answer with a quotation
    private static final int SHORT = 64; // for one without
    private static final int BYTES_A_TOKEN = 4;
    private static final int TOKENS = 8_000;

    @Override
    public String name() {
        return "chat";
    }

    @Override
    public String story() {
        return "Twenty users talk to a model. Each turn adds a question and an answer, nearly every second one with a long"
                + " quotation from a file, to the user's conversation, which is what the model is shown at the next turn. Nothing"
                + " is ever taken out of a conversation, nor a conversation out of the map: what the users see works, and the heap fills with what was said.";
    }

    @Override
    public Service open(Variant variant, Input input) {
        return variant == Variant.NAIVE ? new Naive(input) : new Managed(input);
    }

    /** A message; its tokens are estimated from its length, as back ends do. */
    private record Message(String text) {
        long tokens() {
            return text.length() / BYTES_A_TOKEN + 1L;
        }
    }

    private static int user(long request) {
        return (int) Math.floorMod(request >>> 32, (long) USERS);
    }

    /** The answer: the beginning of a file, padded as a model would. */
    private static Message answer(Input input, long request) throws IOException {
        int length = (request & GOES_WELL) < 7 ? ANSWER : SHORT;
        StringBuilder text = new StringBuilder(length);
        try (InputStream in = Files.newInputStream(input.file(request >>> 16))) {
            text.append(new String(in.readNBytes(length), StandardCharsets.ISO_8859_1));
        }
        while (text.length() < length) {
            text.append("so to say ");
        }
        return new Message(text.toString());
    }

    private static Message question(long request) {
        return new Message("what about number " + request + "?");
    }

    /** As it was. */
    private static final class Naive implements Service {
        private final Input input;
        private final Map<Integer, List<Message>> conversations = new HashMap<>();

        Naive(Input input) {
            this.input = input;
        }

        @Override
        public boolean serve(long request) throws IOException {
            List<Message> conversation = conversations.computeIfAbsent(user(request), unused -> new ArrayList<>());
            conversation.add(question(request));
            conversation.add(answer(input, request));
            return true;
        }

        @Override
        public void close() {}
    }

    /** With the library. */
    private static final class Managed implements Service {
        private final Input input;
        private final Scope app = Scope.open("chat");
        private final Map<Integer, String> cookies = new HashMap<>(); // what the users send: outside of the service
        private final SessionRegistry<BudgetBuffer<Message>> conversations =
                SessionRegistry.<BudgetBuffer<Message>>builder(
                                "conversations",
                                user -> BudgetBuffer.<Message>builder("user " + user, Message::tokens)
                                        .budget(TOKENS)
                                        .open())
                        .timeout(Duration.ofMinutes(30))
                        .maximumSessions(1_000)
                        .closeStates()
                        .open(app);

        Managed(Input input) {
            this.input = input;
        }

        @Override
        public boolean serve(long request) throws IOException {
            int user = user(request);
            try (Lease<BudgetBuffer<Message>> conversation = conversation(user)) {
                conversation.get().addGroup(List.of(question(request), answer(input, request)));
            }
            return true;
        }

        private Lease<BudgetBuffer<Message>> conversation(int user) {
            String cookie = cookies.get(user);
            Lease<BudgetBuffer<Message>> known = cookie == null ? null : conversations.borrow(cookie);
            if (known != null) {
                return known;
            }
            cookies.put(user, conversations.open(user).id());
            return conversation(user);
        }

        @Override
        public void close() {
            app.close();
        }
    }
}
