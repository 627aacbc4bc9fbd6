package dev.lifecycle.impl.memory.trend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudentTTest {
    /** From closed forms for 1 and 2 degrees, and printed tables. */
    @ParameterizedTest
    @CsvSource({
        "0.001, 1, 318.3088",
        "0.001, 2, 22.32712",
        "0.025, 10, 2.228139",
        "0.0005, 8, 5.041305",
        "0.001, 30, 3.385185",
        "0.05, 1000000, 1.644856",
        "0.1, 5, 1.475884"
    })
    void givesTheQuantilesOfTheTables(double probability, double degrees, double quantile) {
        assertEquals(quantile, StudentT.upper(probability, degrees), 2e-5 * quantile);
        assertEquals(probability, StudentT.tail(quantile, degrees), 1e-4 * probability);
    }

    /** 1 - (1 - 0.01)^200 and its like. */
    @ParameterizedTest
    @CsvSource({"0.01, 1, 200, 0.866020", "0.05, 10, 10, 9.765625e-14", "0.5, 6, 10, 0.376953"})
    void givesBinomialTails(double p, int seen, int of, double tail) {
        assertEquals(tail, Odds.upper(p, seen, of), 1e-5 * tail);
    }
}
