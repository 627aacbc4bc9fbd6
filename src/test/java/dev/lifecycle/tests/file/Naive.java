package dev.lifecycle.tests.file;

import dev.lifecycle.file.LineEnd;
import dev.lifecycle.file.Malformed;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What must come out, found the simple way: from the whole content, byte by byte. */
final class Naive {
    private static final Charset UTF_32LE = Charset.forName("UTF-32LE");
    private static final Charset UTF_32BE = Charset.forName("UTF-32BE");

    private static final Map<String, String[]> ENCODABLE = new ConcurrentHashMap<>(); // asked for each character

    private Naive() {}

    /** Those of the characters that {@code charset} can encode. */
    static String[] encodable(Charset charset, int... codes) {
        return ENCODABLE.computeIfAbsent(
                charset.name() + Arrays.toString(codes),
                unused -> Arrays.stream(codes)
                        .mapToObj(Character::toString)
                        .filter(charset.newEncoder()::canEncode)
                        .toArray(String[]::new));
    }

    /** Each of {@code size} bytes, but for the last. */
    static List<Piece> chunks(byte[] content, int size) {
        List<Piece> pieces = new ArrayList<>();
        for (int from = 0; from < content.length; from += size) {
            int to = Math.min(content.length, from + size);
            pieces.add(piece(content, from, to, to == content.length));
        }
        return pieces;
    }

    /** Those before a delimiter, and what follows the last one. None says that it is the last. */
    static List<Piece> records(byte[] content, byte[] delimiter) {
        List<Piece> pieces = new ArrayList<>();
        int from = 0;
        int at = 0;
        while (at < content.length) {
            if (matches(content, at, delimiter)) {
                pieces.add(piece(content, from, at, false));
                at += delimiter.length;
                from = at;
            } else {
                at++;
            }
        }
        if (from < content.length) {
            pieces.add(piece(content, from, content.length, false));
        }
        return pieces;
    }

    private static Piece piece(byte[] content, int from, int to, boolean last) {
        return new Piece(from, Piece.latin(Arrays.copyOfRange(content, from, to)), last);
    }

    /** The lines, all of them whole; a byte order mark is no part of the first. */
    static List<Row> lines(byte[] content, Charset charset, LineEnd end) {
        Mark mark = Mark.of(content, charset);
        int unit = unit(mark.charset);
        byte[] lf = "\n".getBytes(mark.charset);
        byte[] cr = "\r".getBytes(mark.charset);
        List<Row> rows = new ArrayList<>();
        int from = mark.length;
        int at = from;
        while (at < content.length) {
            int next;
            int to = at;
            if (end.equals(LineEnd.LF_CRLF)) {
                next = matches(content, at, lf) ? at + lf.length : -1;
                to = next > 0 && at - unit >= from && matches(content, at - unit, cr) ? at - unit : at;
            } else if (end.equals(LineEnd.ANY)) {
                next = matches(content, at, lf) ? at + lf.length : matches(content, at, cr) ? at + cr.length : -1;
                next = matches(content, at, cr) && matches(content, at + unit, lf) ? at + 2 * unit : next;
            } else {
                next = matches(content, at, end.delimiter()) ? at + end.delimiter().length : -1;
            }
            if (next < 0) {
                at += unit;
            } else {
                rows.add(row(rows.size() + 1, content, from, to, mark.charset));
                from = next;
                at = next;
            }
        }
        if (from < content.length) {
            rows.add(row(rows.size() + 1, content, from, content.length, mark.charset));
        }
        return rows;
    }

    private static Row row(long number, byte[] content, int from, int to, Charset charset) {
        byte[] bytes = Arrays.copyOfRange(content, from, to);
        return new Row(number, from, Piece.latin(bytes), new String(bytes, charset));
    }

    private static boolean matches(byte[] content, int at, byte[] wanted) {
        return at >= 0
                && at + wanted.length <= content.length
                && Arrays.equals(content, at, at + wanted.length, wanted, 0, wanted.length);
    }

    static int unit(Charset charset) {
        return charset.name().startsWith("UTF-16") ? 2 : charset.name().startsWith("UTF-32") ? 4 : 1;
    }

    /** Decodes all at once, with a decoder of the JDK. */
    static Decoded decode(byte[] content, Mark mark, Malformed policy) {
        CharsetDecoder decoder = mark.charset
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(content, mark.length, content.length - mark.length);
        CharBuffer out = CharBuffer.allocate(16 + (int) (8 * (content.length + 1) * decoder.maxCharsPerByte()));
        long malformed = 0;
        long first = -1;
        boolean flushed = false;
        while (!flushed) {
            CoderResult end = decoder.decode(in, out, true);
            if (end.isError()) {
                malformed++;
                first = first < 0 ? in.position() : first;
                in.position(in.position() + end.length());
                if (policy == Malformed.REPORT) {
                    break;
                } else if (policy == Malformed.REPLACE) {
                    out.put(decoder.replacement());
                }
            } else {
                decoder.flush(out);
                flushed = true;
            }
        }
        return new Decoded(out.flip().toString(), malformed, first);
    }

    /**
     * What became of bytes.
     *
     * @param text with {@link Malformed#REPORT} what comes before the first that is none
     * @param malformed how many
     * @param firstMalformed where
     */
    record Decoded(String text, long malformed, long firstMalformed) {}

    /**
     * A byte order mark, or none.
     *
     * @param length in bytes
     * @param charset that holds behind it
     */
    record Mark(int length, Charset charset) {

        static Mark of(byte[] content, Charset otherwise) {
            if (starts(content, 0xef, 0xbb, 0xbf)) {
                return new Mark(3, StandardCharsets.UTF_8);
            } else if (starts(content, 0xff, 0xfe, 0, 0)) {
                return new Mark(4, UTF_32LE);
            } else if (starts(content, 0, 0, 0xfe, 0xff)) {
                return new Mark(4, UTF_32BE);
            } else if (starts(content, 0xff, 0xfe)) {
                return new Mark(2, StandardCharsets.UTF_16LE);
            } else if (starts(content, 0xfe, 0xff)) {
                return new Mark(2, StandardCharsets.UTF_16BE);
            }
            return new Mark(0, otherwise);
        }

        private static boolean starts(byte[] content, int... mark) {
            for (int i = 0; i < mark.length; i++) {
                if (i >= content.length || (content[i] & 0xff) != mark[i]) {
                    return false;
                }
            }
            return true;
        }
    }
}
