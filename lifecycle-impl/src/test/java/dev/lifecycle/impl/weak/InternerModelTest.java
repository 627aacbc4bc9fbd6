package dev.lifecycle.impl.weak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.lifecycle.spi.WeakInternerConfig;
import dev.lifecycle.time.TimeSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An interner against an obvious model: a {@link HashMap} of the instances that are in use. */
@Timeout(120)
class InternerModelTest {

    static Interner<Object> open() {
        return (Interner<Object>) Interner.open(new WeakInternerConfig("instances", TimeSource.system()), null);
    }

    @ParameterizedTest
    @CsvSource({"16, 1", "16, 16", "1000, 3"})
    void behavesAsAHashMap(int size, int perHash) {
        long seed = System.nanoTime();
        try (Interner<Object> interner = open()) {
            run(interner, size, perHash, new Random(seed));
        } catch (Throwable failure) {
            throw new AssertionError("seed " + seed, failure);
        }
    }

    private static void run(Interner<Object> interner, int size, int perHash, Random random) {
        Map<Integer, Object> model = new HashMap<>();
        for (int step = 0; step < 100_000; step++) {
            int number = random.nextInt(size);
            if (random.nextInt(4) == 0) {
                Object gone = model.remove(number);
                if (gone != null && random.nextBoolean()) {
                    interner.table.forEach(node -> {
                        if (node.refersTo(gone)) {
                            node.enqueue(); // as the collector would
                        }
                    });
                }
            } else {
                Object candidate = new ValueMapModelTest.Key(number, perHash);
                Object chosen = interner.intern(candidate);
                assertEquals(candidate, chosen);
                Object known = model.put(number, chosen);
                assertSame(known == null ? chosen : known, chosen);
            }
            if (step % 40_000 == 0) {
                System.gc();
            }
            if (step % 997 == 0) {
                interner.purge();
            }
            if (step % (size / 4) == 0) {
                Settled.check("invariants", interner::invariantsHold);
            }
        }
        model.forEach((number, instance) ->
                assertSame(instance, interner.intern(new ValueMapModelTest.Key(number, perHash))));
        Settled.check("the dead have left", () -> {
            System.gc();
            return interner.approxSize() == model.size();
        });
    }
}
