package dev.lifecycle.tests.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents show is what was compiled and run. */
class DocsTest {
    private static final Path ROOT = root();
    private static final Pattern SOURCE = Pattern.compile("<!-- from ([\\w.]+)#([\\w-]+) -->");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("#{1,6} (.+)");

    @Test
    void everyJavaBlockIsARegionOfATest() {
        List<String> faults = new ArrayList<>();
        pages().forEach((page, lines) -> compareBlocks(page, lines, faults));
        assertTrue(faults.isEmpty(), () -> String.join("\n\n", faults));
    }

    @Test
    void everyLinkLeadsToAFileOrAHeading() {
        List<String> faults = new ArrayList<>();
        pages().forEach((page, lines) -> prose(lines).forEach(line -> {
            for (Matcher link = LINK.matcher(line); link.find(); ) {
                if (!leadsSomewhere(page, link.group(1))) {
                    faults.add(page + ": nothing is at " + link.group(1));
                }
            }
        }));
        assertTrue(faults.isEmpty(), () -> String.join("\n", faults));
    }

    @Test
    void readmeHasTheTwoCommandsThatContinuousIntegrationRuns() {
        List<String> readme = pages().get(Path.of("README.md"));
        assertEquals(List.of("```sh", "./mvnw -q -Plab verify", "```"), after(readme, "<!-- ci: lab -->"));
        assertEquals(List.of("```sh", "./mvnw verify", "```"), after(readme, "<!-- ci: tests -->"));
    }

    private static List<String> after(List<String> lines, String mark) {
        int at = lines.indexOf(mark);
        assertTrue(at >= 0, () -> "README.md has no line " + mark);
        return lines.subList(at + 1, at + 4);
    }

    // ---- blocks ----------------------------------------------------------------------------------------------------

    private static void compareBlocks(Path page, List<String> lines, List<String> faults) {
        for (int i = 0; i < lines.size(); i++) {
            String fence = lines.get(i).strip();
            if (!fence.startsWith("```")) {
                continue;
            }
            boolean java = fence.startsWith("```java");
            int start = i++;
            while (i < lines.size() && !lines.get(i).strip().equals("```")) {
                i++;
            }
            if (java) {
                String block = String.join("\n", lines.subList(start + 1, Math.min(i, lines.size())));
                String fault = compare(start == 0 ? "" : lines.get(start - 1), block);
                if (fault != null) {
                    faults.add(page + ", line " + (start + 1) + ": " + fault);
                }
            }
        }
    }

    /** What is wrong with a block below the line {@code mark}, or null. */
    private static String compare(String mark, String block) {
        Matcher source = SOURCE.matcher(mark);
        if (!source.matches()) {
            return "no line <!-- from package.Class#region --> above a Java block";
        }
        Path file = ROOT.resolve("src/test/java").resolve(source.group(1).replace('.', '/') + ".java");
        if (!Files.isRegularFile(file)) {
            return "there is no class " + source.group(1) + " in src/test/java";
        }
        Regions regions;
        try {
            regions = Regions.of(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String region = regions.text(source.group(2));
        if (region == null) {
            return source.group(1) + " has no region " + source.group(2) + ", only " + regions.names();
        }
        return region.equals(block)
                ? null
                : "the block differs from region " + source.group(2) + ", which is now:\n" + region;
    }

    // ---- links -----------------------------------------------------------------------------------------------------

    private static boolean leadsSomewhere(Path page, String target) {
        if (target.contains("://")) {
            return true; // the test needs no network
        }
        int hash = target.indexOf('#');
        String path = hash < 0 ? target : target.substring(0, hash);
        Path parent = page.getParent() == null ? Path.of("") : page.getParent();
        Path file = path.isEmpty() ? page : parent.resolve(path).normalize();
        if (hash < 0) {
            return Files.exists(ROOT.resolve(file));
        }
        List<String> lines = pages().get(file);
        return lines != null
                && prose(lines)
                        .map(HEADING::matcher)
                        .filter(Matcher::matches)
                        .anyMatch(heading -> anchor(heading.group(1)).equals(target.substring(hash + 1)));
    }

    /** The name that a heading gets where Markdown is shown. */
    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT).replaceAll("[^\\w\\- ]", "").replace(' ', '-');
    }

    private static Stream<String> prose(List<String> lines) {
        boolean[] code = {false};
        return lines.stream().filter(line -> {
            code[0] ^= line.strip().startsWith("```");
            return !code[0];
        });
    }

    // ---- pages -----------------------------------------------------------------------------------------------------

    private static Map<Path, List<String>> pages() {
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(Stream.of("README.md", "CHANGELOG.md").map(ROOT::resolve), docs)
                    .filter(path -> path.toString().endsWith(".md"))
                    .collect(Collectors.toMap(ROOT::relativize, DocsTest::lines, (a, b) -> a, TreeMap::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The lines of a page, by its path from the root of the checkout. */
    static List<String> page(String path) {
        return lines(ROOT.resolve(path));
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The root of the checkout, from wherever in it the tests are run. */
    private static Path root() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.exists(at.resolve("mvnw"))) {
                return at;
            }
        }
        throw new AssertionError("no folder above " + Path.of("").toAbsolutePath() + " holds mvnw");
    }
}
