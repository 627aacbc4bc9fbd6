package dev.lifecycle.impl.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the bytes in use from what the command GC.heap_info prints, which each collector does in its own words. */
final class HeapUse {
    private static final Pattern BEFORE = Pattern.compile("\\bused (\\d{1,15})([BKMG])");
    private static final Pattern BEHIND = Pattern.compile("(\\d{1,15})([BKMG]) used\\b");

    private HeapUse() {}

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
        if (!matcher.find()) {
            return -1;
        }
        long shift = switch (matcher.group(2)) {
            case "K" -> 10;
            case "M" -> 20;
            case "G" -> 30;
            default -> 0;
        };
        return Long.parseLong(matcher.group(1)) << shift;
    }
}
