package dev.lifecycle.tests.file;

import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.Line;
import dev.lifecycle.file.LineHandler;
import dev.lifecycle.file.Source;
import java.util.ArrayList;
import java.util.List;

/**
 * What a line was like, kept.
 *
 * @param number 1 for the first
 * @param offset where it began
 * @param bytes a {@code char} each
 * @param text decoded
 */
record Row(long number, long offset, String bytes, String text) {

    static Row of(Line line) {
        return new Row(line.number(), line.offset(), Piece.latin(line.copy()), line.toString());
    }

    static LineHandler into(List<Row> rows) {
        return line -> rows.add(of(line));
    }

    static Rows lines(FileProcessor files, Source source) {
        List<Row> rows = new ArrayList<>();
        FileResult result = files.forEachLine(source, into(rows));
        return new Rows(rows, result);
    }

    /**
     * All of a source.
     *
     * @param list in order
     * @param result what became of it
     */
    record Rows(List<Row> list, FileResult result) {
        List<String> texts() {
            return list.stream().map(Row::text).toList();
        }
    }
}
