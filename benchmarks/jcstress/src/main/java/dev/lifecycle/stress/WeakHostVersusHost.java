package dev.lifecycle.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.weak.AttachmentHost;
import dev.lifecycle.weak.WeakKeyMap;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/**
 * Two maps give a host its first value at the same time: its field is written once, plain as it is, and both values are there.
 *
 * <p>Broken if the second writer did not wait for the claim of the first: what the first has attached would be lost.
 */
@JCStressTest
@Outcome(id = "1, 2, 1, 0", expect = ACCEPTABLE, desc = "both values, one write")
@Outcome(expect = FORBIDDEN, desc = "a value was lost, or the field written twice")
@State
public class WeakHostVersusHost {

    /** Its field is not volatile: that only takes a little longer. */
    private static final class Host implements AttachmentHost {
        private Object attachments;
        private int writes;

        @Override
        public Object attachments() {
            return attachments;
        }

        @Override
        public void attachments(Object attachments) {
            this.attachments = attachments;
            writes++;
        }
    }

    private final WeakKeyMap<Host, Integer> one =
            WeakKeyMap.<Host, Integer>builder("one").open();
    private final WeakKeyMap<Host, Integer> two =
            WeakKeyMap.<Host, Integer>builder("two").open();
    private final Host host = new Host();

    @Actor
    public void one() {
        one.put(host, 1);
    }

    @Actor
    public void two() {
        two.put(host, 2);
    }

    @Arbiter
    public void look(IIII_Result r) {
        Integer first = one.get(host);
        Integer second = two.get(host);
        r.r1 = first == null ? 0 : first;
        r.r2 = second == null ? 0 : second;
        r.r3 = host.writes;
        one.close();
        two.close();
    }
}
