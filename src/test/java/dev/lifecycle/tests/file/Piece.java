package dev.lifecycle.tests.file;

import dev.lifecycle.file.Chunk;
import dev.lifecycle.file.ChunkHandler;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.Source;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a chunk was like, kept.
 *
 * @param offset where it began
 * @param bytes a {@code char} each
 * @param last whether it said that nothing follows
 */
record Piece(long offset, String bytes, boolean last) {

    /** Takes the bytes by each way in turn. */
    static Piece of(Chunk chunk) {
        byte[] bytes = switch ((int) (chunk.offset() % 4)) {
            case 0 -> chunk.copy();
            case 1 -> {
                byte[] all = new byte[chunk.length()];
                chunk.bytes().get(all);
                yield all;
            }
            case 2 -> {
                ByteBuffer all = ByteBuffer.allocate(chunk.length());
                chunk.copyTo(all);
                yield all.array();
            }
            default -> {
                byte[] all = new byte[chunk.length()];
                for (int i = 0; i < all.length; i++) {
                    all[i] = chunk.byteAt(i);
                }
                yield all;
            }
        };
        return new Piece(chunk.offset(), latin(bytes), chunk.isLast());
    }

    static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    static String joined(List<Piece> pieces) {
        return pieces.stream().map(Piece::bytes).collect(Collectors.joining());
    }

    static ChunkHandler into(List<Piece> pieces) {
        return chunk -> pieces.add(of(chunk));
    }

    /** The chunks of a source, and what became of it. */
    static Pieces chunks(FileProcessor files, Source source) {
        List<Piece> pieces = new ArrayList<>();
        FileResult result = files.forEachChunk(source, into(pieces));
        return new Pieces(pieces, result);
    }

    /**
     * All of a source.
     *
     * @param list in order
     * @param result what became of it
     */
    record Pieces(List<Piece> list, FileResult result) {
        String joined() {
            return Piece.joined(list);
        }
    }
}
