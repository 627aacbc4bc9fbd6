package dev.lifecycle.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.collect.Session;
import dev.lifecycle.collect.SessionRegistry;
import java.time.Duration;
import java.util.Optional;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZII_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/**
 * The id of a session is rotated while the session ends: nothing is left of it, under either id.
 *
 * <p>Broken if a rotation put another entry in the place of the one that whoever ends the principal's sessions has in hand, or
 * if an end under the old id did not compete with the rotation for the entry's handle.
 */
public final class RotateVersusInvalidatePrincipal {
    private static final SessionRegistry<String> REGISTRY = SessionRegistry.builder("stress", principal -> "state")
            .timeout(Duration.ofHours(1))
            .maximumSessions(1 << 20)
            .open();

    private RotateVersusInvalidatePrincipal() {}

    /** How many ids of the principal are good. */
    private static int alive(Object principal, Session<String> old, Optional<Session<String>> rotated) {
        return REGISTRY.sessions(principal).size()
                + (REGISTRY.touch(old.id()) ? 1 : 0)
                + (rotated.isPresent() && REGISTRY.touch(rotated.get().id()) ? 1 : 0);
    }

    /** By principal: whichever id it has. */
    @JCStressTest
    @Outcome(
            id = {"true, 1, 0", "false, 1, 0"},
            expect = ACCEPTABLE,
            desc = "rotated before the end, or not at all")
    @Outcome(expect = FORBIDDEN, desc = "something is left, or the session was not there")
    @State
    public static class Principal {
        private final Object principal = new Object();
        private final Session<String> session = REGISTRY.open(principal);
        private Optional<Session<String>> rotated;

        @Actor
        public void rotate(ZII_Result r) {
            rotated = REGISTRY.rotate(session.id());
            r.r1 = rotated.isPresent();
        }

        @Actor
        public void invalidate(ZII_Result r) {
            r.r2 = REGISTRY.invalidatePrincipal(principal);
        }

        @Arbiter
        public void look(ZII_Result r) {
            r.r3 = alive(principal, session, rotated);
        }
    }

    /** By the old id: one of the two comes first, and the other one finds the id good no more. */
    @JCStressTest
    @Outcome(id = "true, false, 2", expect = ACCEPTABLE, desc = "rotated: open under the new id alone")
    @Outcome(id = "false, true, 0", expect = ACCEPTABLE, desc = "ended")
    @Outcome(expect = FORBIDDEN, desc = "both, or none")
    @State
    public static class Id {
        private final Object principal = new Object();
        private final Session<String> session = REGISTRY.open(principal);
        private Optional<Session<String>> rotated;

        @Actor
        public void rotate(ZZI_Result r) {
            rotated = REGISTRY.rotate(session.id());
            r.r1 = rotated.isPresent();
        }

        @Actor
        public void invalidate(ZZI_Result r) {
            r.r2 = REGISTRY.invalidate(session.id());
        }

        @Arbiter
        public void look(ZZI_Result r) {
            r.r3 = alive(principal, session, rotated);
            REGISTRY.invalidatePrincipal(principal);
        }
    }
}
