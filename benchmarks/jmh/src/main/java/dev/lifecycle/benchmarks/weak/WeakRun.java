package dev.lifecycle.benchmarks.weak;

import org.openjdk.jol.info.GraphLayout;

/**
 * Measures the bytes of an entry, by JOL, in a JVM of its own: the map and all that comes with it, without keys and values;
 * the mean over sizes from ten to twenty thousand, since tables double.
 *
 * <p>Prints a line {@code name figure} for each. Goal W2.
 */
public final class WeakRun {
    private static final int SMALLEST = 10_000;
    private static final int LARGEST = 20_000;
    private static final int STEP = 1_000;

    private WeakRun() {}

    /**
     * Runs it.
     *
     * @param args none
     */
    public static void main(String[] args) {
        Object[] keys = new Object[LARGEST];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = new Object();
        }
        for (WeakKeyed.Peer peer : WeakKeyed.Peer.values()) {
            if (peer != WeakKeyed.Peer.SPRING) { // loses them
                double sum = 0;
                int count = 0;
                for (int size = SMALLEST; size < LARGEST; size += STEP) {
                    sum += (double) bytes(peer, keys, size) / size;
                    count++;
                }
                System.out.println(peer + " " + sum / count);
            }
        }
    }

    /** What becomes reachable, from any map, when another one is opened and filled: JOL follows weak references, too. */
    private static long bytes(WeakKeyed.Peer peer, Object[] keys, int size) {
        WeakKeyed first = peer.open();
        first.put(keys[0], keys);
        long before = GraphLayout.parseInstance(keys, first).totalSize();
        WeakKeyed second = peer.open();
        for (int i = 0; i < size; i++) {
            second.put(keys[i], keys);
        }
        long bytes = GraphLayout.parseInstance(keys, first, second).totalSize() - before;
        first.close(); // or the leak detector would refer to it, and JOL would find it there
        second.close();
        return bytes;
    }
}
