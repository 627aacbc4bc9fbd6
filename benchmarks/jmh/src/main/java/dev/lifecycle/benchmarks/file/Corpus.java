package dev.lifecycle.benchmarks.file;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** Text that looks like a log: lines of 87 bytes on average. */
public enum Corpus {
    /** Plain. */
    ASCII,
    /** A word with other letters in three lines of ten. */
    MIXED;

    private static final int SHORTEST = 60;
    private static final int LONGEST = 114;
    private static final int BLOCK = 8 << 20; // no predictor of branches remembers so much

    /** Writes {@code bytes} of it, in whole lines but for the last one. */
    void write(Path file, int bytes) throws IOException {
        byte[] block = block(Math.min(bytes, BLOCK));
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (int left = bytes; left > 0; left -= block.length) {
                out.write(block, 0, Math.min(left, block.length));
            }
        }
    }

    private byte[] block(int bytes) {
        SplittableRandom random = new SplittableRandom(42);
        StringBuilder text = new StringBuilder();
        for (int length = 0; length < bytes; ) {
            String line = line(random);
            text.append(line);
            length += line.getBytes(StandardCharsets.UTF_8).length;
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private String line(SplittableRandom random) {
        int length = random.nextInt(SHORTEST, LONGEST);
        StringBuilder line = new StringBuilder();
        while (line.length() < length) {
            line.append((char) ('a' + random.nextInt(26))).append(random.nextInt(7) == 0 ? " " : "");
        }
        if (this == MIXED && random.nextInt(10) < 3) {
            line.replace(10, 16, "größé");
        }
        return line.append('\n').toString();
    }
}
