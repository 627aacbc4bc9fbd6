package dev.lifecycle.impl.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code memory doctor}. */
final class DoctorVerb implements Verb {
    @Override
    public String name() {
        return "doctor";
    }

    @Override
    public String summary() {
        return "whether a JVM, or this machine, is set up to run for long: limits, flags, rights";
    }

    @Override
    public String help() {
        return """
                Looks over a running HotSpot JVM before it has to be looked into at night: its memory limit against its heap and what it
                takes beside it, its flags, its descriptors, and whether the other verbs can see it. Without a process number, over this
                machine or container alone. By files, as monitor does; the flags are those of its command line and environment.
                Each look prints OK, WARN or FAIL with what was found, and below it what to do.

                usage: memory doctor [PID] [--strict] [--touch] [--timeout D]

                  --strict     WARN counts as a finding, too
                  --touch      attach, and ask for the flags as they are: those from @files and defaults, too
                  --timeout D  for the answer with --touch, default 10s

                A duration D is written like 250ms, 10s, 1.5m, 2h.
                exit status: 0 nothing is FAIL, 1 something is; 2 usage; 3 there is no such process, or --touch cannot attach
                example: java -jar lifecycle-impl-VERSION.jar memory doctor 4711
                """;
    }

    @Override
    public int run(List<String> arguments, World world) throws CliException, IOException, InterruptedException {
        Options options = new Options(arguments, Set.of("--timeout"), Set.of("--strict", "--touch"));
        if (options.rest().size() > 1) {
            throw CliException.usage("doctor takes one process number or none, not "
                    + options.rest().size() + "; memory doctor --help shows how it is called");
        }
        Duration timeout = HistogramVerb.timeout(options);
        if (options.rest().isEmpty()) {
            if (options.has("--touch")) {
                throw CliException.usage("--touch needs a process; give its number, or leave --touch out");
            }
            return told(DoctorChecks.machine(DoctorFacts.of(world, Optional.empty())), options, world);
        }
        Target target = Target.of(world.proc(), Options.pid(options.rest().get(0)));
        Optional<String> maps = target.maps();
        if (maps.isEmpty()) {
            throw CliException.noAttach("process " + target.pid() + " of user " + target.user()
                    + " cannot be looked at: call this as that user or as root");
        }
        if (!maps.get().contains("/libjvm.so")) {
            throw CliException.noAttach("process " + target.pid() + " is no HotSpot JVM; jps shows those that are");
        }
        DoctorFacts facts = DoctorFacts.of(world, Optional.of(target));
        if (options.has("--touch")) {
            String printed = new AttachClient(target, world).run(timeout, "jcmd", "VM.flags");
            facts = facts.with(facts.flags().with(printed));
        }
        List<Check> checks = DoctorChecks.process(facts);
        target.checkSame();
        return told(checks, options, world);
    }

    private static int told(List<Check> checks, Options options, World world) {
        int warned = 0;
        int failed = 0;
        for (Check each : checks) {
            world.out().print(each.text());
            warned += each.level() == Check.Level.WARN ? 1 : 0;
            failed += each.level() == Check.Level.FAIL ? 1 : 0;
        }
        world.out().print((checks.size() - warned - failed) + " OK, " + warned + " WARN, " + failed + " FAIL\n");
        return failed > 0 || options.has("--strict") && warned > 0 ? Exit.FINDING : Exit.OK;
    }
}
