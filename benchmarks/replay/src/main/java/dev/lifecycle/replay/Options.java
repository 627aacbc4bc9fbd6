package dev.lifecycle.replay;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the command line asks for.
 *
 * @param traces the directory of the traces; it has those that the cells need
 * @param cells what to play, traces together
 * @param entrants who plays
 * @param seeds runs of each entrant with luck
 * @param page where to write the tables too
 */
record Options(Path traces, List<Cell> cells, List<Entrant> entrants, int seeds, Optional<Page> page) {

    /** Stands in for {@code --traces}. */
    static final String PROPERTY = "replay.traces";

    static final String USAGE = """
            Replays recorded traces through caches and prints their hit ratios.

              --traces=PATH           the directory of the traces (or -Dreplay.traces=PATH)
              --only=TRACE@SIZE,...   only these cells; a trace alone means all its sizes; any size will do
              --entrants=NAME,...     only these: %s
              --seeds=N               runs of each entrant whose result depends on hash codes, 1 to 100 (default: 1)
              --write=PAGE            writes the tables into the page too, between its marks
              --help                  this text

            Traces: %s
            """.formatted(
                    String.join(", ", Entrant.options()),
                    String.join(", ", Source.ALL.stream().map(Source::name).toList()));

    /** Thrown for {@code --help} and for bad usage; carries what to print. */
    static final class Usage extends Exception {
        private static final long serialVersionUID = 1L;
        final int status;

        Usage(int status, String text) {
            super(text);
            this.status = status;
        }
    }

    /** Parses the options, written {@code --name=value} or {@code --name value}. */
    static Options parse(String... args) throws Usage {
        String traces = System.getProperty(PROPERTY, "");
        List<Cell> cells = Source.ALL.stream().flatMap(Options::cells).toList();
        List<Entrant> entrants = List.of(Entrant.values());
        int seeds = 1;
        Optional<Page> page = Optional.empty();
        for (int i = 0; i < args.length; i++) {
            int sign = args[i].indexOf('=');
            String name = sign < 0 ? args[i] : args[i].substring(0, sign);
            if (name.equals("--help")) {
                throw new Usage(0, USAGE);
            }
            if (!Set.of("--traces", "--only", "--entrants", "--seeds", "--write")
                    .contains(name)) {
                throw new Usage(2, "there is no option " + name + "\n\n" + USAGE);
            }
            if (sign < 0 && ++i == args.length) {
                throw new Usage(2, name + " needs a value\n\n" + USAGE);
            }
            String value = sign < 0 ? args[i] : args[i].substring(sign + 1);
            switch (name) {
                case "--traces" -> traces = value;
                case "--only" -> cells = only(value);
                case "--entrants" -> entrants = entrants(value);
                case "--seeds" -> seeds = seeds(value);
                default -> page = Optional.of(new Page(Path.of(value)));
            }
        }
        return new Options(directory(traces, cells), cells, entrants, seeds, page);
    }

    private static Stream<Cell> cells(Source source) {
        return source.sizes().stream().map(size -> new Cell(source, size));
    }

    private static List<Cell> only(String value) throws Usage {
        Set<Cell> cells = new LinkedHashSet<>();
        for (String word : value.split(",", -1)) {
            int at = word.indexOf('@');
            String name = at < 0 ? word : word.substring(0, at);
            Source source = Source.named(name)
                    .orElseThrow(() -> new Usage(
                            2,
                            "--only names the trace \"" + name + "\"; there are "
                                    + String.join(
                                            ", ",
                                            Source.ALL.stream()
                                                    .map(Source::name)
                                                    .toList())));
            if (at < 0) {
                cells(source).forEach(cells::add);
                continue;
            }
            try {
                cells.add(Cell.of(source, word.substring(at + 1)));
            } catch (NumberFormatException e) {
                throw new Usage(
                        2,
                        "--only names " + word + "; the size must be a number from 1 on"
                                + (source.weighted() ? ", in bytes, or MiB like 4MiB" : ""));
            }
        }
        return cells.stream()
                .sorted(Comparator.comparingInt(cell -> Source.ALL.indexOf(cell.source())))
                .toList();
    }

    private static List<Entrant> entrants(String value) throws Usage {
        List<String> words = List.of(value.split(",", -1));
        for (String word : words) {
            if (!Entrant.options().contains(word)) {
                throw new Usage(
                        2, "--entrants names \"" + word + "\"; there are " + String.join(", ", Entrant.options()));
            }
        }
        List<Entrant> entrants = new ArrayList<>(List.of(Entrant.values()));
        entrants.removeIf(entrant -> !words.contains(entrant.option()));
        return entrants;
    }

    private static int seeds(String value) throws Usage {
        try {
            int seeds = Integer.parseInt(value);
            if (seeds >= 1 && seeds <= 100) {
                return seeds;
            }
        } catch (NumberFormatException notANumber) {
            // said below
        }
        throw new Usage(2, "--seeds is " + value + "; it must be a number from 1 to 100");
    }

    private static Path directory(String traces, List<Cell> cells) throws Usage {
        if (traces.isEmpty()) {
            throw new Usage(
                    2, "no traces; name their directory with --traces=PATH or -D" + PROPERTY + "=PATH\n\n" + USAGE);
        }
        Path dir = Path.of(traces);
        if (!Files.isDirectory(dir)) {
            throw new Usage(
                    2, "--traces is " + dir + ", which is " + (Files.exists(dir) ? "not a directory" : "not there"));
        }
        for (Cell cell : cells) {
            for (Path file : cell.source().files(dir)) {
                if (!Files.isReadable(file)) {
                    throw new Usage(
                            2, file + " is not there, or cannot be read; --only=TRACE,... leaves the others out");
                }
            }
        }
        return dir;
    }
}
