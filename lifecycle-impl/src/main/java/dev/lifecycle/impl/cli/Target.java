package dev.lifecycle.impl.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Another process, by what the kernel tells of it in {@code /proc/PID} (proc(5)): which one it is, whose, and how it looks from
 * inside of its container. The start time tells it from a later process with the same number.
 */
final class Target {
    private static final int SIGQUIT = 3;
    private static final int MOST = 16 << 20; // of the longest file, maps

    private final Path proc;
    private final long pid;
    private final long startTicks;
    private final Map<String, String> status;

    private Target(Path proc, long pid, long startTicks, Map<String, String> status) {
        this.proc = proc;
        this.pid = pid;
        this.startTicks = startTicks;
        this.status = status;
    }

    /** Finds it. */
    static Target of(Path proc, long pid) throws CliException {
        if (!Files.isDirectory(proc.resolve("self"))) {
            throw CliException.noAttach(
                    "there is no " + proc + " on this system; other processes can be looked at on Linux only."
                            + " diff compares histograms that jcmd PID GC.class_histogram has printed, anywhere");
        }
        Path own = proc.resolve(Long.toString(pid));
        try {
            long start = startTicks(own);
            Map<String, String> status = status(own);
            long group = number(status, "Tgid", pid);
            if (group != pid) {
                throw CliException.noAttach(pid + " is a thread of process " + group + "; give " + group);
            }
            return new Target(own, pid, start, status);
        } catch (IOException none) {
            throw CliException.noAttach(
                    "there is no process " + pid + "; jps and ps show which there are, each in its own container");
        }
    }

    private static long startTicks(Path own) throws IOException {
        String stat = read(own.resolve("stat"), 4096);
        int name = stat.lastIndexOf(')'); // the name of the program stands in parentheses, and may have some itself
        String[] fields = stat.substring(name + 1).strip().split(" ", -1);
        try {
            return Long.parseLong(fields[19]); // field 22 of proc_pid_stat(5)
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new IOException(own.resolve("stat") + " has no start time", e);
        }
    }

    private static Map<String, String> status(Path own) throws IOException {
        Map<String, String> all = new HashMap<>();
        read(own.resolve("status"), 1 << 16).lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                all.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        return all;
    }

    private static String read(Path file, int most) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(most), StandardCharsets.UTF_8);
        }
    }

    private static long number(Map<String, String> status, String key, long otherwise) {
        String value = status.getOrDefault(key, "");
        String last = value.substring(value.lastIndexOf('\t') + 1);
        try {
            return Long.parseLong(last);
        } catch (NumberFormatException none) {
            return otherwise;
        }
    }

    long pid() {
        return pid;
    }

    /** Its directory in the file system {@code proc}. */
    Path directory() {
        return proc;
    }

    /** What {@code status} says now, by key. */
    Map<String, String> statusNow() throws IOException {
        return status(proc);
    }

    /** A file of its directory, cut after so many bytes. */
    String file(String name, int most) throws IOException {
        return read(proc.resolve(name), most);
    }

    /** When it started, in ticks of a hundredth of a second since the machine did. */
    long startTicks() {
        return startTicks;
    }

    /** Its number in its own, the innermost, namespace: what it calls itself in names of files. */
    long innerPid() {
        return number(status, "NSpid", pid);
    }

    /** Number and start. */
    String identity() {
        return pid + "@" + startTicks;
    }

    /** The user it acts as; -1 if the kernel does not tell. */
    int user() {
        String[] ids = status.getOrDefault("Uid", "").split("\t", -1);
        try {
            return ids.length > 1 ? Integer.parseInt(ids[1]) : -1;
        } catch (NumberFormatException none) {
            return -1;
        }
    }

    /** Whether the signal would run a handler; else it would kill. Read anew: a JVM sets it while it starts. */
    boolean catchesQuit() throws IOException {
        String caught = status(proc).getOrDefault("SigCgt", "");
        try {
            return (Long.parseUnsignedLong(caught, 16) & 1L << (SIGQUIT - 1)) != 0;
        } catch (NumberFormatException none) {
            return false;
        }
    }

    /** Whether it is still there, and not another one of the same number. */
    boolean isSame() {
        try {
            return startTicks(proc) == startTicks;
        } catch (IOException gone) {
            return false;
        }
    }

    /** Fails if it is not. */
    void checkSame() throws CliException {
        if (!isSame()) {
            throw CliException.noAttach("process " + pid
                    + " has ended, or another one has its number now; look for it again with jps or ps");
        }
    }

    /** Its directory for temporary files, seen from here. */
    Path tmp() {
        Path inside = proc.resolve("root").resolve("tmp");
        return Files.isReadable(inside) || innerPid() != pid ? inside : Path.of("/tmp");
    }

    /** The directory it works in, seen from here. */
    Path cwd() {
        return proc.resolve("cwd");
    }

    /** What is mapped into its memory; empty if that may not be seen. */
    Optional<String> maps() throws IOException {
        try {
            return Optional.of(read(proc.resolve("maps"), MOST));
        } catch (AccessDeniedException denied) {
            return Optional.empty();
        }
    }

    /** How it was started. */
    List<String> commandLine() {
        try {
            return List.of(read(proc.resolve("cmdline"), 1 << 20).split("\0"));
        } catch (IOException none) {
            return List.of();
        }
    }
}
