package dev.lifecycle.impl.file;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.Pressure;
import dev.lifecycle.file.Durability;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.spi.TreeProcessorConfig;
import dev.lifecycle.time.TimeSource;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/** A run ends, while a worker begins a file, works with it, or is done: whatever is begun hears of it, and the processor remembers nothing. */
public class WorkerVersusEnd {
    private static final Path ROOT = Path.of("").toAbsolutePath();
    private static final BasicFileAttributes ATTRIBUTES = attributes();
    private static final VarHandle WORKERS = field(TreeRun.class, "workers", List.class);
    private static final VarHandle CANCELLED = field(Processor.class, "cancelled", Set.class);
    private static final VarHandle CURRENT = field(Worker.class, "current", dev.lifecycle.file.Source.class);

    private WorkerVersusEnd() {}

    private static BasicFileAttributes attributes() {
        try {
            return Files.readAttributes(ROOT, BasicFileAttributes.class);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static VarHandle field(Class<?> owner, String name, Class<?> type) {
        try {
            return MethodHandles.privateLookupIn(owner, MethodHandles.lookup()).findVarHandle(owner, name, type);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static TreeProcessorConfig config(Processor processor) {
        return new TreeProcessorConfig(
                "stress",
                processor,
                List.of(),
                List.of(),
                null,
                false,
                true,
                256,
                Long.MAX_VALUE,
                Long.MAX_VALUE,
                16,
                10,
                1L << 20,
                1,
                1L << 20,
                () -> Pressure.NORMAL,
                0,
                null,
                Durability.PROCESS,
                null,
                1,
                false,
                null,
                10,
                null,
                false,
                Long.MAX_VALUE,
                TimeSource.system());
    }

    /**
     * A file whose handler asks for it twice; a directory, which is refused before it is opened, so that nothing but the race takes time.
     *
     * <p>Broken if a worker looked whether the run ends before others could see what it does, if whoever ends the run cancelled a file after that was forgotten, or if a file that is begun
     * after the end was not cancelled.
     */
    @JCStressTest
    @Outcome(id = "0, 0, 1, 0", expect = ACCEPTABLE, desc = "nothing is remembered, one end, no call goes on after it")
    @Outcome(expect = FORBIDDEN, desc = "a source is remembered or cancelled for ever, ends twice, or goes on")
    @State
    public static class Ends {
        private final Stage.Meeting meeting = new Stage.Meeting();
        private final Processor processor = Stage.processor();
        private final AtomicInteger late = new AtomicInteger();
        private final AtomicInteger ends = new AtomicInteger();
        private volatile boolean hasEnded; // end() has returned
        private final TreeRun<Object> run = new TreeRun<>(
                config(processor),
                ROOT,
                (file, context) -> {
                    boolean before = hasEnded;
                    FileResult result = file.forEachChunk(chunk -> {});
                    if (before && result.outcome() != dev.lifecycle.file.Outcome.CANCELLED) {
                        late.incrementAndGet();
                    }
                    return null;
                },
                () -> Pressure.NORMAL);
        private final BatchWork batch = new BatchWork(
                run, 1, 1L << 20, List.of(Entry.file(ROOT.resolve("none"), ATTRIBUTES, false, Entry.Passed.NOTHING)));

        @Actor
        @SuppressWarnings("unchecked")
        public void worker() {
            meeting.meet(1_000);
            ((List<Worker<Object>>) WORKERS.get(run)).get(0).work(batch);
        }

        @Actor
        public void ender() {
            meeting.meet(1_000);
            end(Ending.CLOSED);
            end(Ending.LATE); // too late: it has ended
        }

        private void end(Ending why) {
            run.end(why);
            if (run.ending() == why) {
                ends.incrementAndGet();
                hasEnded = true;
            }
        }

        @Arbiter
        @SuppressWarnings("unchecked")
        public void arbiter(IIII_Result r) {
            r.r1 = ((Set<?>) CANCELLED.get(processor)).size();
            r.r2 = CURRENT.get(((List<Worker<Object>>) WORKERS.get(run)).get(0)) == null ? 0 : 1;
            r.r3 = ends.get();
            r.r4 = late.get();
            processor.close();
        }
    }
}
