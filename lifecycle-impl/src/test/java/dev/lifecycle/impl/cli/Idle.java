package dev.lifecycle.impl.cli;

import java.io.IOException;

/** A program that keeps some objects and waits. */
final class Idle {
    static final int COUNT = 4_321;

    static final class Kept {
        int value;
    }

    private static final Kept[] KEPT = new Kept[COUNT];

    private Idle() {}

    public static void main(String[] args) throws IOException {
        for (int i = 0; i < COUNT; i++) {
            KEPT[i] = new Kept();
            KEPT[i].value = i;
        }
        System.out.println("ready");
        System.in.read();
    }
}
