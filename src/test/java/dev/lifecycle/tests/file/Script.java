package dev.lifecycle.tests.file;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntSupplier;

/**
 * What a {@link ScriptedStream} or {@link ScriptedChannel} brings, read by read: which bytes, how many at a time, where it fails or hangs. Written by the test before the
 * first read; its counts may be read by any thread.
 */
final class Script {
    final CountDownLatch hanging = new CountDownLatch(1); // open: it hangs, or did
    private final CountDownLatch gate = new CountDownLatch(1);
    private final byte[] content;
    private IntSupplier sizes = () -> Integer.MAX_VALUE;
    private Runnable beforeRead = () -> {};
    private int failAt = Integer.MAX_VALUE;
    private Throwable failure = new IOException("planned");
    private int hangAt = Integer.MAX_VALUE;
    private boolean deaf;
    private boolean forEver;
    private Throwable closeFailure;
    volatile int at; // how many bytes it has brought
    volatile int reads;
    volatile int closes;
    volatile int available; // what it says of itself

    private Script(byte[] content) {
        this.content = content;
    }

    /** As many bytes as are asked for, to the end. */
    static Script of(byte[] content) {
        return new Script(content);
    }

    /** At most so many bytes in the next read; 0 for a read that brings none. */
    Script sizes(IntSupplier next) {
        sizes = next;
        return this;
    }

    Script sizes(int each) {
        return sizes(() -> each);
    }

    /** Called at the beginning of each read. */
    Script beforeRead(Runnable action) {
        beforeRead = action;
        return this;
    }

    /** Brings so many bytes, and throws from then on. */
    Script failing(int afterBytes, Throwable thrown) {
        failAt = afterBytes;
        failure = thrown;
        return this;
    }

    /** Brings so many bytes, and then nothing until it is released, or the thread interrupted. */
    Script hanging(int afterBytes) {
        hangAt = afterBytes;
        return this;
    }

    /** As {@link #hanging}, and does not hear interrupts. */
    Script deaf(int afterBytes) {
        deaf = true;
        return hanging(afterBytes);
    }

    /** Begins again at its end. */
    Script forEver() {
        forEver = true;
        return this;
    }

    Script failingInClose(Throwable thrown) {
        closeFailure = thrown;
        return this;
    }

    /** Says that it can bring so many bytes at once, which is a lie. */
    Script available(int bytes) {
        available = bytes;
        return this;
    }

    void release() {
        gate.countDown();
    }

    /** How many bytes the read brings; -1 at the end. */
    int next(int wanted) throws IOException {
        reads++;
        beforeRead.run();
        if (at >= hangAt) {
            hang();
        }
        if (at >= failAt) {
            raise(failure);
        }
        if (at >= content.length && forEver) {
            at = 0;
            hangAt = Integer.MAX_VALUE;
        } else if (at >= content.length) {
            return -1;
        }
        int most = Math.min(Math.min(failAt, hangAt > at ? hangAt : Integer.MAX_VALUE), content.length) - at;
        return Math.max(0, Math.min(Math.min(wanted, most), sizes.getAsInt()));
    }

    byte[] content() {
        return content;
    }

    void closed() throws IOException {
        closes++;
        if (closeFailure != null) {
            raise(closeFailure);
        }
    }

    private void hang() throws IOException {
        hanging.countDown();
        boolean interrupted = false;
        while (gate.getCount() > 0) {
            try {
                gate.await();
            } catch (InterruptedException e) {
                if (!deaf) {
                    Thread.currentThread().interrupt();
                    throw new java.io.InterruptedIOException("interrupted");
                }
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void raise(Throwable thrown) throws IOException {
        if (thrown instanceof Error error) {
            throw error;
        } else if (thrown instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        throw (IOException) thrown;
    }
}
