package dev.lifecycle.benchmarks.scorecard;

import static dev.lifecycle.benchmarks.scorecard.Results.addedBytes;
import static dev.lifecycle.benchmarks.scorecard.Results.bytes;
import static dev.lifecycle.benchmarks.scorecard.Results.cpu;
import static dev.lifecycle.benchmarks.scorecard.Results.nanos;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.runner.RunnerException;

/** F1 to F8: files and trees. Each ratio is there by the clock, and by the processor time of the process. */
final class FilePart implements Part {
    private static final String NAME = "FileBenchmark.pass:";
    private static final String LARGE = "128"; // MiB
    private static final String TREE = "TreeBenchmark.pass:";
    private static final int NUMBER = 20_000; // of files
    private static final int A_PASS = 16 << 10; // bytes: what a pass may allocate, whatever the file has

    @Override
    public String name() {
        return "file";
    }

    @Override
    public void measure(Bench bench) throws RunnerException, IOException {
        bench.cpu("FileBenchmark", options -> options.param("corpus", "ASCII").param("mebibytes", LARGE));
        bench.cpu(
                "FileBenchmark",
                options -> options.param("corpus", "MIXED")
                        .param("mebibytes", LARGE)
                        .param(
                                "way",
                                "LINE_VIEWS",
                                "LINE_STRINGS",
                                "TEXT",
                                "READ_LINE",
                                "STREAM_READER",
                                "READ_STRING"));
        bench.cpu(
                "FileBenchmark",
                options -> options.param("corpus", "ASCII")
                        .param("mebibytes", "1")
                        .param("way", "READ_TEXT", "READ_STRING"));
        bench.cpu("TreeBenchmark", options -> options.param("number", "" + NUMBER));
    }

    @Override
    public List<Goal> goals(int jdk) {
        List<Goal> goals = new ArrayList<>();
        goals.addAll(both("F1", "chunks, to a loop over a channel, 64 KiB", "CHUNKS", "CHANNEL_64K", 1 / 0.95));
        goals.addAll(both("F1", "the same, to 8 KiB", "CHUNKS", "CHANNEL_8K", 1 / 1.1));
        goals.addAll(both("F1", "the same, to FileInputStream, 64 KiB", "CHUNKS", "STREAM_64K", 1 / 1.1));
        goals.addAll(both("F2", "lines counted, to readLine", "COUNT", "READ_LINE", 1 / 5.0));
        goals.add(Goal.ratio(
                "F2", "the same, to wc -l", nanos(ascii("COUNT")), nanos(ascii("WC")), jdk >= 25 ? 1 / 0.7 : 1 / 0.6));
        goals.addAll(both("F3", "views of lines, to readLine", "LINE_VIEWS", "READ_LINE", 1 / 2.8));
        goals.addAll(mixed("F3", "the same, mixed", "LINE_VIEWS", "READ_LINE", 1 / 5.0));
        goals.addAll(both("F4", "strings of lines, to readLine", "LINE_STRINGS", "READ_LINE", 1 / 1.5));
        goals.addAll(mixed("F4", "the same, mixed", "LINE_STRINGS", "READ_LINE", 1 / 2.5));
        goals.addAll(both("F5", "text, to InputStreamReader", "TEXT", "STREAM_READER", 1 / 2.5));
        goals.addAll(mixed("F5", "the same, mixed", "TEXT", "STREAM_READER", 1 / 2.0));
        goals.addAll(both("F5", "text, to readString", "TEXT", "READ_STRING", 1 / 2.5));
        goals.addAll(mixed("F5", "the same, mixed", "TEXT", "READ_STRING", 1 / 2.0));
        goals.addAll(goals(
                "F5",
                "readText of 1 MiB, to readString",
                name("ASCII", "1", "READ_TEXT"),
                name("ASCII", "1", "READ_STRING"),
                1 / 0.9));
        goals.addAll(both("F6", "UTF-8 validated, to the channel, 64 KiB", "VALIDATE", "CHANNEL_64K", 1 / 0.52));
        goals.addAll(trees("a tree, to walk and readAllBytes", "TREE", "WALK_READ_ALL", 1 / 1.2));
        goals.addAll(trees("the same, changes not looked for", "TREE_UNCHECKED", "WALK_READ_ALL", 1 / 1.4));
        goals.add(Goal.ratio("F7", "the same, to tar and wc", nanos(tree("TREE")), nanos(tree("TAR")), 1));
        goals.add(
                Goal.ratio("F7", "two threads, to one", nanos(tree("TREE_TWO_THREADS")), nanos(tree("TREE")), 1 / 1.5));
        goals.add(Goal.atMost("F8", "bytes of a pass of chunks", "B", bytes(ascii("CHUNKS")), A_PASS));
        goals.add(Goal.atMost("F8", "bytes of a pass of lines", "B", bytes(ascii("LINE_VIEWS")), A_PASS));
        goals.add(Goal.atMost(
                "F8",
                "bytes a file of a tree, beside those of walking",
                "B",
                results -> addedBytes(tree("TREE"), tree("WALK")).applyAsDouble(results) / NUMBER,
                1_024));
        return goals;
    }

    private static String tree(String way) {
        return TREE + NUMBER + ":" + way;
    }

    private static List<Goal> trees(String text, String ours, String peer, double bound) {
        return goals("F7", text, tree(ours), tree(peer), bound);
    }

    private static String ascii(String way) {
        return name("ASCII", LARGE, way);
    }

    private static String name(String corpus, String mebibytes, String way) {
        return NAME + corpus + ":" + mebibytes + ":" + way;
    }

    private static List<Goal> both(String id, String text, String ours, String peer, double bound) {
        return goals(id, text, ascii(ours), ascii(peer), bound);
    }

    private static List<Goal> mixed(String id, String text, String ours, String peer, double bound) {
        return goals(id, text, name("MIXED", LARGE, ours), name("MIXED", LARGE, peer), bound);
    }

    private static List<Goal> goals(String id, String text, String ours, String peer, double bound) {
        return List.of(
                Goal.ratio(id, text, nanos(ours), nanos(peer), bound),
                Goal.ratio(id, text + ", processor time", cpu(ours), cpu(peer), bound));
    }
}
