package dev.lifecycle.impl.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Pressure;
import dev.lifecycle.file.BinaryPolicy;
import dev.lifecycle.file.ChangePolicy;
import dev.lifecycle.file.Limits;
import dev.lifecycle.file.LineEnd;
import dev.lifecycle.file.LongLine;
import dev.lifecycle.file.Malformed;
import dev.lifecycle.file.Source;
import dev.lifecycle.spi.FileProcessorConfig;
import dev.lifecycle.time.TimeSource;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Workspaces taken and given back at random, beside a list of who has one. */
class BuffersTest {
    private static final int MOST = 3;

    private static FileProcessorConfig config() {
        return new FileProcessorConfig(
                "model",
                8 << 10,
                8 << 10,
                Limits.defaults(),
                LongLine.CUT,
                LineEnd.ANY,
                StandardCharsets.UTF_8,
                true,
                Malformed.REPLACE,
                BinaryPolicy.PROCESS,
                ChangePolicy.UNCHECKED,
                1,
                1,
                Long.MAX_VALUE,
                null,
                1 << 20,
                () -> Pressure.NORMAL,
                TimeSource.system());
    }

    private record Held(Pass pass, Workspace space) {}

    @Test
    void whoHasOneIsKnownUntilItIsGivenBack() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            FileProcessorConfig config = config();
            Buffers buffers = new Buffers(config, MOST);
            List<Held> held = new ArrayList<>();
            for (int step = 0; step < 100; step++) {
                int dice = random.nextInt(10);
                if (dice < 5) {
                    Source source = Source.of("nothing", new ByteArrayInputStream(new byte[0]));
                    Pass pass = new ValidatePass(config, null, source);
                    held.add(new Held(pass, buffers.take(pass)));
                } else if (dice < 9 && !held.isEmpty()) {
                    Workspace space = held.remove(random.nextInt(held.size())).space();
                    space.chars(random.nextInt(4_000));
                    buffers.give(space);
                } else if (random.nextBoolean()) {
                    buffers.shrink();
                } else {
                    buffers.restore();
                }
                assertTrue(buffers.invariantsHold(), "seed " + seed + ", step " + step);
                assertEquals(held.size(), buffers.inUse());
                assertEquals(new HashSet<>(held.stream().map(Held::pass).toList()), new HashSet<>(buffers.passes()));
                assertEquals(
                        held.size(),
                        new HashSet<>(held.stream().map(Held::space).toList()).size());
            }
        }
    }
}
