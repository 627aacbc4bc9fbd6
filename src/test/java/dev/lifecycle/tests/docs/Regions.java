package dev.lifecycle.tests.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The regions of a Java file, marked as Javadoc's snippets have it: {@code // @start region="name"} to {@code // @end}. */
final class Regions {
    private static final Pattern START = Pattern.compile("\\s*// @start region=\"?([\\w-]+)\"?\\s*");
    private static final Pattern END = Pattern.compile("\\s*// @end(?: region=\"?[\\w-]+\"?)?\\s*");

    private final Map<String, String> byName = new LinkedHashMap<>();

    private record Open(String name, List<String> lines) {}

    private Regions() {}

    static Regions of(Path file) throws IOException {
        Regions regions = new Regions();
        Deque<Open> open = new ArrayDeque<>(); // regions may nest
        for (String line : Files.readAllLines(file)) {
            Matcher start = START.matcher(line);
            if (start.matches()) {
                open.push(new Open(start.group(1), new ArrayList<>()));
            } else if (END.matcher(line).matches()) {
                if (open.isEmpty()) {
                    throw new AssertionError(file + ": an @end without an @start");
                }
                regions.add(file, open.pop());
            } else {
                open.forEach(region -> region.lines.add(line));
            }
        }
        if (!open.isEmpty()) {
            throw new AssertionError(file + ": region " + open.peek().name + " has no @end");
        }
        return regions;
    }

    private void add(Path file, Open region) {
        String text = String.join("\n", region.lines).stripIndent().strip();
        if (byName.put(region.name, text) != null) {
            throw new AssertionError(file + ": two regions are called " + region.name);
        }
    }

    /** The text of a region without its common indentation; null if there is none of that name. */
    String text(String name) {
        return byName.get(name);
    }

    Iterable<String> names() {
        return byName.keySet();
    }
}
