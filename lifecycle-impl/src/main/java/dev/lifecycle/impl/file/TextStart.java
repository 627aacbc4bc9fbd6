package dev.lifecycle.impl.file;

import dev.lifecycle.file.BinaryPolicy;
import dev.lifecycle.spi.FileProcessorConfig;
import java.nio.charset.Charset;

/** How the text of a file is encoded, and where it begins. */
final class TextStart {
    private TextStart() {}

    /** Looks at the first bytes; leaves the window at the beginning of the text. Returns one that takes no mark: see {@link Decoding#within}. */
    static Charset of(Window window, Pass pass) throws Stop {
        FileProcessorConfig config = pass.config;
        window.fill(config.binary() == BinaryPolicy.PROCESS ? 1 : FileProcessorConfig.SNIFFED);
        int sniffed = Math.min(window.to, window.from + FileProcessorConfig.SNIFFED);
        pass.sniff(window.bytes, window.from, sniffed);
        Charset charset = config.charset();
        if (window.from < window.to && mayBeMark(window.bytes[window.from])) {
            window.fill(Bom.MAX_LENGTH);
            Bom mark = config.bomOverrides() ? Bom.of(window.bytes, window.from, window.to) : null;
            Bom found = mark == null ? Bom.of(charset, window.bytes, window.from, window.to) : mark;
            window.from += found.length();
            return found.charset();
        }
        return Bom.unmarked(charset);
    }

    private static boolean mayBeMark(byte first) {
        return first == (byte) 0xEF || first == (byte) 0xFE || first == (byte) 0xFF || first == 0;
    }
}
