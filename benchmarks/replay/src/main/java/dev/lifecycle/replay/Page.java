package dev.lifecycle.replay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A Markdown page with a section between marks; what stands outside is left alone. */
record Page(Path file) {
    static final String BEGIN = "<!-- replay -->";
    static final String END = "<!-- end of replay -->";

    /** Puts the text between the marks, or at the end with marks around it where there are none. */
    void replace(String text) throws IOException {
        String old = read();
        String fresh = BEGIN + "\n" + text.strip() + "\n" + END;
        int from = old.indexOf(BEGIN);
        Files.writeString(
                file,
                from < 0
                        ? old.stripTrailing() + "\n\n" + fresh + "\n"
                        : old.substring(0, from) + fresh + old.substring(old.indexOf(END, from) + END.length()));
    }

    /** Fails now, not after a long run, if {@link #replace} would. */
    void check() throws IOException {
        read();
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new IOException(file + " has no directory to be written to");
        }
    }

    private String read() throws IOException {
        if (!Files.exists(file)) {
            return "# Benchmarks\n";
        }
        String text = Files.readString(file);
        int from = text.indexOf(BEGIN);
        if (from >= 0 && text.indexOf(END, from) < 0) {
            throw new IOException(
                    file + " has " + BEGIN + " but no " + END + " after it; add one, or remove the first");
        }
        return text;
    }
}
