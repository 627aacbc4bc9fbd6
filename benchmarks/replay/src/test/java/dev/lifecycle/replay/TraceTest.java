package dev.lifecycle.replay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceTest {
    @TempDir
    Path dir;

    private Path file(String text) throws IOException {
        return Sequences.gzip(dir.resolve("tiny.gz"), text);
    }

    @Test
    void readsAKeyALineInOrder() throws IOException {
        Trace trace = Trace.ofKeys(file("7\n7\n0\n9223372036854775807\n-3"));
        assertArrayEquals(new long[] {7, 7, 0, Long.MAX_VALUE, -3}, trace.keys());
        assertEquals(5, trace.weight());
        assertEquals(1, trace.weight(2));
    }

    @Test
    void readsMoreKeysThanTheFirstArrayHolds() throws IOException {
        String text = LongStream.range(0, 70_000).mapToObj(Long::toString).collect(Collectors.joining("\n"));
        assertArrayEquals(
                LongStream.range(0, 70_000).toArray(), Trace.ofKeys(file(text)).keys());
    }

    @Test
    void readsAnEmptyTrace() throws IOException {
        assertEquals(0, Trace.ofKeys(file("")).length());
    }

    @Test
    void takesTheSameKeyWithAnotherSizeForAnotherObject() throws IOException {
        Trace trace = Trace.ofPairs(file("5 100\n6 100\n5 100\n5 200\n"));
        assertArrayEquals(new long[] {0, 1, 0, 2}, trace.keys());
        assertArrayEquals(new int[] {100, 100, 100, 200}, trace.weights());
        assertEquals(500, trace.weight());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1\nx\n", "1\n\n", "1\n2 3\n"})
    void namesTheLineThatIsNoKey(String text) throws IOException {
        Path file = file(text);
        String message =
                assertThrows(IOException.class, () -> Trace.ofKeys(file)).getMessage();
        assertTrue(message.contains("tiny.gz, line 2"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1 1\n1\n", "1 1\n1 2 3\n", "1 1\n1 -1\n", "1 1\n1 3000000000\n"})
    void namesTheLineThatIsNoPair(String text) throws IOException {
        Path file = file(text);
        String message =
                assertThrows(IOException.class, () -> Trace.ofPairs(file)).getMessage();
        assertTrue(message.contains("tiny.gz, line 2"), message);
    }

    @Test
    void keepsThePhasesApart() {
        Trace trace = Trace.phases(Sequences.trace(0, 1), Sequences.trace(1, 0, 1), 2);
        assertArrayEquals(new long[] {0, 2, 3, 1, 3, 3, 1, 3, 0, 2}, trace.keys());
    }

    @Test
    void spreadsKeysOneToOneAndByTheSeed() {
        long[] spread =
                LongStream.range(0, 10_000).map(key -> Trace.spread(key, 0)).toArray();
        assertEquals(10_000, Arrays.stream(spread).distinct().count());
        assertNotEquals(Trace.spread(1, 0), Trace.spread(1, 1));
    }
}
