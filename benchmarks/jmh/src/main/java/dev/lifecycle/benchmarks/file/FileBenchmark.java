package dev.lifecycle.benchmarks.file;

import dev.lifecycle.file.FileProcessor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
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
 * How long does it take to go once through a file that is in the page cache?
 *
 * <p>Ours look at the deadline, the limits and whether the file changed; their peers look at nothing. Goals F1 to F6 and F8. Run: {@code java -jar benchmarks.jar FileBenchmark -p mebibytes=128 -p way=LINE_VIEWS,READ_LINE}; with {@code -prof dev.lifecycle.benchmarks.CpuTime} for the processor time, which a noisy neighbour does not change as much.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 3, jvmArgsAppend = "-Xmx2g")
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class FileBenchmark {
    /** What it has. */
    @Param({"ASCII", "MIXED"})
    public Corpus corpus;

    /** How large it is. */
    @Param("8")
    public int mebibytes;

    /** How it is read. */
    @Param({
        "CHUNKS",
        "COUNT",
        "LINE_VIEWS",
        "LINE_STRINGS",
        "TEXT",
        "VALIDATE",
        "CHANNEL_64K",
        "CHANNEL_8K",
        "STREAM_64K",
        "WC",
        "READ_LINE",
        "FILES_LINES",
        "STREAM_READER",
        "READ_STRING"
    })
    public Way way;

    private Path file;
    private FileProcessor files;

    /** Writes it. */
    @Setup
    public void open() throws IOException {
        int bytes = mebibytes << 20;
        file = Files.createTempFile("lifecycle", ".log");
        corpus.write(file, bytes);
        files = FileProcessor.builder("benchmark")
                .maxFileSize(bytes)
                .maxContent(bytes)
                .timeout(Duration.ofMinutes(10))
                .open();
    }

    /** Deletes it. */
    @TearDown
    public void close() throws IOException {
        files.close();
        Files.delete(file);
    }

    /** Once. */
    @Benchmark
    public long pass() throws Exception {
        return way.run(file, files);
    }
}
