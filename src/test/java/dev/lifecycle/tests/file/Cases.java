package dev.lifecycle.tests.file;

import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.LineEnd;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Source;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * Any content, in any charset of the JDK, with any size of chunks and any split of the reads: the bytes, the lines and the text are those of the whole array, as
 * {@code String} decodes and splits it. Needs no framework: small JVMs of their own run it as well.
 */
final class Cases {
    private static final int[] CODES = {
        'a', 'b', ' ', '\n', '\n', '\r', '~', 0xe9, 0x3b1, 0x416, 0x5d0, 0x627, 0xe01, 0x20ac, 0x3042, 0xff71, 0x4e00,
        0xac00, 0x1f600, 0x20000
    };
    private static final int LARGE_EVERY = 100; // one of so many does not fit into the buffers

    private final Charset charset;
    private final LineEnd end;
    private final int chunk;
    private final FileProcessor files;
    private boolean hasLines = true;
    private int run;

    private Cases(Charset charset, LineEnd end, int chunk) {
        this.charset = charset;
        this.end = end;
        this.chunk = chunk;
        files = FileProcessor.builder("cases")
                .chunkSize(chunk)
                .readSize(Math.max(64, chunk))
                .maxLineLength(70_000)
                .maxContent(200_000)
                .charset(charset)
                .bomOverrides(false)
                .lineEnd(end)
                .open();
    }

    /** All that encode and decode. */
    static List<Charset> charsets() {
        List<Charset> all = new ArrayList<>();
        for (Charset each : Charset.availableCharsets().values()) {
            if (each.canEncode() && decodes(each) && each.newEncoder().canEncode('x')) {
                all.add(each);
            }
        }
        return all;
    }

    private static boolean decodes(Charset charset) {
        try {
            return charset.newDecoder() != null;
        } catch (UnsupportedOperationException encodesOnly) {
            return false;
        }
    }

    /** Runs at least so many cases, as many of each charset; returns how many. */
    static int run(int count, List<Charset> all) {
        LineEnd[] ends = {LineEnd.LF_CRLF, LineEnd.ANY};
        int[] chunks = {64, 100, 5_000};
        int each = count / (all.size() * ends.length * chunks.length) + 1;
        int done = 0;
        for (Charset charset : all) {
            for (LineEnd end : ends) {
                for (int chunk : chunks) {
                    Cases cases = new Cases(charset, end, chunk);
                    try (FileProcessor closing = cases.files) {
                        Trials.each(each, 160, cases::one);
                    }
                    done += each;
                }
            }
        }
        return done;
    }

    /** What child JVMs run: so many cases, of the charsets with these names. */
    public static void main(String... arguments) {
        List<Charset> all = Arrays.stream(arguments)
                .skip(1)
                .filter(Charset::isSupported)
                .map(Charset::forName)
                .toList();
        System.out.println("done " + run(Integer.parseInt(arguments[0]), all));
    }

    private void one(SplittableRandom random, int size) throws Exception {
        boolean isLarge = size > 80 && run++ % LARGE_EVERY == 0;
        int length = isLarge ? size * 200 : size;
        String text = text(random, length);
        byte[] content = text.getBytes(charset);
        bytes(content, random);
        String decoded = new String(content, charset);
        text(content, decoded, random);
        if (hasLines) {
            lines(content, decoded, random);
        }
        if (random.nextInt(4) == 0) {
            byte[] broken = broken(content, random);
            text(broken, new String(broken, charset), random);
        }
    }

    private String text(SplittableRandom random, int length) {
        String[] known = Naive.encodable(charset, CODES);
        StringBuilder text = new StringBuilder(length).append('x'); // no byte order mark
        int plain = random.nextInt(40);
        for (int i = 1; i < length; i++) {
            text.append(
                    random.nextInt(40) < plain || known.length == 0
                            ? String.valueOf((char) ('a' + i % 26))
                            : known[random.nextInt(known.length)]);
        }
        return length == 0 ? "" : text.toString();
    }

    private static byte[] broken(byte[] content, SplittableRandom random) {
        byte[] broken = Arrays.copyOf(content, content.length - random.nextInt(Math.min(3, content.length + 1)));
        for (int i = random.nextInt(4); i > 0 && broken.length > 8; i--) {
            broken[8 + random.nextInt(broken.length - 8)] = (byte) random.nextInt(256);
        }
        return broken;
    }

    private static Source source(byte[] content, SplittableRandom random) {
        Script script = Script.of(content);
        int most = 1 + random.nextInt(1 + random.nextInt(300));
        if (content.length > 5_000) {
            script.sizes(random.nextBoolean() ? () -> Integer.MAX_VALUE : () -> 1 + random.nextInt(20_000));
        } else if (random.nextBoolean()) {
            script.sizes(() -> 1 + random.nextInt(most));
        } else {
            script.sizes(random.nextInt(3) == 0 ? Integer.MAX_VALUE : random.nextInt(3) == 0 ? 1 : most);
        }
        return random.nextBoolean() ? Way.STREAM.source(script) : Way.CHANNEL.source(script);
    }

    // ---- what must come out

    private void bytes(byte[] content, SplittableRandom random) {
        ByteArrayOutputStream all = new ByteArrayOutputStream(content.length);
        boolean[] ended = {content.length == 0};
        FileResult result = files.forEachChunk(source(content, random), piece -> {
            same((long) all.size(), piece.offset(), "offset");
            same(Math.min(chunk, content.length - all.size()), piece.length(), "length");
            all.writeBytes(piece.copy());
            ended[0] = piece.isLast();
            same(all.size() == content.length, ended[0], "whether it is the last one");
        });
        done(result);
        same(true, ended[0], "the last one came");
        if (!Arrays.equals(content, all.toByteArray())) {
            throw new AssertionError(this + ": other bytes");
        }
        same((long) content.length, result.bytesRead(), "bytes read");
    }

    private void text(byte[] content, String expected, SplittableRandom random) {
        StringBuilder all = new StringBuilder();
        FileResult result = files.forEachText(source(content, random), piece -> {
            same((long) all.length(), piece.offset(), "offset");
            piece.appendTo(all);
        });
        done(result);
        same(expected, all.toString(), "text");
        same((long) expected.length(), result.chars(), "chars");
    }

    private void lines(byte[] content, String decoded, SplittableRandom random) throws Exception {
        List<String> lines = new ArrayList<>();
        FileResult result;
        try {
            result = files.forEachLine(source(content, random), line -> {
                same(lines.size() + 1L, line.number(), "number");
                lines.add(line.toString());
            });
        } catch (IllegalArgumentException ofStates) {
            hasLines = false; // its lines cannot be found by their bytes
            return;
        }
        List<String> expected = split(decoded, end.equals(LineEnd.ANY));
        done(result);
        same(expected, lines, "lines");
        same((long) expected.size(), result.lines(), "count");
        same((long) expected.size(), files.countLines(source(content, random)), "count");
    }

    private static List<String> split(String text, boolean any) {
        List<String> lines = new ArrayList<>(List.of(text.split(any ? "\r\n|\n|\r" : "\r?\n", -1)));
        if (lines.get(lines.size() - 1).isEmpty()) {
            lines.remove(lines.size() - 1);
        }
        return lines;
    }

    private void done(FileResult result) {
        same(Outcome.DONE, result.outcome(), result.toString());
    }

    private void same(Object expected, Object got, String what) {
        if (!Objects.equals(expected, got)) {
            throw new AssertionError(this + ", " + what + ": expected " + expected + ", was " + got);
        }
    }

    @Override
    public String toString() {
        return charset + ", " + end + ", chunks of " + chunk;
    }
}
