package dev.lifecycle.impl.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The options that a HotSpot JVM was started with, as far as they are written down: the last of a name counts, and {@code -Xmx} and the like are the flags they stand
 * for. What is not among them has its default.
 */
final class VmFlags {
    private static final Set<String> WITH_VALUE = Set.of(
            "-cp",
            "-classpath",
            "--class-path",
            "-p",
            "--module-path",
            "--upgrade-module-path",
            "--add-modules",
            "--add-reads",
            "--add-exports",
            "--add-opens",
            "--limit-modules",
            "--patch-module",
            "--source");
    private static final Map<String, String> SHORT =
            Map.of("-Xmx", "MaxHeapSize", "-Xms", "InitialHeapSize", "-Xss", "ThreadStackSize");
    private static final int MOST = 10_000;

    private final List<String> options;

    private VmFlags(List<String> options) {
        this.options = options.size() > MOST ? options.subList(0, MOST) : options;
    }

    /** Of a process: from its environment, its performance data if there are any, and its command line. */
    static VmFlags of(Map<String, String> environment, Optional<PerfData> data, List<String> commandLine) {
        List<String> all = new ArrayList<>();
        data.ifPresent(each -> all.addAll(words(each.text("java.rt.vmFlags"))));
        all.addAll(words(environment.getOrDefault("JAVA_TOOL_OPTIONS", "")));
        all.addAll(words(environment.getOrDefault("JDK_JAVA_OPTIONS", "")));
        // both: one has the files of @arguments, the other words with spaces
        data.ifPresent(each -> all.addAll(words(each.text("java.rt.vmArgs"))));
        all.addAll(options(commandLine));
        all.addAll(words(environment.getOrDefault("_JAVA_OPTIONS", "")));
        return new VmFlags(all);
    }

    /** These and, above them, those that the command VM.flags has printed. */
    VmFlags with(String printed) {
        List<String> all = new ArrayList<>(options);
        all.addAll(words(printed));
        return new VmFlags(all);
    }

    private static List<String> words(String text) {
        return List.of(text.strip().split("\\s+", -1));
    }

    /** Those before the main class. */
    private static List<String> options(List<String> commandLine) {
        List<String> all = new ArrayList<>();
        for (int i = 1; i < commandLine.size(); i++) {
            String each = commandLine.get(i);
            if (WITH_VALUE.contains(each)) {
                i++;
            } else if (each.equals("-jar") || each.equals("-m") || each.equals("--module")) {
                break;
            } else if (each.startsWith("-")) {
                all.add(each);
            } else if (!each.startsWith("@")) {
                break;
            }
        }
        return all;
    }

    /** Whether a switch is on. */
    boolean isOn(String name, boolean otherwise) {
        boolean on = otherwise;
        for (String each : options) {
            if (each.equals("-XX:+" + name)) {
                on = true;
            } else if (each.equals("-XX:-" + name)) {
                on = false;
            }
        }
        return on;
    }

    /** The value of a flag. */
    Optional<String> value(String name) {
        String value = null;
        for (String each : options) {
            if (each.startsWith("-XX:" + name + "=")) {
                value = each.substring(each.indexOf('=') + 1);
            }
            for (Map.Entry<String, String> one : SHORT.entrySet()) {
                if (one.getValue().equals(name) && each.startsWith(one.getKey())) {
                    value = each.substring(one.getKey().length());
                    if (name.equals("ThreadStackSize")) {
                        value = Long.toString(size(value).orElse(0) >> 10); // that flag counts kilobytes
                    }
                }
            }
        }
        return Optional.ofNullable(value);
    }

    /** The value of a flag that is a size in bytes, like {@code 512m}. */
    OptionalLong bytes(String name) {
        Optional<String> value = value(name);
        return value.isEmpty() ? OptionalLong.empty() : size(value.get());
    }

    /** Empty if it is none, or larger than a {@code long}. */
    static OptionalLong size(String text) {
        if (!text.matches("\\d{1,18}[kKmMgGtT]?")) {
            return OptionalLong.empty();
        }
        int last = text.length() - 1;
        int shift = switch (text.charAt(last)) {
            case 'k', 'K' -> 10;
            case 'm', 'M' -> 20;
            case 'g', 'G' -> 30;
            case 't', 'T' -> 40;
            default -> 0;
        };
        long number = Long.parseLong(shift == 0 ? text : text.substring(0, last));
        return number > Long.MAX_VALUE >> shift ? OptionalLong.empty() : OptionalLong.of(number << shift);
    }
}
