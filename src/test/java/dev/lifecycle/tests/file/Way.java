package dev.lifecycle.tests.file;

import dev.lifecycle.file.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.function.IntSupplier;

/** How bytes come to a processor. */
enum Way {
    PATH,
    STREAM,
    CHANNEL;

    /** A source of {@code content}, split at random where reads can be split. */
    Source source(Path dir, byte[] content, SplittableRandom random) throws IOException {
        return this == PATH
                ? Source.of(Files.write(dir.resolve("sample"), content))
                : source(Script.of(content).sizes(splits(random)));
    }

    Source source(Script script) {
        return switch (this) {
            case STREAM -> Source.of("scripted", new ScriptedStream(script));
            case CHANNEL -> Source.of("scripted", new ScriptedChannel(script));
            case PATH -> throw new IllegalStateException("a file has no script");
        };
    }

    /** One in turn, streams and channels more often: they can be split. */
    static Way any(SplittableRandom random) {
        int pick = random.nextInt(7);
        return pick == 0 ? PATH : pick < 4 ? STREAM : CHANNEL;
    }

    /** How many bytes each read brings: all, one, always as many, or any number, 0 included. */
    static IntSupplier splits(SplittableRandom random) {
        int most = 1 + random.nextInt(1 + random.nextInt(300));
        return switch (random.nextInt(12)) {
            case 0, 1 -> () -> Integer.MAX_VALUE;
            case 2, 3 -> () -> 1;
            case 4, 5, 6 -> () -> most;
            case 7 -> () -> random.nextInt(4) * most; // none, at times: those who read again let others run before
            default -> () -> 1 + random.nextInt(most);
        };
    }
}
