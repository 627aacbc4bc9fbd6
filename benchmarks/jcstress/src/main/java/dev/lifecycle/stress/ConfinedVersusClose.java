package dev.lifecycle.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.scope.Scope;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLI_Result;

/**
 * The scope of one thread is moved to a thread-safe one, with a child that its owner goes on using: a stranger may close it
 * at any time.
 *
 * <p>Broken if the child took its short way, which is for one thread alone: the word it writes plainly would undo the
 * stranger's CLOSING, and the resource be lost.
 */
@JCStressTest
@Outcome(id = "moved, owned, 1", expect = ACCEPTABLE, desc = "put in first, closed with the target")
@Outcome(id = "moved, refused, 1", expect = ACCEPTABLE, desc = "the target was faster, the refusal closed it")
@Outcome(
        id = {"refused, owned, 1", "below, owned, 1"},
        expect = ACCEPTABLE,
        desc = "not moved: closed by its owner")
@Outcome(
        id = {"moved, owned, 0", "moved, refused, 0"},
        expect = FORBIDDEN,
        desc = "lost: nobody closed it")
@Outcome(expect = FORBIDDEN, desc = "closed twice, or what was written was not seen")
@State
public class ConfinedVersusClose {
    private final Scope target = Scope.open();
    private final Traced resource = new Traced();

    @Actor
    public void owner(LLI_Result r) {
        Scope source = Scope.confined();
        Scope child = source.child();
        String moved = Attempt.of("moved", () -> source.moveTo(target));
        r.r1 = moved;
        r.r2 = Attempt.of("owned", () -> child.own(resource.write()));
        if (!moved.equals("moved")) {
            source.close();
        }
    }

    @Actor
    public void close() {
        target.close();
    }

    @Arbiter
    public void count(LLI_Result r) {
        r.r3 = resource.closes();
    }
}
