package dev.lifecycle.impl.file;

import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.Source;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** What the cases of this package share. */
final class Stage {
    private static final VarHandle BUFFERS = field(Processor.class, "buffers", Buffers.class);

    private Stage() {}

    /** One that nobody else uses. */
    static Processor processor() {
        return (Processor)
                FileProcessor.builder("stress").chunkSize(64).readSize(64).open();
    }

    /** How many of its buffers are in use, and those that are idle; 0 if all came back, and were dropped. */
    static long held(Processor processor) {
        Buffers buffers = (Buffers) BUFFERS.get(processor);
        return buffers.inUse() + buffers.idleBytes();
    }

    private static VarHandle field(Class<?> owner, String name, Class<?> type) {
        try {
            return MethodHandles.privateLookupIn(owner, MethodHandles.lookup()).findVarHandle(owner, name, type);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    /** A stream of lines that watches who touches it: its fields are plain, but for those that tell of a fault. */
    static final class Watched extends InputStream {
        private final byte[] lines;
        private int left;
        private boolean isReading; // plain: whoever closes it sees that no read goes on, or is told too much
        private boolean isClosed; // plain, as above
        private final AtomicInteger closes = new AtomicInteger();
        private final AtomicInteger faults = new AtomicInteger();

        /** @param reads how many reads it has, a few lines each */
        Watched(int reads) {
            lines = "a\nb\nc\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            left = reads;
        }

        Source source() {
            return Source.of("watched", this).closing();
        }

        @Override
        public int read() {
            throw new AssertionError("reads are of many bytes");
        }

        @Override
        public int read(byte[] target, int from, int length) {
            if (isClosed || isReading) {
                faults.addAndGet(1); // read after it was closed
            }
            isReading = true;
            int count = Math.min(length, lines.length);
            System.arraycopy(lines, 0, target, from, count);
            Thread.onSpinWait();
            if (isClosed) {
                faults.addAndGet(10); // closed meanwhile
            }
            isReading = false;
            return left-- > 0 ? count : -1;
        }

        @Override
        public void close() {
            if (isReading) {
                faults.addAndGet(100); // closed within a read
            }
            isClosed = true;
            closes.incrementAndGet();
        }

        boolean isClosed() {
            return closes.get() > 0;
        }

        /** How often it was closed. */
        int closes() {
            return closes.get();
        }

        /** 0 if no read began or went on after it was closed. */
        int faults() {
            return faults.get();
        }
    }

    /** Where the two actors of a state wait for each other: or few races would be run, see those of the tasks. */
    static final class Meeting {
        private static final int PATIENCE = 1 << 12;

        private final AtomicInteger came = new AtomicInteger();

        /** Returns when both have come, and then up to {@code spread} turns of the processor later. */
        void meet(int spread) {
            int wait = ThreadLocalRandom.current().nextInt(spread);
            came.incrementAndGet();
            for (int i = 0; came.get() < 2; i++) {
                if (i < PATIENCE) {
                    Thread.onSpinWait();
                } else {
                    Thread.yield();
                }
            }
            for (int i = 0; i < wait; i++) {
                Thread.onSpinWait();
            }
        }
    }
}
