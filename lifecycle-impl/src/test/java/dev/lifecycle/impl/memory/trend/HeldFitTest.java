package dev.lifecycle.impl.memory.trend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HeldFitTest {
    private static final int BLOCKS = 24;

    private final double[] whole = new double[BLOCKS];
    private final double[] value = new double[BLOCKS];
    private final double[] ledger = new double[BLOCKS];

    private double explained(double[][] pieces) {
        HeldFit fit = new HeldFit(pieces.length, BLOCKS);
        for (int part = 0; part < pieces.length; part++) {
            for (int i = 0; i < BLOCKS; i++) {
                fit.take(i, part, pieces[part][i]);
            }
        }
        System.arraycopy(whole, 0, value, 0, BLOCKS);
        fit.explain(value, ledger, whole, BLOCKS);
        return ledger[BLOCKS - 1] - ledger[0];
    }

    @Test
    void tellsPartsOfUnlikeWeightsThatFillAtUnlikeTimesApart() {
        double[][] pieces = new double[2][BLOCKS];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < BLOCKS; i++) {
            pieces[0][i] = Math.min(1_000, 100 * i);
            pieces[1][i] = Math.max(0, 50 * (i - 12));
            whole[i] = 200 + 0.02 * pieces[0][i] + 0.2 * pieces[1][i] + random.nextDouble(-0.5, 0.5);
        }
        explained(pieces);
        assertEquals(20 + 0.2 * pieces[1][23], ledger[23], 2);
        assertEquals(200, value[0], 2);
        assertEquals(200, value[23], 2);
    }

    @Test
    void aPartThatIsFullExplainsNothing() {
        double[][] pieces = new double[1][BLOCKS];
        for (int i = 0; i < BLOCKS; i++) {
            pieces[0][i] = 9_900 + 4 * i; // a percent more, all the time
            whole[i] = 200 + 5 * i;
        }
        assertEquals(0, explained(pieces));
    }

    @Test
    void aPartExplainsNoMoreThanThereIs() {
        double[][] pieces = new double[1][BLOCKS];
        for (int i = 0; i < BLOCKS; i++) {
            pieces[0][i] = 9_000 + 40 * i; // a tenth more
            whole[i] = 200 + 20 * i;
        }
        double most = explained(pieces);
        assertTrue(most <= 40.0 * 23 * 200 / 9_000 + 1e-9, most + " of " + 20 * 23);
    }

    @Test
    void aPartThatEmptiesWhileAllElseGrowsIsNotMadeNegative() {
        double[][] pieces = new double[1][BLOCKS];
        for (int i = 0; i < BLOCKS; i++) {
            pieces[0][i] = 1_000 - 40 * i;
            whole[i] = 200 + 5 * i;
        }
        assertEquals(0, explained(pieces));
    }

    @Test
    void nothingIsHeldByNothing() {
        assertEquals(0, explained(new double[0][BLOCKS]));
    }
}
