package dev.lifecycle.benchmarks.weak;

import com.google.common.eventbus.EventBus;
import com.google.common.eventbus.Subscribe;
import dev.lifecycle.weak.Listeners;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does it cost to tell 1, 8 or 64 listeners, each isolated from the failures of the others, beside a loop over a {@link
 * CopyOnWriteArrayList} that does the same?
 *
 * <p>Goal E1. Run: {@code java -jar benchmarks.jar EmitBenchmark -prof gc}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class EmitBenchmark {

    /** Who tells them. */
    public enum Peer {
        /** {@link Listeners}, with {@code closeAndAwait}. */
        LISTENERS,
        /** The same, untracked. */
        UNTRACKED,
        /** Untracked, with weak owners. */
        WEAK,
        /** A loop with a try statement around each call. */
        COPY_ON_WRITE_LIST,
        /** Guava's EventBus, one handler method of one class. */
        EVENT_BUS
    }

    /** How many classes the listeners are of. */
    public enum Kinds {
        /** All are of one class: calls can be inlined. */
        ONE,
        /** Of five classes: they cannot. */
        FIVE
    }

    @Param
    Peer peer;

    @Param({"1", "8", "64"})
    int listeners;

    @Param({"FIVE", "ONE"})
    Kinds kinds;

    private final Counter[] counters = new Counter[64];
    private final List<Object> owners = new ArrayList<>();
    private final Integer event = 1;
    private Consumer<Integer> emitter;
    private Listeners<Integer> hub;
    private CopyOnWriteArrayList<Consumer<? super Integer>> list;

    /**
     * What a listener looks at, and almost never writes: listeners that write to one place cost two threads the ways of its
     * cache line, whoever calls them.
     */
    public static final class Counter {
        int seen;

        /** Notes the greatest. */
        @Subscribe
        public void note(Integer value) {
            if (value > seen) {
                seen = value;
            }
        }

        void least(Integer value) {
            if (value < seen) {
                seen = value;
            }
        }

        void bits(Integer value) {
            if ((value | seen) != seen) {
                seen |= value;
            }
        }

        void twice(Integer value) {
            if (2 * value > seen) {
                seen = 2 * value;
            }
        }

        void other(Integer value) {
            if ((value & 1) == 0) {
                seen = 0;
            }
        }
    }

    private Consumer<Integer> listener(int i) {
        Counter to = counters[i];
        switch (kinds == Kinds.ONE ? 0 : i % 5) {
            case 0:
                return to::note;
            case 1:
                return to::least;
            case 2:
                return to::bits;
            case 3:
                return to::twice;
            default:
                return to::other;
        }
    }

    /** Subscribes them; calls each kind of listener in all kinds of loop before, so that profiles are what they are in services. */
    @Setup
    public void open() {
        for (int i = 0; i < counters.length; i++) {
            counters[i] = new Counter();
        }
        if (peer == Peer.EVENT_BUS) {
            EventBus bus = new EventBus();
            for (int i = 0; i < listeners; i++) {
                bus.register(counters[i]);
            }
            emitter = bus::post;
            return;
        }
        list = new CopyOnWriteArrayList<>();
        Listeners.Builder<Integer> builder = Listeners.builder("numbers");
        hub = peer == Peer.LISTENERS ? builder.open() : builder.untracked().open();
        for (int i = 0; i < 64; i++) { // with fewer than five, the call would still see one class
            subscribe(i);
        }
        for (int i = 0; i < 20_000; i++) {
            emit();
        }
        hub.close();
        hub = peer == Peer.LISTENERS ? builder.open() : builder.untracked().open();
        list.clear();
        for (int i = 0; i < listeners; i++) {
            subscribe(i);
        }
    }

    private void subscribe(int i) {
        Consumer<Integer> listener = listener(i);
        list.add(listener);
        if (peer == Peer.WEAK) {
            Object owner = new Object();
            owners.add(owner);
            switch (kinds == Kinds.ONE ? 0 : i % 5) {
                case 0 -> weak(owner, counters[i]);
                case 1 -> hub.onWeak(owner, (any, value) -> counters[i].least(value));
                case 2 -> hub.onWeak(owner, (any, value) -> counters[i].bits(value));
                case 3 -> hub.onWeak(owner, (any, value) -> counters[i].twice(value));
                default -> hub.onWeak(owner, (any, value) -> counters[i].other(value));
            }
        } else {
            hub.on(listener);
        }
    }

    private void weak(Object owner, Counter to) {
        hub.onWeak(owner, (any, value) -> to.note(value));
    }

    /** Closes. */
    @TearDown
    public void close() {
        if (hub != null) {
            hub.close();
        }
    }

    /** Tells all of them. */
    @Benchmark
    public Object emit() {
        switch (peer) {
            case EVENT_BUS:
                emitter.accept(event);
                return event;
            case COPY_ON_WRITE_LIST:
                return loop();
            default:
                return hub.emit(event);
        }
    }

    private int loop() {
        int delivered = 0;
        RuntimeException failed = null;
        for (Consumer<? super Integer> each : list) {
            try {
                each.accept(event);
                delivered++;
            } catch (RuntimeException failure) {
                failed = failure;
            }
        }
        if (failed != null) {
            throw failed;
        }
        return delivered;
    }
}
