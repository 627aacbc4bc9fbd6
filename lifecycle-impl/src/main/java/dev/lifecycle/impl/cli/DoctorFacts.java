package dev.lifecycle.impl.cli;

import dev.lifecycle.impl.memory.CollectorKind;
import dev.lifecycle.impl.memory.ControlGroup;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code memory doctor} looks at: the target and the machine as files show them. Each is read when asked for; what cannot be read is empty, or negative.
 *
 * @param proc the file system {@code proc}
 * @param process the directory of the target in it
 * @param status of the target
 * @param perfData of the target
 * @param flags of the target
 * @param environment of the target
 */
record DoctorFacts(
        Path proc,
        Path process,
        Map<String, String> status,
        Optional<PerfData> perfData,
        VmFlags flags,
        Map<String, String> environment) {
    private static final int MOST = 1 << 20;
    private static final int MOST_DESCRIPTORS = 10_000_000;

    /** Those of a process, or of the machine as this process sees it. */
    static DoctorFacts of(World world, Optional<Target> target) throws IOException {
        Path process = target.map(Target::directory).orElse(world.proc().resolve("self"));
        Map<String, String> environment = environment(text(process.resolve("environ")));
        Optional<PerfData> data = Optional.empty();
        if (target.isPresent()) {
            try {
                data = PerfData.of(target.get());
            } catch (IOException unreadable) {
                data = Optional.empty();
            }
        }
        List<String> line = target.map(Target::commandLine).orElse(List.of());
        return new DoctorFacts(
                world.proc(),
                process,
                pairs(process.resolve("status")),
                data,
                VmFlags.of(environment, data, line),
                environment);
    }

    /** The same with flags that the target has told. */
    DoctorFacts with(VmFlags told) {
        return new DoctorFacts(proc, process, status, perfData, told, environment);
    }

    private static Map<String, String> environment(String text) {
        Map<String, String> all = new HashMap<>();
        pairs(text.replace("\n", " ").replace('\0', '\n'), '=', all);
        return all;
    }

    /** A file of lines of a key, a colon and a value. */
    static Map<String, String> pairs(Path file) {
        Map<String, String> all = new HashMap<>();
        pairs(text(file), ':', all);
        return all;
    }

    private static void pairs(String text, char between, Map<String, String> into) {
        text.lines().forEach(line -> {
            int at = line.indexOf(between);
            if (at > 0) {
                into.put(line.substring(0, at), line.substring(at + 1).strip());
            }
        });
    }

    private static String text(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MOST), StandardCharsets.UTF_8);
        } catch (IOException none) {
            return "";
        }
    }

    /** The control group that the target is charged to. */
    Optional<ControlGroup> group() {
        Path root = proc.toAbsolutePath().getParent();
        return root == null ? Optional.empty() : Optional.ofNullable(ControlGroup.ofProcess(root, process));
    }

    /** The limit of its control group, in bytes; -1 if there is none. */
    long groupLimit() {
        long limit = group().map(ControlGroup::limit).orElse(Long.MAX_VALUE);
        return limit == Long.MAX_VALUE ? -1 : limit;
    }

    /** The memory of the machine, in bytes. */
    long physical() {
        return machine("MemTotal");
    }

    /** A figure of {@code meminfo}, in bytes. */
    long machine(String key) {
        long kilobytes = MonitorSampler.number(pairs(proc.resolve("meminfo")), key);
        return kilobytes < 0 ? -1 : kilobytes << 10;
    }

    /** {@code v1}, {@code v2}, {@code hybrid} or {@code none}: what memory may be charged to, as it is mounted here. */
    String groupVersion() {
        String mounts = text(proc.resolve("self").resolve("mountinfo"));
        boolean second = mounts.lines().anyMatch(line -> line.contains(" - cgroup2 "));
        boolean first = mounts.lines().anyMatch(line -> line.matches(".* - cgroup \\S+ (?:\\S*,)?memory(?:,\\S*)?"));
        return first && second ? "hybrid" : first ? "v1" : second ? "v2" : "none";
    }

    /** Whether the kernel tells for how long processes wait for memory. */
    boolean hasPressure() {
        return !text(proc.resolve("pressure").resolve("memory")).isEmpty();
    }

    /** The soft limit of open files; -1 if it is not known, {@link Long#MAX_VALUE} if there is none. */
    long descriptorLimit() {
        for (String line : text(process.resolve("limits")).lines().toList()) {
            if (line.startsWith("Max open files")) {
                String soft = line.substring("Max open files".length()).strip().split(" ", 2)[0];
                if (soft.equals("unlimited")) {
                    return Long.MAX_VALUE;
                }
                return soft.matches("\\d{1,18}") ? Long.parseLong(soft) : -1;
            }
        }
        return -1;
    }

    /** Files that the target has open; -1 if that may not be seen. */
    long descriptors() {
        long open = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(process.resolve("fd"))) {
            for (var each = all.iterator(); each.hasNext() && open < MOST_DESCRIPTORS; each.next()) {
                open++;
            }
            return open;
        } catch (IOException | java.nio.file.DirectoryIteratorException denied) {
            return -1;
        }
    }

    /** A figure of the status of the target; sizes in kilobytes. */
    long number(String key) {
        return MonitorSampler.number(status, key);
    }

    /** Whether it is linked with glibc, by what is mapped. */
    boolean isGlibc() {
        String maps = text(process.resolve("maps"));
        return maps.contains("/libc.so.6") || maps.contains("/libc-2.");
    }

    /** The collector of the target. */
    CollectorKind collector() {
        CollectorKind told =
                perfData.map(each -> CollectorKind.of(each.collector())).orElse(CollectorKind.UNKNOWN);
        if (told != CollectorKind.UNKNOWN) {
            return told;
        }
        if (flags.isOn("UseZGC", false)) {
            return CollectorKind.Z;
        }
        return flags.isOn("UseShenandoahGC", false) ? CollectorKind.SHENANDOAH : CollectorKind.UNKNOWN;
    }

    /** The feature number of its Java, like 17; -1 if it is not known. */
    int javaVersion() {
        String text =
                perfData.map(each -> each.text("java.property.java.version")).orElse("");
        try {
            return text.isEmpty() ? -1 : Runtime.Version.parse(text).feature();
        } catch (IllegalArgumentException old) {
            return text.startsWith("1.8") ? 8 : -1;
        }
    }

    /** The largest its heap may become, in bytes; -1 if it is not known. */
    long maxHeap() {
        long told = perfData.map(PerfData::most).orElse(-1L);
        return told > 0 ? told : flags.bytes("MaxHeapSize").orElse(-1);
    }
}
