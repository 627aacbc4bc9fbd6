package dev.lifecycle.impl.cli;

import dev.lifecycle.impl.memory.CollectorKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The looks of {@code memory doctor}: each takes facts, and tells one thing. */
final class DoctorChecks {
    private static final long MB = 1 << 20;
    private static final long FEW_DESCRIPTORS = 1_024;
    private static final long ENOUGH_DESCRIPTORS = 4_096;
    private static final int MOST_IN_USE = 80; // percent
    private static final int SHENANDOAH_COLLECTS = 18;
    private static final int VIRTUAL_THREADS = 21;
    private static final int UNPINNED = 24;
    private static final int OLDEST = 17;

    private DoctorChecks() {}

    /** Those of a machine, before there is a process. */
    static List<Check> machine(DoctorFacts facts) {
        return List.of(
                machineLimit(facts), groups(facts), descriptors(facts), arenas(facts), pressure(facts), swap(facts));
    }

    /** Those of a process, and of its machine. */
    static List<Check> process(DoctorFacts facts) {
        List<Check> all = new ArrayList<>();
        all.add(limit(facts));
        all.add(groups(facts));
        all.add(collections(facts));
        all.add(exit(facts));
        all.add(dump(facts));
        all.add(descriptors(facts));
        all.add(perfData(facts));
        all.add(attach(facts));
        all.add(collector(facts));
        all.add(java(facts));
        all.add(arenas(facts));
        all.add(pressure(facts));
        all.add(swap(facts));
        return all;
    }

    private static Check machineLimit(DoctorFacts facts) {
        long limit = facts.groupLimit();
        long physical = facts.physical();
        return Check.ok(
                "memory limit",
                limit < 0
                        ? "none but the machine's " + megabytes(physical)
                        : megabytes(limit) + ", of the machine's " + megabytes(physical)
                                + "; a JVM without -Xmx takes a quarter of it for its heap");
    }

    private static Check limit(DoctorFacts facts) {
        String name = "memory limit";
        long group = facts.groupLimit();
        long limit = group < 0 ? facts.physical() : group;
        String whose = group < 0 ? "the machine has " : "the limit of its control group is ";
        Envelope needed = Envelope.of(facts);
        if (needed.heap() < 0) {
            return Check.ok(name, whose + megabytes(limit) + "; how large its heap may become is not known");
        }
        if (limit < 0) {
            return Check.ok(name, "not known; it may take " + needed.text());
        }
        String remedy = "lower -Xmx to " + Math.max(16, (limit - (needed.most() - needed.heap())) / MB)
                + "m or less, or bound -XX:ReservedCodeCacheSize, -XX:MaxMetaspaceSize, -XX:MaxDirectMemorySize and -Xss, or raise the limit to "
                + needed.most() / MB + " MB";
        if (limit < needed.least()) {
            return Check.fail(name, whose + megabytes(limit) + ", but it may take " + needed.text(), remedy);
        }
        if (limit < needed.most()) {
            return Check.warn(
                    name,
                    whose + megabytes(limit) + ", enough for " + megabytes(needed.least())
                            + " as it is used now, but it may take " + needed.text(),
                    remedy);
        }
        return Check.ok(name, whose + megabytes(limit) + "; it may take " + needed.text());
    }

    private static Check groups(DoctorFacts facts) {
        String name = "control group";
        String version = facts.groupVersion();
        long limit = facts.groupLimit();
        String what = version.equals("none")
                ? "no control groups are mounted"
                : version + ", " + (limit < 0 ? "no limit of memory" : "limit " + megabytes(limit));
        if (!facts.flags().isOn("UseContainerSupport", true)) {
            return Check.fail(
                    name,
                    what + "; the JVM does not look at it: -XX:-UseContainerSupport",
                    "start it without that flag, or it sizes heap and threads for the whole machine");
        }
        long heap = facts.maxHeap();
        if (limit >= 0 && heap > limit) {
            return Check.fail(
                    name,
                    what + "; the heap may become " + megabytes(heap)
                            + ": the JVM does not see the limit, or -Xmx is above it",
                    "set -XX:MaxRAMPercentage=60, or -Xmx below the limit; if there is neither -Xmx, update the JDK: this one does not know control groups "
                            + version);
        }
        return Check.ok(name, what);
    }

