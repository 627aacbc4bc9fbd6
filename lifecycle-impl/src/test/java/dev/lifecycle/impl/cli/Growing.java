package dev.lifecycle.impl.cli;

import java.io.IOException;
import java.nio.channels.Pipe;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A program that keeps more and more of one kind, by its first argument: heap, threads, descriptors; or of none. It collects its heap often. */
final class Growing {
    private static final List<Object> KEPT = new ArrayList<>();
    static volatile Object sink;

    private Growing() {}

    public static void main(String[] args) throws IOException {
        System.out.println("ready");
        for (int round = 1; ; round++) {
            switch (args[0]) {
                case "heap" -> KEPT.add(new byte[20_000]);
                case "threads" -> {
                    if (round % 40 == 0) {
                        thread();
                    }
                }
                case "descriptors" -> {
                    if (round % 40 == 0) {
                        KEPT.add(Pipe.open());
                    }
                }
                default -> sink = new byte[20_000];
            }
            if (round % 10 == 0) {
                System.gc();
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    private static void thread() {
        Thread thread = new Thread(() -> {
            while (true) {
                LockSupport.park();
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
