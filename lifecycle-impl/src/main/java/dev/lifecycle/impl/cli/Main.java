package dev.lifecycle.impl.cli;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Names;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** {@code java -jar lifecycle-impl-VERSION.jar memory VERB ...}. */
public final class Main {
    private static final String GROUP = "memory";

    private Main() {}

    /**
     * Runs a verb and ends the process with its status.
     *
     * @param args group, verb, its arguments
     */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        int status = run(List.of(args), World.real(out, err));
        out.flush();
        err.flush();
        System.exit(status);
    }

    /** The same, without ending anything. */
    static int run(List<String> arguments, World world) {
        try {
            return dispatch(arguments, world);
        } catch (CliException e) {
            world.out().flush();
            world.err().println(e.getMessage());
            return e.status();
        } catch (IOException e) {
            world.out().flush();
            world.err().println(Names.printable(e.toString()));
            return Exit.USAGE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            world.err().println("interrupted");
            return Exit.INCONCLUSIVE;
        }
    }

    private static int dispatch(List<String> arguments, World world)
            throws CliException, IOException, InterruptedException {
        if (arguments.isEmpty()) {
            world.err().print(help());
            return Exit.USAGE;
        }
        String first = arguments.get(0);
        if (isHelp(first)) {
            world.out().print(help());
            return Exit.OK;
        }
        if (first.equals("--version")) {
            world.out().println("lifecycle " + version() + ", api " + Lifecycle.version());
            return Exit.OK;
        }
        if (!first.equals(GROUP)) {
            throw CliException.usage("unknown command " + Names.quote(first) + "; the only one is " + GROUP
                    + ". --help shows what it does");
        }
        if (arguments.size() == 1) {
            world.err().print(help());
            return Exit.USAGE;
        }
        String name = arguments.get(1);
        if (isHelp(name)) {
            world.out().print(help());
            return Exit.OK;
        }
        Optional<Verb> verb = Verbs.named(name);
        if (verb.isEmpty()) {
            throw CliException.usage("unknown verb " + Names.quote(name) + "; these are known: "
                    + String.join(", ", Verbs.all().stream().map(Verb::name).toList()));
        }
        List<String> rest = arguments.subList(2, arguments.size());
        if (rest.stream().anyMatch(Main::isHelp)) {
            world.out().print(verb.get().help());
            return Exit.OK;
        }
        return verb.get().run(rest, world);
    }

    private static boolean isHelp(String argument) {
        return argument.equals("--help") || argument.equals("-h") || argument.equals("help");
    }

    private static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "not packaged" : version;
    }

    private static String help() {
        StringBuilder out = new StringBuilder("""
                Looks into the memory of running JVMs, without an agent.

                usage: java -jar lifecycle-impl-VERSION.jar memory VERB ...

                """);
        for (Verb verb : Verbs.all()) {
            out.append(String.format(java.util.Locale.ROOT, "  %-14s %s\n", verb.name(), verb.summary()));
        }
        return out.append("""

                        memory VERB --help tells of each; --version which this is.
                        exit status: 0 ok, 1 finding, 2 usage, 3 cannot attach, 4 inconclusive
                        """).toString();
    }
}