    private static Check collections(DoctorFacts facts) {
        String name = "explicit collection";
        if (facts.flags().isOn("DisableExplicitGC", false)) {
            return Check.fail(
                    name,
                    "disabled: -XX:+DisableExplicitGC, so System.gc() does nothing, and direct buffers that wait for it fail",
                    "start it without that flag; where such calls are too many, use -XX:+ExplicitGCInvokesConcurrent");
        }
        if (facts.flags().isOn("ExplicitGCInvokesConcurrent", false)) {
            return Check.warn(
                    name,
                    "concurrent: -XX:+ExplicitGCInvokesConcurrent, so System.gc() returns memory later, or none",
                    "read before and after figures some seconds apart, or request collections by a live histogram");
        }
        return Check.ok(name, "possible");
    }

    private static Check exit(DoctorFacts facts) {
        String name = "out of memory";
        for (String flag : List.of("ExitOnOutOfMemoryError", "CrashOnOutOfMemoryError")) {
            if (facts.flags().isOn(flag, false)) {
                return Check.ok(name, "ends the process: -XX:+" + flag);
            }
        }
        String command = facts.flags().value("OnOutOfMemoryError").orElse("");
        if (!command.isEmpty()) {
            return Check.ok(name, "runs a command: -XX:OnOutOfMemoryError");
        }
        return Check.fail(
                name,
                "does not end the process: threads die one by one, and what is left goes on half dead",
                "start it with -XX:+ExitOnOutOfMemoryError, and let something start it anew");
    }

    private static Check dump(DoctorFacts facts) {
        String name = "heap dump";
        return facts.flags().isOn("HeapDumpOnOutOfMemoryError", false)
                ? Check.ok(
                        name,
                        "written to " + facts.flags().value("HeapDumpPath").orElse("its working directory"))
                : Check.warn(
                        name,
                        "none is written when memory runs out",
                        "-XX:+HeapDumpOnOutOfMemoryError -XX:HeapDumpPath=DIRECTORY, with room for the whole heap there");
    }

    private static Check descriptors(DoctorFacts facts) {
        String name = "descriptors";
        long limit = facts.descriptorLimit();
        long open = facts.descriptors();
        if (limit < 0) {
            return Check.ok(name, "the limit is not known");
        }
        if (limit == Long.MAX_VALUE) {
            return Check.ok(name, open + " open, no limit");
        }
        long percent = limit == 0 || open < 0 ? 0 : 100 * open / limit;
        String found = open < 0 ? "the limit is " + limit : open + " of " + limit + " open (" + percent + " %)";
        String remedy =
                "raise the limit: ulimit -n 65536, LimitNOFILE= of systemd, or --ulimit nofile of the container";
        if (percent >= MOST_IN_USE) {
            return Check.fail(name, found, "look for files and sockets that are never closed, and " + remedy);
        }
        if (limit < FEW_DESCRIPTORS) {
            return Check.fail(name, found + "; a service wants " + ENOUGH_DESCRIPTORS, remedy);
        }
        return limit < ENOUGH_DESCRIPTORS
                ? Check.warn(name, found + "; a service wants " + ENOUGH_DESCRIPTORS, remedy)
                : Check.ok(name, found);
    }

    private static Check perfData(DoctorFacts facts) {
        String name = "performance data";
        if (facts.perfData().isPresent()) {
            return Check.ok(name, facts.perfData().get().size() + " figures");
        }
        boolean off = !facts.flags().isOn("UsePerfData", true);
        boolean hidden = facts.flags().isOn("PerfDisableSharedMem", false);
        return Check.fail(
                name,
                off
                        ? "off: -XX:-UsePerfData; monitor and jstat see nothing of its heap"
                        : hidden
                                ? "not shared: -XX:+PerfDisableSharedMem; monitor and jstat see nothing of its heap"
                                : "none that can be read: another user's, another container's, or no HotSpot JVM",
                off || hidden
                        ? "start it without that flag"
                        : "call this as the user of the process, in its container or on its host");
    }

