package dev.lifecycle.tests.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;

/** A channel that does what its {@link Script} says. */
final class ScriptedChannel implements ReadableByteChannel {
    final Script script;

    ScriptedChannel(Script script) {
        this.script = script;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
        if (!target.hasRemaining()) {
            return 0;
        }
        int count = script.next(target.remaining());
        if (count > 0) {
            target.put(script.content(), script.at, count);
            script.at += count;
        }
        return count;
    }

    @Override
    public boolean isOpen() {
        return script.closes == 0;
    }

    @Override
    public void close() throws IOException {
        script.closed();
    }
}
