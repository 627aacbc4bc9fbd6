package dev.lifecycle.benchmarks;

import java.io.IOException;

/** Runs JMH with the arguments given. */
public final class Main {

    private Main() {}

    /** {@code [JMH's arguments]}. */
    public static void main(String[] args) throws IOException {
        org.openjdk.jmh.Main.main(args);
    }
}
