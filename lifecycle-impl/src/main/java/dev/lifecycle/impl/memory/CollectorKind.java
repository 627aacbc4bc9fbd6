package dev.lifecycle.impl.memory;

import dev.lifecycle.memory.HistogramMode;
import java.util.Locale;

/**
 * The collectors of HotSpot, and what a histogram costs with each before anything was measured: nanoseconds per object, of heaps of 1 to 20 million small objects, JDK
 * 17 and 25, two cores.
 */
public enum CollectorKind {
    SERIAL(22, 75),
    PARALLEL(18, 85),
    G1(20, 58),
    Z(48, 50),
    SHENANDOAH(55, 60),
    UNKNOWN(55, 85);

    private final double all;
    private final double live;

    CollectorKind(double all, double live) {
        this.all = all;
        this.live = live;
    }

    /** The first guess. */
    double nanosPerObject(HistogramMode mode) {
        return mode == HistogramMode.LIVE ? live : all;
    }

    /** By the name of a bean or of a policy in the performance data, as they have been since JDK 8. */
    public static CollectorKind of(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.startsWith("zgc") || lower.startsWith("z ")) {
            return Z;
        }
        if (lower.startsWith("shenandoah")) {
            return SHENANDOAH;
        }
        if (lower.startsWith("g1") || lower.startsWith("garbagefirst")) {
            return G1;
        }
        if (lower.startsWith("ps") || lower.startsWith("parscav") || lower.startsWith("parallel")) {
            return PARALLEL;
        }
        if (lower.startsWith("copy") || lower.startsWith("marksweep") || lower.startsWith("serial")) {
            return SERIAL;
        }
        return UNKNOWN;
    }
}
