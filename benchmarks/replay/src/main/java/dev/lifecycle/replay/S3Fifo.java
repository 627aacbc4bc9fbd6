package dev.lifecycle.replay;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

/**
 * S3-FIFO, by J. Yang, Y. Zhang, Z. Qiu, Y. Yue, K. V. Rashmi: "FIFO Queues are All You Need for Cache Eviction", SOSP 2023,
 * <a href="https://doi.org/10.1145/3600006.3613147">link</a>. Newcomers go through a small queue, a tenth of the bound; those
 * used more than once there go on to the main queue, the others leave their key behind, as many as the main queue has places.
 * Who comes back while the key is remembered enters the main queue at once, where an entry gets another turn for each of its
 * uses, three at most.
 *
 * <p>As in the authors' simulator, the main queue gives way only when it is above its share, or alone.
 */
final class S3Fifo implements Replayed {
    private static final int MAX_USES = 3;

    private static final class Node {
        final long key;
        int uses;

        Node(long key) {
            this.key = key;
        }
    }

    private final Map<Long, Node> nodes = new HashMap<>();
    private final Queue<Node> small = new ArrayDeque<>();
    private final Queue<Node> main = new ArrayDeque<>();
    private final Set<Long> ghosts = new LinkedHashSet<>();
    private final long bound;
    private final long mainShare;

    S3Fifo(long bound) {
        this.bound = bound;
        this.mainShare = bound - Math.max(1, bound / 10);
    }

    @Override
    public boolean access(long key, int weight) {
        Node node = nodes.get(key);
        if (node != null) {
            node.uses = Math.min(node.uses + 1, MAX_USES);
            return true;
        }
        boolean returns = ghosts.remove(key);
        while (nodes.size() >= bound) {
            if (main.size() > mainShare || small.isEmpty()) {
                evictFromMain();
            } else {
                evictFromSmall();
            }
        }
        node = new Node(key);
        nodes.put(key, node);
        (returns ? main : small).add(node);
        return false;
    }

    /** Evicts one, unless all are promoted. */
    private void evictFromSmall() {
        for (Node node = small.poll(); node != null; node = small.poll()) {
            if (node.uses > 1) {
                node.uses = 0;
                main.add(node);
            } else {
                nodes.remove(node.key);
                remember(node.key);
                return;
            }
        }
    }

    private void evictFromMain() {
        Node node = main.remove();
        while (node.uses > 0) {
            node.uses--;
            main.add(node);
            node = main.remove();
        }
        nodes.remove(node.key);
    }

    private void remember(long key) {
        ghosts.add(key);
        if (ghosts.size() > mainShare) {
            Iterator<Long> eldest = ghosts.iterator();
            eldest.next();
            eldest.remove();
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
