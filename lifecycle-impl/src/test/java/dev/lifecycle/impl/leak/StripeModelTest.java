package dev.lifecycle.impl.leak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.impl.leak.Stripe.Counts;
import dev.lifecycle.leak.LeakDetector.Capture;
import dev.lifecycle.spi.LeakDetectorConfig;
import dev.lifecycle.spi.ScopeConfig;
import dev.lifecycle.time.TimeSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** A stripe against an obvious model: a list of open tokens with their ages, and four counts. */
class StripeModelTest {
    private static final Object ALIVE = new Object(); // what all tokens are about: the collector has no say here
    private static final long LIMIT = 100;
    private static final int END_ANY = 6; // ops below it end a token, of CLOSED, LEAKED, FORGOTTEN in turn

    private record Open(Token token, long since, boolean[] held) {}

    /** An operation: small numbers end the token at that place, middle ones add tokens, large ones sweep. */
    @Property(tries = 300)
    void behavesAsAListWithCounts(
            @ForAll @Size(max = 120) List<@IntRange(min = 0, max = 9) Integer> ops,
            @ForAll @IntRange(max = 1_000) int seed) {
        try (Detector<Object> owner = new Detector<>(new LeakDetectorConfig(
                Object.class, 1, Capture.SITE, 1, ScopeConfig.NO_LIMIT, 0, TimeSource.system()))) {
            run(new Stripe(owner, true), ops, seed);
        }
    }

    private static void run(Stripe stripe, List<Integer> ops, int seed) {
        List<Open> model = new ArrayList<>();
        long[] ended = new long[3];
        long added = 0;
        long now = Long.MAX_VALUE - 500; // readings wrap
        int pick = seed;
        for (int op : ops) {
            now += 7;
            pick = pick * 31 + op;
            if (op < END_ANY && !model.isEmpty()) {
                Open victim = model.remove(Math.floorMod(pick, model.size()));
                int how = op % 3;
                int before = stripe.end(victim.token, Token.CLOSED << how);
                assertTrue((before & Token.OPEN) != 0);
                assertEquals(-1, stripe.end(victim.token, Token.CLOSED));
                ended[how]++;
            } else if (op < 9) {
                for (int i = 0; i < 1 << op; i++) { // up to 256 at once: over the edges of nodes
                    Token token = new Token(ALIVE, stripe, null, null);
                    assertTrue(stripe.add(token, now));
                    model.add(new Open(token, now, new boolean[1]));
                    added++;
                }
            } else {
                assertEquals(expectedOverdue(model, now), sweep(stripe, now));
            }
            assertTrue(stripe.invariantsHold());
            assertEquals(new Counts(added, ended[0], ended[1], ended[2]), stripe.counts());
            assertEquals(model.isEmpty(), stripe.isEmpty());
        }
        stripe.shut();
        assertTrue(stripe.isEmpty());
        assertTrue(stripe.invariantsHold());
        assertEquals(
                added,
                stripe.counts().closed()
                        + stripe.counts().leaked()
                        + stripe.counts().forgotten());
    }

    private static Set<Token> expectedOverdue(List<Open> model, long now) {
        Set<Token> overdue = new HashSet<>();
        for (Open open : model) {
            if (!open.held[0] && now - open.since >= LIMIT) {
                open.held[0] = true;
                overdue.add(open.token);
            }
        }
        return overdue;
    }

    private static Set<Token> sweep(Stripe stripe, long now) {
        Set<Token> overdue = new HashSet<>();
        for (Stripe.Node at = stripe.next(null); at != null; at = stripe.next(at)) {
            Token token = stripe.markOverdue(at, now, LIMIT);
            while (token != null) {
                assertTrue(overdue.add(token), "marked once");
                token = stripe.markOverdue(at, now, LIMIT);
            }
            assertTrue(stripe.untilOverdue(at, now, LIMIT) > 0);
        }
        return overdue;
    }
}
