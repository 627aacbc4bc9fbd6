package dev.lifecycle.impl.file;

import dev.lifecycle.file.LineHandler;
import dev.lifecycle.file.Malformed;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.Source;
import dev.lifecycle.spi.FileProcessorConfig;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Hands out lines; or has one after the other asked for. */
class LinePass extends Pass {
    private final @Nullable LineHandler handler;

    @Nullable
    Window window;

    private @Nullable Workspace space;

    @Nullable
    LineScan scan;

    private @Nullable LineView view;
    private @Nullable Decoding decoding; // null while nothing was to be decoded
    final boolean validates;
    Charset charset;

    /** @param handler null if lines are asked for by {@link #next} */
    LinePass(
            FileProcessorConfig config,
            @Nullable Pace pace,
            Source source,
            long timeoutNanos,
            @Nullable LineHandler handler) {
        super(config, pace, source, timeoutNanos);
        this.handler = handler;
        validates = config.malformed() == Malformed.REPORT;
        charset = config.charset();
    }

    @Override
    void handOut(Workspace workspace) throws Stop {
        begin(workspace);
        LineHandler to = Objects.requireNonNull(handler);
        LineView line = view();
        while (next()) {
            try {
                to.line(line);
            } catch (Throwable ofUser) {
                throw ofHandler(ofUser);
            } finally {
                line.live(false);
            }
        }
    }

    /** Goes to the beginning of the text. */
    void begin(Workspace workspace) throws Stop {
        space = workspace;
        Window bytes = new Window(feed, workspace, config, source.stream() != null);
        window = bytes;
        charset = TextStart.of(bytes, this);
        Newlines newlines = Newlines.of(charset);
        if (newlines == null) {
            throw new Stop(Outcome.FAILED, Reason.MALFORMED, new CharacterCodingException());
        }
        LineScan found = new LineScan(
                bytes,
                workspace.flags(),
                config.lineEnd(),
                newlines,
                config.limits().maxLineBytes(),
                config.longLine());
        scan = found;
        view = new LineView(this, found, bytes.bytes, charset);
    }

    /** Goes to the next line; returns false at the end. */
    boolean next() throws Stop {
        LineScan lineScan = Objects.requireNonNull(scan);
        boolean found = lineScan.next();
        lines = lineScan.number;
        if (found) {
            long base = Objects.requireNonNull(window).offset(0);
            if (validates) {
                validate(lineScan, base + lineScan.start);
            }
            view().show(base);
        }
        return found;
    }

    LineView view() {
        return Objects.requireNonNull(view);
    }

    final void validate(LineScan line, long offset) throws Stop {
        Decoding of = decoding();
        of.reset();
        of.validate(Objects.requireNonNull(window).bytes, line.start, line.stop, true);
        count(of, offset);
        if (malformed > 0) {
            throw new Stop(Outcome.FAILED, Reason.MALFORMED);
        }
    }

    private void count(Decoding of, long offset) {
        long found = of.malformed();
        if (found > 0) {
            malformed += found;
            firstMalformed = firstMalformed < 0 ? offset + of.firstMalformed() : firstMalformed;
        }
    }

    private Decoding decoding() {
        Decoding known = decoding;
        if (known == null) {
            known = Decoding.within(charset, validates ? Malformed.REPLACE : config.malformed());
            decoding = known;
        }
        return known;
    }

    /** A buffer for the characters of a line of so many bytes. */
    char[] chars(int bytes) {
        return Objects.requireNonNull(space).chars(bytes + Decoding.MIN_ROOM);
    }

    /** Decodes bytes of the window, of a line at {@code offset}; returns the number of characters. */
    int decode(int from, int to, long offset, char[] into, boolean counts) {
        Decoding of = decoding();
        of.reset();
        int made = 0;
        try {
            made = of.decode(Objects.requireNonNull(window).bytes, from, to, into, 0, into.length, true);
        } catch (CharacterCodingException never) {
            throw new AssertionError(never);
        }
        if (counts) {
            count(of, offset);
        }
        return made;
    }

    @Override
    void expire() {
        LineView line = view;
        if (line != null) {
            line.live(false);
        }
    }

    @Override
    Reason cutShort() {
        LineScan lineScan = scan;
        return lineScan != null && lineScan.truncated ? Reason.LINE_LIMIT : Reason.NONE;
    }
}
