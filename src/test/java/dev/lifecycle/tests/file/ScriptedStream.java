package dev.lifecycle.tests.file;

import java.io.IOException;
import java.io.InputStream;

/** A stream that does what its {@link Script} says. */
final class ScriptedStream extends InputStream {
    final Script script;

    ScriptedStream(Script script) {
        this.script = script;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        int count;
        do {
            count = read(one, 0, 1);
        } while (count == 0);
        return count < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
        java.util.Objects.checkFromIndexSize(from, length, target.length);
        if (length == 0) {
            return 0;
        }
        int count = script.next(length);
        if (count > 0) {
            System.arraycopy(script.content(), script.at, target, from, count);
            script.at += count;
        }
        return count;
    }

    @Override
    public int available() {
        return script.available;
    }

    @Override
    public void close() throws IOException {
        script.closed();
    }
}
