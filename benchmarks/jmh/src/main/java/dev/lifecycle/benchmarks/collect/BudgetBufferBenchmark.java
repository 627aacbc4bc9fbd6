package dev.lifecycle.benchmarks.collect;

import dev.lifecycle.collect.BudgetBuffer;
import java.util.ArrayList;
import java.util.List;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does a message cost in a full conversation of a thousand, beside a memory that counts all of them again?
 *
 * <p>Goal C17. The weigher is nearly free: that is the case in which counting again costs least. Run:
 * {@code java -jar benchmarks.jar BudgetBufferBenchmark}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class BudgetBufferBenchmark {
    private static final int MESSAGES = 1_000;
    private static final int LENGTH = 400;
    private static final int MASK = 1_023;

    /** Who keeps the conversation within its budget. */
    public enum Peer {
        /** {@link BudgetBuffer}, evicting as few as it must. */
        BUDGET_BUFFER,
        /** The same with a listener and a low-water mark at half the budget. */
        LOW_WATER,
        /** A list in the manner of langchain4j's TokenWindowChatMemory. */
        RECOUNT
    }

    /** How a message is weighed. */
    public enum Estimator {
        /** By its length: a field is read. */
        LENGTH {
            @Override
            long weigh(String message) {
                return 4 + message.length() / 4;
            }
        },
        /** By its words: as cheap as looking at the text can be. */
        WORDS {
            @Override
            long weigh(String message) {
                long words = 4;
                for (int at = message.indexOf(' '); at >= 0; at = message.indexOf(' ', at + 1)) {
                    words++;
                }
                return words;
            }
        };

        abstract long weigh(String message);
    }

    @Param
    Peer peer;

    @Param
    Estimator estimator;

    private final String[] messages = new String[MASK + 1];
    private int next;
    private BudgetBuffer<String> buffer;
    private Memory memory;
    private long summarised;

    /** Fills it. */
    @Setup
    public void fill() {
        for (int i = 0; i <= MASK; i++) { // lengths differ a little
            messages[i] = "lorem ipsum dolor sit amet ".repeat(20).substring(0, LENGTH - 10 + i % 21);
        }
        long budget = MESSAGES * estimator.weigh(messages[10]);
        if (peer == Peer.RECOUNT) {
            memory = new Memory(budget, estimator);
        } else {
            BudgetBuffer.Builder<String> builder =
                    BudgetBuffer.<String>builder("chat", estimator::weigh).budget(budget);
            if (peer == Peer.LOW_WATER) {
                builder.lowWater(budget / 2).onEvicted(batch -> summarised += batch.size());
            }
            buffer = builder.open();
        }
        for (int i = 0; i < 2 * MESSAGES; i++) {
            add();
        }
    }

    /** Closes it. */
    @TearDown
    public void close() {
        if (buffer != null) {
            buffer.close();
        }
    }

    /** Adds a message to a full conversation. */
    @Benchmark
    public Object add() {
        String message = messages[next++ & MASK];
        if (buffer == null) {
            memory.add(message);
            return memory;
        }
        buffer.add(message);
        return buffer;
    }

    /** Adds a message and takes what is to be sent. */
    @Benchmark
    public Object addAndRead() {
        String message = messages[next++ & MASK];
        if (buffer == null) {
            memory.add(message);
            return memory.messages();
        }
        buffer.add(message);
        return buffer.snapshot();
    }

    /**
     * Written after langchain4j's TokenWindowChatMemory: each call copies the messages out of a store and counts their tokens,
     * adding counts them again, and what is evicted is counted once more. An ArrayList in place of its LinkedList, which costs
     * more. Not thread-safe.
     */
    private static final class Memory {
        private final long budget;
        private final Estimator estimator;
        private List<String> store = new ArrayList<>();

        Memory(long budget, Estimator estimator) {
            this.budget = budget;
            this.estimator = estimator;
        }

        void add(String message) {
            List<String> messages = messages();
            messages.add(message);
            ensureCapacity(messages);
            store = messages;
        }

        List<String> messages() {
            List<String> messages = new ArrayList<>(store);
            ensureCapacity(messages);
            return messages;
        }

        private void ensureCapacity(List<String> messages) {
            long tokens = 0;
            for (String each : messages) {
                tokens += estimator.weigh(each);
            }
            while (tokens > budget && !messages.isEmpty()) {
                tokens -= estimator.weigh(messages.remove(0));
            }
        }
    }
}