    private static Check attach(DoctorFacts facts) {
        String name = "attaching";
        if (facts.flags().isOn("DisableAttachMechanism", false)
                || facts.perfData().map(each -> !each.attachable()).orElse(false)) {
            return Check.warn(
                    name,
                    "disabled: -XX:+DisableAttachMechanism; histogram, diff and verify-stable cannot look into it",
                    "start it without that flag; monitor works all the same");
        }
        long own = user(DoctorFacts.pairs(facts.proc().resolve("self").resolve("status")));
        long user = user(facts.status());
        if (own > 0 && user >= 0 && own != user) { // root may
            return Check.warn(
                    name,
                    "it belongs to user " + user + ", this is user " + own,
                    "call this as user " + user + " or as root");
        }
        return Check.ok(name, "allowed");
    }

    private static long user(Map<String, String> status) {
        return MonitorSampler.number(status, "Uid");
    }

    private static Check collector(DoctorFacts facts) {
        String name = "collector";
        CollectorKind kind = facts.collector();
        int version = facts.javaVersion();
        if (facts.perfData().map(PerfData::mapsThrice).orElse(false)) {
            return Check.warn(
                    name,
                    "Z without generations: the kernel counts each page of its heap up to three times as resident",
                    "alert on the charge of the control group, or on RssAnon + RssFile + RssShmem / 3, not on rss");
        }
        if (kind == CollectorKind.SHENANDOAH && version >= 0 && version < SHENANDOAH_COLLECTS) {
            return Check.warn(
                    name,
                    "Shenandoah of JDK " + version + ": a live histogram counts garbage, for it collects nothing",
                    "verify-stable cannot tell on it; use a newer JDK");
        }
        return Check.ok(name, kind == CollectorKind.UNKNOWN ? "not known" : kind.toString());
    }

    private static Check java(DoctorFacts facts) {
        String name = "java";
        int version = facts.javaVersion();
        if (version < 0) {
            return Check.ok(name, "version not known");
        }
        if (version < OLDEST) {
            return Check.warn(name, "JDK " + version, "this library and its figures are made for 17 and newer");
        }
        if (version < VIRTUAL_THREADS) {
            return Check.ok(name, "JDK " + version + ", without virtual threads");
        }
        return Check.ok(
                name,
                "JDK " + version + ", with virtual threads; threads of the kernel do not count them"
                        + (version < UNPINNED ? ", and synchronized pins them" : ""));
    }

    private static Check arenas(DoctorFacts facts) {
        String name = "malloc arenas";
        String most = facts.environment().getOrDefault("MALLOC_ARENA_MAX", "");
        if (!facts.isGlibc()) {
            return Check.ok(name, "not of glibc, or not to be seen");
        }
        if (!most.isEmpty()) {
            return Check.ok(name, "at most " + most);
        }
        return facts.groupLimit() < 0
                ? Check.ok(name, "as many as glibc likes, 8 a processor; there is no limit of memory to reach")
                : Check.warn(
                        name,
                        "as many as glibc likes, 8 a processor, of 64 MB each: native memory that was freed stays",
                        "set MALLOC_ARENA_MAX=2 in its environment");
    }

    private static Check pressure(DoctorFacts facts) {
        String name = "pressure";
        return facts.hasPressure()
                ? Check.ok(name, "the kernel tells how long memory is waited for")
                : Check.warn(
                        name,
                        "the kernel does not tell how long memory is waited for: no " + facts.proc()
                                + "/pressure/memory",
                        "boot it with psi=1; without, the guard goes by sizes alone");
    }

    private static Check swap(DoctorFacts facts) {
        String name = "swap";
        long total = facts.machine("SwapTotal");
        long out = facts.number("VmSwap");
        if (out > 0) {
            return Check.warn(
                    name,
                    megabytes(out << 10) + " of it are swapped out: each collection reads them back",
                    "give it more memory, or lower vm.swappiness");
        }
        return Check.ok(name, total > 0 ? megabytes(total) + ", none of it in use by it" : "none");
    }

    private static String megabytes(long bytes) {
        return bytes < 0 ? "an unknown size" : bytes / MB + " MB";
    }
}
