package dev.lifecycle.impl.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lifecycle.Pressure;
import dev.lifecycle.file.Durability;
import dev.lifecycle.file.FileProcessor;
import dev.lifecycle.spi.TreeProcessorConfig;
import dev.lifecycle.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A walk and a crew after each step: what must hold does. */
@Timeout(60)
class TreeWalkModelTest {
    @TempDir
    Path dir;

    private static TreeProcessorConfig config(FileProcessor files, int names) {
        return new TreeProcessorConfig(
                "model",
                files,
                List.of(),
                List.of(),
                null,
                false,
                false,
                256,
                Long.MAX_VALUE,
                Long.MAX_VALUE,
                names,
                10,
                1L << 20,
                1,
                1L << 20,
                () -> Pressure.NORMAL,
                0,
                null,
                Durability.PROCESS,
                null,
                1,
                false,
                null,
                10,
                null,
                false,
                Long.MAX_VALUE,
                TimeSource.system());
    }

    private List<Path> make(Random random, int entries) throws IOException {
        List<Path> dirs = new ArrayList<>(List.of(dir));
        for (int i = 0; i < entries; i++) {
            Path path = dirs.get(random.nextInt(dirs.size())).resolve("" + random.nextInt(100_000));
            if (Files.exists(path)) {
                continue;
            }
            if (random.nextInt(5) == 0) {
                dirs.add(Files.createDirectory(path));
            } else {
                Files.createFile(path);
            }
        }
        List<Path> files = new ArrayList<>();
        collect(dir, files);
        return files;
    }

    private static void collect(Path in, List<Path> files) throws IOException {
        try (Stream<Path> list = Files.list(in)) {
            for (Path each : list.sorted().toList()) {
                if (Files.isDirectory(each)) {
                    collect(each, files);
                } else {
                    files.add(each);
                }
            }
        }
    }

    @Test
    void aWalkHoldsNoMoreNamesThanItMayAfterAnyStepFromAnyPlace() throws IOException {
        Random random = new Random(3);
        List<Path> expected = make(random, 400);
        try (FileProcessor files = FileProcessor.builder("files").open()) {
            for (int names : new int[] {16, 17, 23, 64, 20_000}) {
                for (int from = 0; from <= expected.size(); from += 1 + random.nextInt(60)) {
                    Path after = from == 0 ? null : dir.relativize(expected.get(from - 1));
                    TreeWalk walk = new TreeWalk(config(files, names), dir, after, () -> false);
                    List<Path> seen = new ArrayList<>();
                    for (Entry entry = walk.next(); entry != null; entry = walk.next()) {
                        assertTrue(walk.invariantsHold());
                        seen.add(entry.path());
                    }
                    assertEquals(expected.subList(from, expected.size()), seen, names + " names from " + from);
                }
            }
        }
    }

    @Test
    void aCrewMeetsAtTheEndOfEachRound() {
        AtomicInteger at = new AtomicInteger();
        List<Integer> who = Collections.synchronizedList(new ArrayList<>());
        try (Crew crew = new Crew(
                "model",
                4,
                worker -> {
                    at.incrementAndGet();
                    who.add(worker);
                    at.decrementAndGet();
                },
                () -> {})) {
            for (int round = 0; round < 2_000; round++) {
                int most = 1 + round % 5;
                who.clear();
                crew.round(most, () -> {});
                assertEquals(0, at.get());
                assertTrue(crew.invariantsHold());
                assertEquals(Math.min(4, most), who.stream().distinct().count());
                assertEquals(Math.min(4, most), who.size());
            }
        }
    }

    @Test
    void whatAnyOfACrewThrowsIsThrownOnceAllAreDone() {
        for (int thrower = 0; thrower < 3; thrower++) {
            int which = thrower;
            AtomicInteger stopped = new AtomicInteger();
            AtomicInteger done = new AtomicInteger();
            try (Crew crew = new Crew(
                    "model",
                    3,
                    worker -> {
                        done.incrementAndGet();
                        if (worker == which) {
                            throw new IllegalStateException("planned");
                        }
                    },
                    stopped::incrementAndGet)) {
                assertThrows(IllegalStateException.class, () -> crew.round(3, () -> {}));
                assertEquals(3, done.get());
                assertEquals(1, stopped.get());
            }
            assertFalse(Thread.currentThread().isInterrupted());
        }
    }
}
