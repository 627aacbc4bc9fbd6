package dev.lifecycle.impl.file;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.lifecycle.file.FileProcessorClosedException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** A processor is closed while a pass begins, reads, is in its handler, or ends: none goes on, and all that it had comes back. */
public class PassVersusClose {

    private PassVersusClose() {}

    /** A processor, and a stream that one pass reads. */
    private static class Stress {
        final Stage.Meeting both = new Stage.Meeting();
        final Processor processor = Stage.processor();
        final Stage.Watched stream = new Stage.Watched(3);
        private volatile boolean isClosed;
        private int late; // reads and handlers that began after close() had returned

        void read() {
            both.meet(100);
            try {
                processor.forEachChunk(stream.source(), chunk -> late += isClosed && !stream.isClosed() ? 1 : 0);
            } catch (FileProcessorClosedException refused) {
                late += stream.isClosed() ? 0 : 1;
            }
        }

        void close() {
            both.meet(1_000);
            processor.close();
            isClosed = true;
        }

        void look(III_Result r) {
            r.r1 = stream.faults() + late;
            r.r2 = stream.closes(); // also of who is refused
            r.r3 = (int) Stage.held(processor);
        }
    }

    /**
     * Chunks.
     *
     * <p>Broken if who begins a pass looked whether the processor is closing before it was among those that are cancelled; if who closes left the stream to a reader whose
     * read was at its end, and who hands out what it has; or if buffers were kept after that, or came back twice.
     */
    @JCStressTest
    @Outcome(id = "0, 1, 0", expect = ACCEPTABLE, desc = "closed once, also if it was refused; nothing is held")
    @Outcome(expect = FORBIDDEN, desc = "goes on, is closed twice or not at all, or something is held")
    @State
    public static class Chunks extends Stress {
        @Actor
        public void reader() {
            read();
        }

        @Actor
        public void closer() {
            close();
        }

        @Arbiter
        public void arbiter(III_Result r) {
            look(r);
        }
    }
}
