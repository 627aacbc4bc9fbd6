package dev.lifecycle.replay;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Greedy-Dual-Size with Frequency, by L. Cherkasova: "Improving WWW Proxies Performance with Greedy-Dual-Size-Frequency Caching
 * Policy", HP Laboratories HPL-98-69R1, 1998,
 * <a href="https://www.hpl.hp.com/techreports/98/HPL-98-69R1.pdf">link</a>, every object at the same cost, so for object hits.
 * Evicts the lowest of uses / bytes + age, where age is that sum of the last one evicted. As in the paper, a newcomer lower
 * than one of those it would displace is not kept.
 */
final class Gdsf implements Replayed {
    private record Node(long key, int weight, int uses, double priority, long turn) {}

    private final Map<Long, Node> nodes = new HashMap<>();
    private final TreeSet<Node> order =
            new TreeSet<>(Comparator.comparingDouble(Node::priority).thenComparingLong(Node::turn));
    private final long bound;
    private long held;
    private double age;
    private long turn;

    Gdsf(long bound) {
        this.bound = bound;
    }

    @Override
    public boolean access(long key, int weight) {
        Node node = nodes.get(key);
        if (node != null) {
            order.remove(node);
            place(new Node(key, weight, node.uses + 1, priority(node.uses + 1, weight), turn++));
            return true;
        }
        node = new Node(key, weight, 1, priority(1, weight), turn++);
        if (weight <= bound && makeRoom(node)) {
            place(node);
            held += weight;
        }
        return false;
    }

    /** Evicts what has a lower priority than the newcomer, if that gives it enough room, and nothing if not. */
    private boolean makeRoom(Node newcomer) {
        List<Node> victims = new ArrayList<>();
        long left = held;
        for (Node victim : order) {
            if (left <= bound - newcomer.weight) {
                break;
            }
            if (order.comparator().compare(victim, newcomer) > 0) {
                return false;
            }
            victims.add(victim);
            left -= victim.weight;
        }
        for (Node victim : victims) {
            order.remove(victim);
            nodes.remove(victim.key);
            age = victim.priority;
        }
        held = left;
        return true;
    }

    private double priority(int uses, int weight) {
        return age + (double) uses / Math.max(1, weight);
    }

    private void place(Node node) {
        nodes.put(node.key, node);
        order.add(node);
    }

    @Override
    public long held() {
        return held;
    }

    @Override
    public void close() {
        nodes.clear();
        order.clear();
    }
}
