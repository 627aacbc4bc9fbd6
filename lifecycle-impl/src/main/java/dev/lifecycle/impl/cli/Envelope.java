package dev.lifecycle.impl.cli;

import java.util.Locale;
import java.util.OptionalLong;

/**
 * How much memory a JVM may take: its heap, and beside it metaspace, compiled code, direct buffers and stacks. What a flag bounds counts with its bound, once to the full
 * and once with what is usual or in use now. Direct buffers without a bound of their own count as none: the text says so.
 *
 * @param heap the largest it may become, in bytes
 * @param metaspace in bytes, at most
 * @param code compiled, in bytes, at most
 * @param direct buffers, in bytes, at most; -1 without a bound
 * @param threads that there are now
 * @param stack of each, in bytes, at most
 * @param least in bytes: the heap, and beside it what is in use now, or usual
 */
record Envelope(long heap, long metaspace, long code, long direct, long threads, long stack, long least) {
    private static final long MB = 1 << 20;
    private static final long METASPACE = 64 * MB; // without a bound: of a small service
    private static final long CODE = 240 * MB; // ReservedCodeCacheSize
    private static final long CODE_USED = 48 * MB; // without tiers; and about what a service fills
    private static final long STACK = MB;
    private static final long STACK_USED = MB / 8;
    private static final double GROWTH = 1.25;
    private static final int FEWEST_THREADS = 20;

    static Envelope of(DoctorFacts facts) {
        VmFlags flags = facts.flags();
        long heap = facts.maxHeap();
        long used = facts.perfData()
                .map(each -> each.number("sun.gc.metaspace.used", -1))
                .orElse(-1L);
        long expected = Math.max(METASPACE, (long) (GROWTH * used));
        long metaspace = flags.bytes("MaxMetaspaceSize").orElse(expected);
        long code = flags.bytes("ReservedCodeCacheSize").orElse(CODE);
        OptionalLong bound = flags.bytes("MaxDirectMemorySize");
        long direct = bound.isPresent() && bound.getAsLong() > 0 ? bound.getAsLong() : -1; // 0 is none, too
        long threads = Math.max(FEWEST_THREADS, facts.number("Threads"));
        OptionalLong kilobytes = flags.bytes("ThreadStackSize");
        long stack = kilobytes.isPresent() && kilobytes.getAsLong() > 0 ? kilobytes.getAsLong() << 10 : STACK;
        long least = heap
                + Math.min(metaspace, Math.max(used, METASPACE / 2))
                + Math.min(code, CODE_USED)
                + threads * Math.min(stack, STACK_USED);
        return new Envelope(heap, metaspace, code, direct, threads, stack, least);
    }

    /** All of it to its bound, in bytes. */
    long most() {
        return heap + metaspace + code + Math.max(0, direct) + threads * stack;
    }

    /** The sum with its parts. */
    String text() {
        return String.format(
                Locale.ROOT,
                "%d MB = heap %d + metaspace %d + code %d + %s + %d threads x %d KB",
                most() / MB,
                heap / MB,
                metaspace / MB,
                code / MB,
                direct < 0
                        ? "direct buffers, not bounded but by the heap's size again"
                        : "direct buffers " + direct / MB,
                threads,
                stack >> 10);
    }
}
