package dev.lifecycle.impl.cli;

import dev.lifecycle.impl.memory.CollectorKind;
import dev.lifecycle.impl.memory.ControlGroup;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Samples of a process as files show it: those of the kernel, and the performance data of its virtual machine. It is not touched: no signal, no socket.
 *
 * <p>What is alive in the heap is known no better than that: after a collection, what is in use outside the space for new objects is an upper bound. {@link #poll}
 * between the samples finds more collections. Not thread-safe.
 */
final class MonitorSampler {
    private static final double TICKS = 100; // a second, whatever the kernel was built with: USER_HZ
    private static final int MOST_DESCRIPTORS = 10_000_000;

    private final Target target;
    private final LongSupplier nanos;
    private final @Nullable ControlGroup group;
    private @Nullable Path file;
    private Optional<PerfData> data = Optional.empty();

    private long collections = -1;
    private long oldCollections = -1;
    private long oldBefore = -1;
    private long live = -1;
    private boolean collected;
    private boolean reclaimed;

    private long ticksBefore = -1;
    private long nanosBefore;

    MonitorSampler(Target target, World world) {
        this.target = target;
        this.nanos = world.time()::nanos;
        Path root = world.proc().toAbsolutePath().getParent();
        this.group = root == null ? null : ControlGroup.ofProcess(root, target.directory());
    }

    /** Whether its virtual machine has written performance data, at the last look. */
    boolean hasPerfData() {
        return data.isPresent();
    }

    /** What the virtual machine told at the last look. */
    Optional<PerfData> perfData() {
        return data;
    }

    /** Looks whether there was a collection. */
    void poll() {
        data = look();
        if (data.isEmpty()) {
            return;
        }
        PerfData now = data.get();
        long old = now.fullCollections();
        long all = Math.max(0, now.youngCollections()) + old;
        long usedOld = now.usedOld();
        if (all != collections && all > 0 && usedOld >= 0) {
            boolean first = collections < 0;
            live = now.usedKept();
            collected = true;
            // the old generation of G1 becomes less in young collections too, once a marking is through
            boolean mixed = CollectorKind.of(now.collector()) == CollectorKind.G1 && usedOld < oldBefore;
            reclaimed |= !first && (old > oldCollections || mixed);
        }
        collections = all;
        oldCollections = old;
        oldBefore = usedOld;
    }

    private Optional<PerfData> look() {
        try {
            if (file == null) {
                file = PerfData.find(target).orElse(null);
            }
            return file == null ? Optional.empty() : Optional.of(PerfData.read(file));
        } catch (IOException notNow) {
            return Optional.empty();
        }
    }

    /** Whether there was a collection since the last call. */
    boolean takeCollected() {
        boolean was = collected;
        collected = false;
        return was;
    }

    /** Whether one of them went through the old generation. */
    boolean takeReclaimed() {
        boolean was = reclaimed;
        reclaimed = false;
        return was;
    }

    /** A sample; empty once the process is gone. */
    Optional<MonitorCsv.Row> sample() {
        poll();
        Instant now = Instant.now();
        try {
            Map<String, String> status = target.statusNow();
            if (status.getOrDefault("State", "").startsWith("Z") || !status.containsKey("VmRSS")) {
                return Optional.empty(); // it has ended, and nobody has asked how
            }
            double cpu = cpu();
            long limit = group == null ? -1 : group.limit();
            MonitorCsv.Row row = new MonitorCsv.Row(
                    now,
                    resident(status),
                    group == null ? -1 : group.workingSet(),
                    limit == Long.MAX_VALUE ? -1 : limit,
                    of(PerfData::used),
                    of(PerfData::committed),
                    of(PerfData::most),
                    live,
                    of(each -> each.number("sun.gc.metaspace.used", -1)),
                    number(status, "Threads"),
                    descriptors(),
                    of(PerfData::classes),
                    of(PerfData::youngCollections),
                    of(PerfData::fullCollections),
                    of(PerfData::collectingMillis),
                    cpu,
                    Optional.empty());
            return target.isSame() ? Optional.of(row) : Optional.empty();
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    private long of(java.util.function.ToLongFunction<PerfData> figure) {
        return data.isPresent() ? figure.applyAsLong(data.get()) : -1;
    }

    private long resident(Map<String, String> status) {
        long kilobytes = data.isPresent() && data.get().mapsThrice() && status.containsKey("RssShmem")
                ? number(status, "RssAnon") + number(status, "RssFile") + number(status, "RssShmem") / 3
                : number(status, "VmRSS");
        return kilobytes < 0 ? -1 : kilobytes << 10;
    }

    /** A number of {@code status}, in kilobytes or pieces; -1 if it is not there. */
    static long number(Map<String, String> status, String key) {
        String value = status.getOrDefault(key, "");
        int end = 0;
        while (end < value.length() && end < 18 && value.charAt(end) >= '0' && value.charAt(end) <= '9') {
            end++;
        }
        return end == 0 ? -1 : Long.parseLong(value.substring(0, end));
    }

    private long descriptors() {
        long open = 0;
        try (DirectoryStream<Path> all =
                Files.newDirectoryStream(target.directory().resolve("fd"))) {
            for (var each = all.iterator(); each.hasNext() && open < MOST_DESCRIPTORS; each.next()) {
                open++;
            }
            return open;
        } catch (IOException | java.nio.file.DirectoryIteratorException denied) {
            return -1;
        }
    }

    /** The share of one processor since the last sample; NaN at first. */
    private double cpu() throws IOException {
        String stat = target.file("stat", 4096);
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
        long ticks;
        try {
            ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]); // utime and stime of proc_pid_stat(5)
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException none) {
            return Double.NaN;
        }
        long now = nanos.getAsLong();
        double share = ticksBefore < 0 || now <= nanosBefore
                ? Double.NaN
                : Math.max(0, ticks - ticksBefore) / TICKS / ((now - nanosBefore) / 1e9);
        ticksBefore = ticks;
        nanosBefore = now;
        return share;
    }
}
