package dev.lifecycle.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the command line asks for.
 *
 * @param dir the tree the services work on
 * @param out where the report goes
 * @param scenarios which ones to run
 * @param heapMegabytes of each child
 * @param descriptors the limit of each child
 * @param seed of the load
 * @param seconds how long each child is under load
 * @param rate requests a second
 */
record Options(
        Path dir,
        Path out,
        List<Scenario> scenarios,
        int heapMegabytes,
        int descriptors,
        long seed,
        int seconds,
        int rate) {

    static final String USAGE = """
            Runs each incident twice under the same load and the same small heap: as it was, and with the library.

              --dir PATH          the tree whose files the services read (default: this directory)
              --out PATH          where to write report.html (default: target/lab)
              --scenario NAME     only this one; may be given more than once (files, streams, metrics, chat,
                                  models, listeners, tasks, overload, workers, database, repository,
                                  leak, pressure)
              --heap MB           heap of each child, 16 to 4096 (default: 64)
              --descriptors N     file descriptor limit of each child, 128 to 65536 (default: 1024)
              --seconds N         time under load, 2 to 3600 (default: 20)
              --rate N            requests a second, 1 to 10000 (default: 400)
              --seed N            of the load (default: 42)
              --quick             short: --seconds 6 --rate 1200
              --help              this text
            """;

    /** Thrown for {@code --help} and for bad usage; carries what to print. */
    static final class Usage extends Exception {
        private static final long serialVersionUID = 1L;
        final int status;

        Usage(int status, String text) {
            super(text);
            this.status = status;
        }
    }

    static Options parse(String[] args) throws Usage {
        Path dir = Path.of("");
        Path out = Path.of("target", "lab");
        List<Scenario> scenarios = new ArrayList<>();
        int heap = 64;
        int descriptors = 1_024;
        long seed = 42;
        int seconds = 20;
        int rate = 400;
        for (int i = 0; i < args.length; i++) {
            String option = args[i];
            switch (option) {
                case "--help" -> throw new Usage(0, USAGE);
                case "--quick" -> {
                    seconds = 6;
                    rate = 1_200;
                }
                case "--dir" -> dir = Path.of(value(args, ++i));
                case "--out" -> out = Path.of(value(args, ++i));
                case "--scenario" -> scenarios.add(scenario(value(args, ++i)));
                case "--heap" -> heap = number(option, value(args, ++i), 16, 4_096);
                case "--descriptors" -> descriptors = number(option, value(args, ++i), 128, 65_536);
                case "--seconds" -> seconds = number(option, value(args, ++i), 2, 3_600);
                case "--rate" -> rate = number(option, value(args, ++i), 1, 10_000);
                case "--seed" -> seed = number(option, value(args, ++i), 0, Integer.MAX_VALUE);
                default -> throw new Usage(2, "there is no option " + option + "\n\n" + USAGE);
            }
        }
        return new Options(
                dir.toAbsolutePath().normalize(),
                out.toAbsolutePath().normalize(),
                scenarios.isEmpty() ? Scenario.ALL : List.copyOf(scenarios),
                heap,
                descriptors,
                seed,
                seconds,
                rate);
    }

    private static String value(String[] args, int i) throws Usage {
        if (i == args.length) {
            throw new Usage(2, args[i - 1] + " needs a value\n\n" + USAGE);
        }
        return args[i];
    }

    static Scenario scenario(String name) throws Usage {
        for (Scenario scenario : Scenario.ALL) {
            if (scenario.name().equals(name)) {
                return scenario;
            }
        }
        throw new Usage(
                2,
                "--scenario is " + name + "; there are "
                        + String.join(
                                ", ", Scenario.ALL.stream().map(Scenario::name).toList()));
    }

    private static int number(String option, String text, int from, int to) throws Usage {
        try {
            int number = Integer.parseInt(text);
            if (number >= from && number <= to) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // said below
        }
        throw new Usage(2, option + " is " + text + "; it must be a number from " + from + " to " + to);
    }
}
