package dev.lifecycle.impl.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A program that is busy with garbage and a cache of a bound, and leaks a hundred records a second, of 200 bytes each, or as many times that as {@code leak.times} says. */
final class Leaking {
    static final class Record {
        final byte[] content = new byte[160];
    }

    static final class Cached {
        final byte[] content = new byte[500];
    }

    private static final List<Record> LEAK = new ArrayList<>();
    private static final Cached[] CACHE = new Cached[2_000];
    static volatile Object sink;

    private static final int TIMES = Integer.getInteger("leak.times", 1);

    private Leaking() {}

    public static void main(String[] args) {
        for (int i = 0; i < CACHE.length; i++) {
            CACHE[i] = new Cached();
        }
        System.out.println("ready");
        long seed = 1;
        while (true) {
            for (int i = 0; i < 1_000; i++) {
                seed = seed * 6364136223846793005L + 1442695040888963407L;
                int random = (int) (seed >>> 40) & 0xffff;
                sink = new byte[random % 700];
                if (random % 10 == 0) {
                    CACHE[random % CACHE.length] = new Cached();
                }
                sink = Integer.valueOf(random).toString();
            }
            for (int i = 0; i < TIMES; i++) {
                LEAK.add(new Record());
            }
            LockSupport.parkNanos(10_000_000);
        }
    }
}
