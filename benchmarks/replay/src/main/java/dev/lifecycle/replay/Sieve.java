package dev.lifecycle.replay;

import java.util.HashMap;
import java.util.Map;

/**
 * SIEVE, by Y. Zhang, J. Yang, Y. Yue, Y. Vigfusson, K. V. Rashmi: "SIEVE is Simpler than LRU: an Efficient Turn-Key Eviction
 * Algorithm for Web Caches", NSDI 2024, <a href="https://www.usenix.org/conference/nsdi24/presentation/zhang-yazhuo">link</a>.
 * One queue in the order of arrival; a hand moves from old to new, clears the mark of what was used, evicts the first entry
 * without one and stays there.
 */
final class Sieve implements Replayed {
    private static final class Node {
        final long key;
        Node newer;
        Node older;
        boolean used;

        Node(long key) {
            this.key = key;
        }
    }

    private final Map<Long, Node> nodes = new HashMap<>();
    private final long bound;
    private Node newest;
    private Node oldest;
    private Node hand; // null: at the oldest

    Sieve(long bound) {
        this.bound = bound;
    }

    @Override
    public boolean access(long key, int weight) {
        Node node = nodes.get(key);
        if (node != null) {
            node.used = true;
            return true;
        }
        if (nodes.size() >= bound) {
            evict();
        }
        add(new Node(key));
        return false;
    }

    private void evict() {
        Node at = hand == null ? oldest : hand;
        while (at.used) {
            at.used = false;
            at = at.newer == null ? oldest : at.newer;
        }
        hand = at.newer;
        remove(at);
    }

    private void add(Node node) {
        nodes.put(node.key, node);
        node.older = newest;
        if (newest == null) {
            oldest = node;
        } else {
            newest.newer = node;
        }
        newest = node;
    }

    private void remove(Node node) {
        nodes.remove(node.key);
        if (node.newer == null) {
            newest = node.older;
        } else {
            node.newer.older = node.older;
        }
        if (node.older == null) {
            oldest = node.newer;
        } else {
            node.older.newer = node.newer;
        }
    }

    @Override
    public long held() {
        return nodes.size();
    }

    @Override
    public void close() {
        nodes.clear();
    }
}
