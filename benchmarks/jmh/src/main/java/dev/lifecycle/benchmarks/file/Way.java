package dev.lifecycle.benchmarks.file;

import dev.lifecycle.file.FileProcessor;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** How to go through a file. */
public enum Way {
    /** Ours: chunks of 8 KiB, which are views of reads of 64 KiB. */
    CHUNKS,
    /** Ours: nothing but the number of lines. */
    COUNT,
    /** Ours: lines of which only the length in bytes is asked. */
    LINE_VIEWS,
    /** Ours: a string of each line. */
    LINE_STRINGS,
    /** Ours: characters. */
    TEXT,
    /** Ours: whether it is UTF-8. */
    VALIDATE,
    /** Ours: one string of it all. */
    READ_TEXT,
    /** A loop over a channel, with the read size that ours has. */
    CHANNEL_64K,
    /** The same with the size of a chunk. */
    CHANNEL_8K,
    /** The older stream, with the same size of reads. */
    STREAM_64K,
    /** {@code wc -l}, with the time to begin a process. */
    WC,
    /** A string of each line. */
    READ_LINE,
    /** The same by {@link Files#lines}. */
    FILES_LINES,
    /** Characters. */
    STREAM_READER,
    /** One string of it all. */
    READ_STRING;

    private static final int READ = 64 << 10;
    private static final int CHUNK = 8 << 10;

    private long sum;

    /** Does it once; returns something that depends on all of it. */
    long run(Path file, FileProcessor files) throws Exception {
        sum = 0;
        return switch (this) {
            case CHUNKS ->
                files.forEachChunk(file, chunk -> sum += chunk.length()).bytesRead() + sum;
            case COUNT -> files.countLines(file);
            case LINE_VIEWS ->
                files.forEachLine(file, line -> sum += line.byteLength()).lines() + sum;
            case LINE_STRINGS ->
                files.forEachLine(file, line -> sum += line.toString().length()).lines() + sum;
            case TEXT -> files.forEachText(file, text -> sum += text.length()).chars() + sum;
            case VALIDATE -> files.validate(file).orThrow().bytesRead();
            case READ_TEXT -> files.readText(file).orThrow().length();
            case CHANNEL_64K -> channel(file, READ);
            case CHANNEL_8K -> channel(file, CHUNK);
            case STREAM_64K -> stream(file);
            case WC -> wc(file);
            case READ_LINE -> readLine(file);
            case FILES_LINES -> filesLines(file);
            case STREAM_READER -> characters(file);
            case READ_STRING -> Files.readString(file).length();
        };
    }

    private static long channel(Path file, int size) throws IOException {
        long sum = 0;
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer buffer = buffer(size);
            while (channel.read(buffer.clear()) >= 0) {
                sum += buffer.position();
            }
        }
        return sum;
    }

    private static final ByteBuffer BUFFER = ByteBuffer.allocateDirect(READ);

    private static ByteBuffer buffer(int size) {
        return BUFFER.clear().slice(0, size);
    }

    private static long stream(Path file) throws IOException {
        long sum = 0;
        byte[] buffer = new byte[READ];
        try (InputStream stream = new FileInputStream(file.toFile())) {
            for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
                sum += count;
            }
        }
        return sum;
    }

    private static long wc(Path file) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("wc", "-l", file.toString()).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        if (process.waitFor() != 0) {
            throw new IOException("wc failed");
        }
        return Long.parseLong(said.strip().split(" ")[0]);
    }

    private static long readLine(Path file) throws IOException {
        long sum = 0;
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                sum += line.length();
            }
        }
        return sum;
    }

    private static long filesLines(Path file) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.mapToLong(String::length).sum();
        }
    }

    private static long characters(Path file) throws IOException {
        long sum = 0;
        char[] buffer = new char[CHUNK];
        try (Reader reader = new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8)) {
            for (int count = reader.read(buffer); count >= 0; count = reader.read(buffer)) {
                sum += count;
            }
        }
        return sum;
    }
}
