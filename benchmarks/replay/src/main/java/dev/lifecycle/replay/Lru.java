package dev.lifecycle.replay;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Evicts what was used longest ago, until the newcomer fits; one that can never fit is not kept. */
final class Lru implements Replayed {
    private final Map<Long, Integer> weights = new LinkedHashMap<>(16, 0.75f, true);
    private final long bound;
    private long held;

    Lru(long bound) {
        this.bound = bound;
    }

    @Override
    public boolean access(long key, int weight) {
        if (weights.get(key) != null) {
            return true;
        }
        if (weight > bound) {
            return false;
        }
        Iterator<Integer> eldest = weights.values().iterator();
        while (held > bound - weight) { // held + weight could overflow
            held -= eldest.next();
            eldest.remove();
        }
        weights.put(key, weight);
        held += weight;
        return false;
    }

    @Override
    public long held() {
        return held;
    }

    @Override
    public void close() {
        weights.clear();
    }
}
