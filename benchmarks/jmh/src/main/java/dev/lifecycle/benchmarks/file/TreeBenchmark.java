package dev.lifecycle.benchmarks.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long does it take to read a tree of small files, which are in the page cache: 3.7 KB on average, 100 in a directory?
 *
 * <p>Goals F7 and F8. Run: {@code java -jar benchmarks.jar TreeBenchmark -p number=20000}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 2) // three passes a second: by fewer of them the compiler is still at work
@Measurement(iterations = 5, time = 1)
public class TreeBenchmark {
    private static final int IN_DIRECTORY = 100;
    private static final int LONGEST = 7_400;

    /** Of files. */
    @Param("500")
    public int number;

    /** How they are read. */
    @Param
    public TreeWay way;

    private Path root;
    private TreeWay.Reading reading;

    /** Writes them. */
    @Setup
    public void open() throws IOException {
        root = Files.createTempDirectory("lifecycle");
        SplittableRandom random = new SplittableRandom(42);
        byte[] content = new byte[LONGEST];
        random.nextBytes(content);
        Path directory = root;
        for (int i = 0; i < number; i++) {
            if (i % IN_DIRECTORY == 0) {
                directory = Files.createDirectory(root.resolve("directory" + i / IN_DIRECTORY));
            }
            try (var out = Files.newOutputStream(directory.resolve("file" + i + ".txt"))) {
                out.write(content, 0, random.nextInt(LONGEST));
            }
        }
        reading = way.open();
    }

    /** Deletes them. */
    @TearDown
    public void close() throws IOException {
        reading.close();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    /** Once. */
    @Benchmark
    public long pass() throws Exception {
        return reading.run(root);
    }
}
