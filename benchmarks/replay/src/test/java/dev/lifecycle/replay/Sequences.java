package dev.lifecycle.replay;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** Accesses for tests. */
final class Sequences {
    private Sequences() {}

    /** Numbers from 0, each rarer than the one before it. */
    static long[] zipf(long seed, int length, int distinct, double skew) {
        double[] sums = new double[distinct];
        double sum = 0;
        for (int i = 0; i < distinct; i++) {
            sum += Math.pow(i + 1, -skew);
            sums[i] = sum;
        }
        Random random = new Random(seed);
        double total = sum;
        return random.doubles(length)
                .mapToLong(draw -> {
                    int at = Arrays.binarySearch(sums, draw * total);
                    return Math.min(at < 0 ? -at - 1 : at, distinct - 1);
                })
                .toArray();
    }

    static Trace trace(long... keys) {
        return new Trace(keys, new int[0]);
    }

    /** Each access as {@code h} or {@code m}. */
    static String play(Replayed replayed, long... keys) {
        StringBuilder out = new StringBuilder();
        for (long key : keys) {
            out.append(replayed.access(key, 1) ? 'h' : 'm');
        }
        return out.toString();
    }

    static Path gzip(Path file, String text) throws IOException {
        try (Writer writer =
                new OutputStreamWriter(new GZIPOutputStream(Files.newOutputStream(file)), StandardCharsets.US_ASCII)) {
            writer.write(text);
        }
        return file;
    }
}
