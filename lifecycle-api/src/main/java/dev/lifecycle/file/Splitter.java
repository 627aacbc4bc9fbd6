package dev.lifecycle.file;

import java.util.Arrays;

/** Where a record ends. */
public final class Splitter {
    /** The longest record of a fixed size, or whose end is found by its content, in bytes. */
    public static final int MAX_SIZE = 16 << 20;

    /** How many bytes before a place tell whether a record ends there: the smallest {@code min} of {@link #contentDefined}. */
    public static final int WINDOW = 64;

    private final byte[] delimiter;
    private final int size; // 0 unless it is fixed
    private final int min; // these are 0 unless it is by content
    private final int average;
    private final int max;

    private Splitter(byte[] delimiter, int size, int min, int average, int max) {
        this.delimiter = delimiter;
        this.size = size;
        this.min = min;
        this.average = average;
        this.max = max;
    }

    /**
     * Ends a record before these bytes, which belong to none. What follows the last one is a record if it is not empty.
     *
     * @param delimiter at least one byte, at most {@value LineEnd#MAX_LENGTH}; copied
     * @return a splitter
     * @throws IllegalArgumentException if {@code delimiter} is empty or too long
     */
    public static Splitter delimiter(byte... delimiter) {
        return new Splitter(LineEnd.check(delimiter), 0, 0, 0, 0);
    }

    /**
     * Ends a record after so many bytes; the last one may be shorter. Such records are bounded not by
     * {@link FileProcessorBuilder#maxLineLength}, but by {@link FileProcessorBuilder#readSize}.
     *
     * @param size in bytes, between 1 and {@value #MAX_SIZE}
     * @return a splitter
     * @throws IllegalArgumentException if {@code size} is outside these bounds
     */
    public static Splitter fixed(int size) {
        if (size < 1 || size > MAX_SIZE) {
            throw new IllegalArgumentException(
                    "size is " + size + "; a record must have between 1 and " + MAX_SIZE + " bytes");
        }
        return new Splitter(new byte[0], size, 0, 0, 0);
    }

    /**
     * Ends a record where the bytes before say so. What is inserted or deleted changes the records around it, and no others: so two versions of a
     * file have most records in common, which need not be stored or sent again. The same bytes have the same records on every machine, in every
     * version of Java and, since they may be stored, of this library.
     *
     * <p>A place is an end if a hash of the {@value #WINDOW} bytes before it is small enough; what that is depends on how long the record is already,
     * so that most are about as long as the average. As with {@link #fixed}, all bytes belong to a record, the last one may be shorter, and
     * {@code max} is bounded by {@link FileProcessorBuilder#readSize}.
     *
     * <p>After W. Xia, Y. Zhou, H. Jiang, D. Feng, Y. Hua, Y. Hu, Y. Zhang, Q. Liu: FastCDC, a Fast and Efficient Content-Defined Chunking Approach
     * for Data Deduplication, USENIX ATC 2016: the gear hash, the minimum that is skipped, and chunking that is normalised in two steps, a quarter
     * and four times as likely. Here the hash is compared with a bound instead of masked, so that any average can be had, not just powers of two; and
     * the step from one to the other is placed so that the average is what was asked for, not the step.
     *
     * @param min the shortest record, in bytes, but for the last: at least {@value #WINDOW}. A quarter of the average is usual
     * @param average of many records, where the bytes are random, and {@code max} hardly ever reached: at least twice {@code min}
     * @param max the longest record: at least twice the average, at most {@value #MAX_SIZE}. Eight times the average is usual; the nearer it is, the
     *     more records end there, whatever the content
     * @return a splitter
     * @throws IllegalArgumentException if one of these is outside its bounds
     */
    public static Splitter contentDefined(int min, int average, int max) {
        if (min < WINDOW) {
            throw new IllegalArgumentException(
                    "min is " + min + "; it must be at least " + WINDOW + ": so many bytes tell where a record ends");
        }
        if (average < 2L * min) {
            throw new IllegalArgumentException("average is " + average + "; it must be at least " + 2L * min
                    + ", twice min, for content to decide: raise it, or lower min");
        }
        if (max > MAX_SIZE) {
            throw new IllegalArgumentException(
                    "max is " + max + "; a record may have at most " + MAX_SIZE + " bytes: lower it");
        }
        if (max < 2L * average) {
            throw new IllegalArgumentException("max is " + max + "; it must be at least " + 2L * average
                    + ", twice average, for few records to end there: raise it, or lower average");
        }
        return new Splitter(new byte[0], 0, min, average, max);
    }

    /**
     * Returns the bytes that end a record.
     *
     * @return a copy; empty where records have none
     */
    public byte[] delimiter() {
        return delimiter.clone();
    }

    /**
     * Returns the size of a record.
     *
     * @return in bytes; 0 where it is not fixed
     */
    public int size() {
        return size;
    }

    /**
     * Returns the size of the shortest record.
     *
     * @return in bytes; 0 where records do not end by their content
     */
    public int min() {
        return min;
    }

    /**
     * Returns the average size of a record.
     *
     * @return in bytes; 0 where records do not end by their content
     */
    public int average() {
        return average;
    }

    /**
     * Returns the size of the longest record.
     *
     * @return in bytes; 0 where records do not end by their content
     */
    public int max() {
        return max;
    }

    @Override
    public String toString() {
        return size > 0
                ? "fixed " + size
                : average > 0
                        ? "content-defined " + min + ", " + average + ", " + max
                        : "delimiter " + Arrays.toString(delimiter);
    }
}
