package dev.lifecycle.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.weak.WeakInterner;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLI_Result;

/**
 * Two threads intern equal instances: one of the two stands for both, and its content is seen by both.
 *
 * <p>Broken if the version of a region were read after the search, or a node published without a release.
 */
@JCStressTest
@Outcome(
        id = {"first, first, 1", "second, second, 1"},
        expect = ACCEPTABLE,
        desc = "one of them")
@Outcome(expect = FORBIDDEN, desc = "each its own, or one that is not written yet")
@State
public class WeakInternVersusIntern {

    private static final class Instance {
        private final int hash;
        private String name; // not final: seen by virtue of the interner

        Instance(String name, int hash) {
            this.hash = hash;
            this.name = name;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Instance instance && instance.hash == hash;
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    private final WeakInterner<Instance> interner =
            WeakInterner.<Instance>builder("stress").open();
    private Instance first; // holds it, lest it be collected before it is looked at
    private Instance second;

    @Actor
    public void first(LLI_Result r) {
        first = interner.intern(new Instance("first", 5));
        r.r1 = String.valueOf(first.name);
    }

    @Actor
    public void second(LLI_Result r) {
        second = interner.intern(new Instance("second", 5));
        r.r2 = String.valueOf(second.name);
    }

    @Arbiter
    public void count(LLI_Result r) {
        r.r3 = interner.approxSize() + (first == second ? 0 : 10);
        interner.close();
    }
}
