package dev.lifecycle.impl.collect;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** A cache with any mix of features, step by step against a map: see {@link CacheModel}. */
class CacheModelTest {
    private static final StillClock CLOCK = new StillClock(); // one for all, since a clock has a timer thread

    @BeforeContainer
    static void holdTheTimerThread() { // it would end loads that do not wait
        CLOCK.holdTimer();
    }

    @AfterContainer
    static void letTheTimerThreadEnd() {
        CLOCK.end();
    }

    @Provide
    Arbitrary<CacheSettings> settings() {
        return Combinators.combine(
                        Arbitraries.of(0L, 1L, 3L, 20L, 1L << 40),
                        Arbitraries.of(false, true),
                        Arbitraries.of(0L, 1L, 5 * Wheel.LATE, 2_000 * Wheel.LATE),
                        Arbitraries.of(0L, 3 * Wheel.LATE, 500 * Wheel.LATE),
                        Arbitraries.integers().between(0, 63),
                        Arbitraries.of(1, 3, Integer.MAX_VALUE))
                .as(CacheSettings::new);
    }

    @Property(tries = 2_000)
    void behavesAsAMapThatForgetsWhatItTells(
            @ForAll("settings") CacheSettings settings,
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 120) int steps) {
        Random random = new Random(seed);
        CacheModel model = new CacheModel(settings, CLOCK);
        List<String> done = new ArrayList<>();
        try {
            for (int i = 0; i < steps; i++) {
                done.add(model.step(random));
                model.check();
            }
            done.add("close");
            model.close();
        } catch (Throwable failure) {
            throw new AssertionError(settings + " " + done, failure);
        }
    }
}
