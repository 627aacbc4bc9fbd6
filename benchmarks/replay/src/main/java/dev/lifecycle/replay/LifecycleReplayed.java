package dev.lifecycle.replay;

import dev.lifecycle.impl.collect.EvictionPolicy;
import dev.lifecycle.impl.collect.Slot;
import java.util.HashMap;
import java.util.Map;

/**
 * The library's eviction policy, driven as its cache does: room is made before an entry comes in, and hits of sampled keys are
 * told in batches.
 */
final class LifecycleReplayed implements Replayed {
    private static final int BATCH = 64;

    private static final class Node extends Slot {
        final long key;
        final int weight;

        Node(long key, int hash, int weight) {
            super(hash);
            this.key = key;
            this.weight = weight;
        }

        @Override
        public int weight() {
            return weight;
        }
    }

    private final Map<Long, Node> nodes = new HashMap<>();
    private final EvictionPolicy policy;
    private final int[] hits = new int[BATCH];
    private int hitCount;

    private LifecycleReplayed(EvictionPolicy policy) {
        this.policy = policy;
    }

    static Replayed counted(long entries, long seed) {
        return new LifecycleReplayed(new EvictionPolicy(entries, false, seed));
    }

    static Replayed weighed(long bytes, long seed) {
        return new LifecycleReplayed(new EvictionPolicy(bytes, true, seed));
    }

    @Override
    public boolean access(long key, int weight) {
        Node node = nodes.get(key);
        if (node != null) {
            node.use();
            if (policy.isSampled(node.hash)) {
                hits[hitCount++] = node.hash;
                if (hitCount == BATCH) {
                    tell();
                }
            }
            return true;
        }
        tell();
        if (weight <= policy.maximum()) {
            long room = policy.maximum() - weight;
            for (Slot gone = policy.evict(room); gone != null; gone = policy.evict(room)) {
                nodes.remove(((Node) gone).key);
            }
            node = new Node(key, (int) (key ^ key >>> 32), weight); // the key is spread already
            nodes.put(key, node);
            policy.add(node);
        }
        return false;
    }

    private void tell() {
        for (int i = 0; i < hitCount; i++) {
            policy.sampled(hits[i]);
        }
        hitCount = 0;
    }

    @Override
    public long held() {
        return policy.total();
    }

    @Override
    public void close() {
        nodes.clear();
    }
}
