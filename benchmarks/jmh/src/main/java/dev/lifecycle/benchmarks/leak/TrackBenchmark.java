package dev.lifecycle.benchmarks.leak;

import dev.lifecycle.leak.LeakDetector;
import dev.lifecycle.leak.Site;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakTracker;
import java.lang.ref.Cleaner;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does it cost to track a resource of 24 bytes from open to close, beside Netty's detector and the JDK's Cleaner?
 *
 * <p>Goals L1 to L3; the cost of {@code NOTHING} is to be taken off. Run: {@code java -jar benchmarks.jar TrackBenchmark -prof
 * gc}, with {@code -t 2} for the scaling of L3.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 4, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class TrackBenchmark {
    private static final Site HERE = Site.here();
    private static final Runnable NO_ACTION = new NoAction();

    /** Who tracks, and how much. */
    public enum Peer {
        /** Nobody. */
        NOTHING,
        /** We, switched off. */
        OFF,
        /** We, and this object is not sampled. */
        UNSAMPLED,
        /** We, one in 128 with its stack. */
        SAMPLED,
        /** We, every object with its stack. */
        EVERY_STACK,
        /** We, every object with its site. */
        EVERY_SITE,
        /** Netty, one in 128, level SIMPLE. */
        NETTY_SIMPLE,
        /** Netty, every object, level PARANOID. */
        NETTY_PARANOID,
        /** The JDK, every object, without any origin. */
        CLEANER
    }

    @Param
    Peer peer;

    private LeakDetector<Resource> detector;
    private ResourceLeakDetector<Resource> netty;
    private Cleaner cleaner;

    private static final class Resource {
        Object tracker;
    }

    private static final class NoAction implements Runnable {
        @Override
        public void run() {}
    }

    /** Makes the tracker. */
    @Setup
    public void make() {
        int oneIn = switch (peer) {
            case UNSAMPLED -> Integer.MAX_VALUE;
            case SAMPLED -> 128;
            case EVERY_STACK, EVERY_SITE -> 1;
            default -> LeakDetector.OFF;
        };
        detector = LeakDetector.forType(Resource.class)
                .sampling(oneIn)
                .capture(peer == Peer.EVERY_SITE ? LeakDetector.Capture.SITE : LeakDetector.Capture.STACK)
                .maxCapturesPerSecond(Integer.MAX_VALUE)
                .open();
        ResourceLeakDetector.setLevel(
                peer == Peer.NETTY_PARANOID ? ResourceLeakDetector.Level.PARANOID : ResourceLeakDetector.Level.SIMPLE);
        netty = new ResourceLeakDetector<>(Resource.class, 128);
        cleaner = Cleaner.create();
    }

    /** Opens, tracks and closes. */
    @Benchmark
    public Object track() {
        Resource resource = new Resource();
        switch (peer) {
            case NOTHING -> resource.tracker = this;
            case NETTY_SIMPLE, NETTY_PARANOID -> {
                ResourceLeakTracker<Resource> tracker = netty.track(resource);
                resource.tracker = tracker;
                if (tracker != null) {
                    tracker.close(resource);
                }
            }
            case CLEANER -> {
                Cleaner.Cleanable cleanable = cleaner.register(resource, NO_ACTION);
                resource.tracker = cleanable;
                cleanable.clean();
            }
            default -> {
                LeakDetector.Tracker<Resource> tracker = detector.track(resource, HERE);
                resource.tracker = tracker;
                tracker.close(resource);
            }
        }
        return resource;
    }
}
