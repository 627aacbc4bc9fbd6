package dev.lifecycle.impl.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the bytes in use from what the command GC.heap_info prints, which each collector does in its own words. */
final class HeapUse {
    private static final Pattern BEFORE = Pattern.compile("\\bused (\\d{1,15})([BKMG])");
    private static final Pattern BEHIND = Pattern.compile("(\\d{1,15})([BKMG]) used\\b");

    private static final Pattern EDEN = Pattern.compile("eden space (\\d{1,15})([BKMG]),\\s{1,3}(\\d{1,3})% used");
    private static final Pattern YOUNG =
            Pattern.compile("young \\((\\d{1,15})([BKMG])\\), \\d{1,9} survivors \\((\\d{1,15})([BKMG])\\)");

    private HeapUse() {}

    /** What was allocated since the last young collection, in bytes, about; 0 if it is not there. */
    static long eden(String info) {
        Matcher regions = YOUNG.matcher(info);
        if (regions.find()) {
            return Math.max(0, bytes(regions, 1) - bytes(regions, 3));
        }
        Matcher space = EDEN.matcher(info);
        return space.find() ? bytes(space, 1) / 100 * Math.min(100, Long.parseLong(space.group(3))) : 0;
    }

    /** In bytes; -1 if it is not there. Of a heap in generations the sum, else of the heap as a whole. */
    static long bytes(String info) {
        long sum = -1;
        boolean shenandoah = false;
        for (String line : info.lines().toList()) {
            if (line.contains("Metaspace")) {
                break;
            }
            shenandoah |= line.contains("Shenandoah");
            boolean whole = line.contains("garbage-first heap") || line.contains("ZHeap");
            boolean part = line.contains("generation")
                    || line.contains("DefNew")
                    || line.contains("Tenured")
                    || line.contains("PSYoungGen")
                    || line.contains("ParOldGen");
            if (whole || part) {
                long used = match(BEFORE, line);
                if (used >= 0) {
                    sum = Math.max(0, sum) + used;
                    if (whole) {
                        return sum;
                    }
                }
            } else if (shenandoah) {
                long used = match(BEHIND, line);
                if (used >= 0) {
                    return used;
                }
            }
        }
        return sum;
    }

    private static long match(Pattern pattern, String line) {
        Matcher matcher = pattern.matcher(line);
        return matcher.find() ? bytes(matcher, 1) : -1;
    }

    /** The number of a group, with the unit of the next. */
    private static long bytes(Matcher matcher, int group) {
        long shift = switch (matcher.group(group + 1)) {
            case "K" -> 10;
            case "M" -> 20;
            case "G" -> 30;
            default -> 0;
        };
        return Long.parseLong(matcher.group(group)) << shift;
    }
}
