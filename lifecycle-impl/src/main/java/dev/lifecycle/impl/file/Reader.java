package dev.lifecycle.impl.file;

import dev.lifecycle.Names;
import dev.lifecycle.file.FileResult;
import dev.lifecycle.file.Line;
import dev.lifecycle.file.LineReader;
import dev.lifecycle.impl.leak.LibraryDetector;
import dev.lifecycle.impl.leak.Token;
import dev.lifecycle.impl.scope.Place;
import dev.lifecycle.impl.tree.Described;
import dev.lifecycle.leak.Site;
import dev.lifecycle.scope.Scope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** What the user of an open file holds: if it is dropped unclosed, that is a leak, and told. */
final class Reader implements LineReader {
    private final OpenLines lines; // which the scope holds, too
    private final Token token;

    /**
     * @param processor its path
     * @param file its name
     */
    Reader(OpenLines lines, String processor, Scope owner, String file) {
        this.lines = lines;
        token = LibraryDetector.instance().trackAlways(this, new Description(processor, Place.pathOf(owner), file));
    }

    @Override
    public boolean next() throws IOException {
        boolean more = false;
        try {
            more = lines.next();
            return more;
        } finally {
            if (!more) {
                token.close(this);
            }
        }
    }

    @Override
    public Line line() {
        return lines.line();
    }

    @Override
    public Stream<String> stream() {
        return StreamSupport.stream(
                        new Spliterators.AbstractSpliterator<String>(
                                Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL) {
                            @Override
                            public boolean tryAdvance(Consumer<? super String> action) {
                                try {
                                    if (!next()) {
                                        return false;
                                    }
                                } catch (IOException failed) {
                                    throw new UncheckedIOException(failed);
                                }
                                action.accept(line().toString());
                                return true;
                            }
                        },
                        false)
                .onClose(this::close);
    }

    @Override
    public FileResult result() {
        return lines.result();
    }

    @Override
    public void close() {
        lines.close();
        token.close(this);
    }

    /**
     * Does not refer to the reader. The file is no part of the label, by which leaks are counted, and the next ones are suspected: it is the
     * processor whose readers are dropped, whichever file they read.
     */
    private record Description(String processor, String owner, String file) implements Described {
        @Override
        public String type() {
            return LineReader.class.getName();
        }

        @Override
        public String label() {
            return "lines of " + processor;
        }

        @Override
        public String scopePath() {
            return owner + "/\"" + Names.printable(file) + "\"";
        }

        @Override
        public @Nullable Site site() {
            return null;
        }
    }
}
