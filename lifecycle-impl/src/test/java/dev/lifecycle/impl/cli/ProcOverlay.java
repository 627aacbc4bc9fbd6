package dev.lifecycle.impl.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A file system {@code proc} that shows one real process, in a control group that is none but files. */
final class ProcOverlay {
    private static final long MB = 1 << 20;
    final Path proc;
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Path root;
    private final long pid;

    ProcOverlay(Path root, long pid) throws IOException {
        this.root = root;
        this.pid = pid;
        proc = root.resolve("proc");
        Path real = Path.of("/proc", Long.toString(pid));
        Path own = Files.createDirectories(proc.resolve(Long.toString(pid)));
        for (String name :
                List.of("status", "stat", "maps", "cmdline", "environ", "limits", "fd", "root", "cwd", "statm")) {
            Files.createSymbolicLink(own.resolve(name), real.resolve(name));
        }
        Files.createDirectories(proc.resolve("self"));
        Files.createSymbolicLink(proc.resolve("self").resolve("status"), Path.of("/proc/self/status"));
        Files.writeString(proc.resolve("meminfo"), "MemTotal:       16777216 kB\nSwapTotal:             0 kB\n");
        write("proc/pressure/memory", "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
    }

    void write(String path, String content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    /** Version 2, a limit in MB. */
    void second(long limit) throws IOException {
        write("proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw\n");
        write("proc/" + pid + "/cgroup", "0::/service\n");
        write("sys/fs/cgroup/service/memory.current", 50 * MB + "\n");
        write("sys/fs/cgroup/service/memory.max", limit * MB + "\n");
    }

    /** Version 1, a limit in MB. */
    void first(long limit) throws IOException {
        write(
                "proc/self/mountinfo",
                "32 23 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
                        + "30 23 0:26 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
        write("proc/" + pid + "/cgroup", "4:memory:/service\n0::/\n");
        write("sys/fs/cgroup/memory/service/memory.usage_in_bytes", 50 * MB + "\n");
        write("sys/fs/cgroup/memory/service/memory.limit_in_bytes", limit * MB + "\n");
    }

    int memory(String... words) {
        java.util.ArrayList<String> all = new java.util.ArrayList<>(List.of("memory"));
        all.addAll(List.of(words));
        return Main.run(
                all,
                new World(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        proc,
                        Quit.BY_SHELL,
                        dev.lifecycle.time.TimeSource.system()));
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
