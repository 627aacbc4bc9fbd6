package dev.lifecycle.benchmarks;

import dev.lifecycle.benchmarks.scorecard.Scorecard;
import java.util.Arrays;
import java.util.List;

/** {@code java -jar benchmarks.jar scorecard [options]} judges the goals; with anything else it is JMH's own command line. */
public final class Main {

    private Main() {}

    /** See above. */
    public static void main(String[] args) throws Exception {
        List<String> words = Arrays.asList(args);
        if (!words.isEmpty() && words.get(0).equals("scorecard")) {
            System.exit(Scorecard.run(words.subList(1, words.size())));
        }
        org.openjdk.jmh.Main.main(args);
    }
}
