package dev.lifecycle.tests.file;

import dev.lifecycle.file.Chunk;
import dev.lifecycle.file.FileHandler;
import dev.lifecycle.file.FileInfo;
import dev.lifecycle.file.FileResult;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Makes the content of a file, and writes down how it was called; fails where a test says so. */
final class Maker implements FileHandler<String> {
    final List<String> calls = new ArrayList<>();
    final List<FileInfo> infos = new ArrayList<>();
    final List<FileResult> results = new ArrayList<>(); // given to end or abort
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Step onBegin = () -> {};
    Step onChunk = () -> {};
    Step onEnd = () -> {};
    Step onAbort = () -> {};
    boolean makesNothing;

    /** What else happens in a call. */
    @FunctionalInterface
    interface Step {
        void run() throws Exception;
    }

    @Override
    public void begin(FileInfo info) throws Exception {
        calls.add("begin");
        infos.add(info);
        onBegin.run();
    }

    @Override
    public void chunk(Chunk chunk) throws Exception {
        if (calls.isEmpty() || !calls.get(calls.size() - 1).equals("chunk")) {
            calls.add("chunk"); // once for all of them
        }
        bytes.writeBytes(chunk.copy());
        onChunk.run();
    }

    @Override
    public String end(FileResult result) throws Exception {
        calls.add("end");
        results.add(result);
        onEnd.run();
        return makesNothing ? null : bytes.toString(java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    @Override
    public void abort(FileResult result) throws Exception {
        calls.add("abort");
        results.add(result);
        onAbort.run();
    }
}
