package dev.lifecycle.tests.health;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads OpenMetrics 1.0 text, strictly: each family in one piece, its metadata first and once, units that end names, no series twice, finite numbers, one end.
 *
 * <p>Only the types that the library writes: gauge, counter, stateset.
 */
final class OpenMetricsText {
    private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
    private static final Pattern META = Pattern.compile("# (TYPE|UNIT|HELP) (" + NAME + ") (.+)", Pattern.DOTALL);
    private static final Pattern SAMPLE =
            Pattern.compile("(" + NAME + ")(?:\\{(.+)})? (-?[0-9]+(?:\\.[0-9]+)?(?:E-?[0-9]+)?)", Pattern.DOTALL);
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\n]|\\\\[\\\\\"n])*)\"(,|$)");

    private final Map<String, Double> samples = new LinkedHashMap<>();
    private final Set<String> families = new HashSet<>();
    private final Map<String, String> meta = new LinkedHashMap<>(); // of the present family
    private String family = "";

    private OpenMetricsText() {}

    /** Returns the value of each series, by its name and labels as they are written. */
    static Map<String, Double> parse(String text) {
        OpenMetricsText reader = new OpenMetricsText();
        if (!text.endsWith("\n# EOF\n")) {
            throw new AssertionError("no end:\n" + text);
        }
        for (String line : text.substring(0, text.length() - 7).split("\n", -1)) { // no other character ends a line
            reader.line(line);
        }
        return reader.samples;
    }

    private void line(String line) {
        Matcher metadata = META.matcher(line);
        if (metadata.matches()) {
            metadata(metadata.group(1), metadata.group(2), metadata.group(3), line);
            return;
        }
        Matcher sample = SAMPLE.matcher(line);
        require(sample.matches(), "neither metadata nor a sample", line);
        sample(sample.group(1), sample.group(2) == null ? "" : sample.group(2), sample.group(3), line);
    }

    private void metadata(String what, String name, String value, String line) {
        if (!name.equals(family)) {
            require(families.add(name), "a family in two pieces", line);
            family = name;
            meta.clear();
        }
        require(!meta.containsKey("samples"), "metadata behind samples", line);
        require(meta.put(what, value) == null, "metadata twice", line);
        if (what.equals("UNIT")) {
            require(name.endsWith("_" + value), "the unit does not end the name", line);
        }
        if (what.equals("TYPE")) {
            require(Set.of("gauge", "counter", "stateset").contains(value), "another type", line);
        }
    }

    private void sample(String name, String labels, String value, String line) {
        String type = meta.getOrDefault("TYPE", "");
        require(name.equals(type.equals("counter") ? family + "_total" : family), "of another family", line);
        meta.put("samples", "");
        Set<String> names = new HashSet<>();
        int at = 0;
        Matcher label = LABEL.matcher(labels);
        while (at < labels.length()) {
            require(label.find(at) && label.start() == at, "broken labels", line);
            require(names.add(label.group(1)), "a label twice", line);
            at = label.end();
            require(label.group(3).isEmpty() == (at == labels.length()), "a comma too much", line);
        }
        double number = Double.parseDouble(value);
        if (type.equals("stateset")) {
            require(names.contains(family) && (number == 0 || number == 1), "no state", line);
        }
        require(!type.equals("counter") || number >= 0, "a negative count", line);
        require(samples.put(name + "{" + labels + "}", number) == null, "a series twice", line);
    }

    private static void require(boolean holds, String what, String line) {
        if (!holds) {
            throw new AssertionError(what + ": " + line);
        }
    }
}
