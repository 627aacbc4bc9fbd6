package dev.lifecycle.replay;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * Accesses in their order.
 *
 * @param keys as in the file; of a weighted trace, the objects' numbers in the order of first appearance
 * @param weights bytes of each access; empty where every access weighs 1
 */
record Trace(long[] keys, int[] weights) {

    /** One object of a weighted trace: the same key with another size is another object. */
    private record Pair(long key, int weight) {}

    /** Reads a {@code .keys.gz} file: a decimal key a line. */
    static Trace ofKeys(Path file) throws IOException {
        long[] keys = new long[1 << 16];
        int count = 0;
        try (BufferedReader reader = open(file)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (count == keys.length) {
                    keys = Arrays.copyOf(keys, 2 * count);
                }
                try {
                    keys[count++] = Long.parseLong(line);
                } catch (NumberFormatException e) {
                    throw malformed(file, count, line, "a decimal key", e);
                }
            }
        }
        return new Trace(Arrays.copyOf(keys, count), new int[0]);
    }

    /** Reads a {@code .weighted.gz} file: a decimal key, a space and a size in bytes a line. */
    static Trace ofPairs(Path file) throws IOException {
        Map<Pair, Long> numbers = new HashMap<>();
        long[] keys = new long[1 << 16];
        int[] weights = new int[1 << 16];
        int count = 0;
        try (BufferedReader reader = open(file)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (count == keys.length) {
                    keys = Arrays.copyOf(keys, 2 * count);
                    weights = Arrays.copyOf(weights, 2 * count);
                }
                Pair pair = pair(file, count + 1, line);
                Long number = numbers.putIfAbsent(pair, (long) numbers.size());
                keys[count] = number == null ? numbers.size() - 1 : number;
                weights[count++] = pair.weight;
            }
        }
        return new Trace(Arrays.copyOf(keys, count), Arrays.copyOf(weights, count));
    }

    private static Pair pair(Path file, int number, String line) throws IOException {
        String[] words = line.split(" ", -1);
        try {
            if (words.length == 2 && !words[1].startsWith("-")) {
                return new Pair(Long.parseLong(words[0]), Integer.parseInt(words[1]));
            }
        } catch (NumberFormatException e) {
            throw malformed(file, number, line, "a key and a size", e);
        }
        throw malformed(file, number, line, "a key and a size", null);
    }

    private static BufferedReader open(Path file) throws IOException {
        return new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file), 1 << 16), StandardCharsets.US_ASCII));
    }

    private static IOException malformed(Path file, int number, String line, String wanted, Exception cause) {
        return new IOException(file + ", line " + number + " is \"" + line + "\"; it must be " + wanted, cause);
    }

    /** First {@code a}, then {@code b} so many times, then {@code a} again; no key of one is a key of the other. */
    static Trace phases(Trace a, Trace b, int times) {
        long[] keys = new long[2 * a.length() + times * b.length()];
        int at = 0;
        for (long key : a.keys) {
            keys[at++] = 2 * key;
        }
        for (int i = 0; i < times; i++) {
            for (long key : b.keys) {
                keys[at++] = 2 * key + 1;
            }
        }
        System.arraycopy(keys, 0, keys, at, a.length());
        return new Trace(keys, new int[0]);
    }

    int length() {
        return keys.length;
    }

    int weight(int access) {
        return weights.length == 0 ? 1 : weights[access];
    }

    /** What all accesses weigh. */
    long weight() {
        return weights.length == 0
                ? keys.length
                : Arrays.stream(weights).asLongStream().sum();
    }

    /**
     * The key of an access, as caches see it: consecutive numbers would make perfect hash tables of ordinary ones. One to one,
     * so that it changes no hit ratio but through hash codes; another seed gives other hash codes. The finalizer of SplitMix64,
     * by G. L. Steele, D. Lea, C. H. Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
     */
    static long spread(long key, long seed) {
        long z = key + (seed + 1) * 0x9e3779b97f4a7c15L;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
