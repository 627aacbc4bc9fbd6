package dev.lifecycle.impl.file;

import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a {@link Journal} says of a batch.
 *
 * @param isEnd whether it is none, but says that there is no other
 * @param sequence of the batch; of the last one, for the end
 * @param last its last entry, as a URI: that has every byte of a name, which a string may not
 * @param files that were handed over
 * @param bytes that were read
 * @param directories that were entered
 * @param reportLength of the file of results with this batch, in bytes
 * @param outcomes how many entries had which
 * @param reasons how many entries had which
 */
record JournalRecord(
        boolean isEnd,
        long sequence,
        String last,
        long files,
        long bytes,
        long directories,
        long reportLength,
        Map<Outcome, Long> outcomes,
        Map<Reason, Long> reasons) {

    static JournalRecord of(boolean isEnd, long sequence, String last, Tally batch, long reportLength) {
        return new JournalRecord(
                isEnd,
                sequence,
                last,
                batch.files,
                batch.bytes,
                batch.directories,
                reportLength,
                batch.outcomes(),
                batch.reasons());
    }

    byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try {
            DataOutput out = new DataOutputStream(bytes);
            out.writeBoolean(isEnd);
            out.writeLong(sequence);
            byte[] name = last.getBytes(StandardCharsets.UTF_8);
            out.writeInt(name.length);
            out.write(name);
            out.writeLong(files);
            out.writeLong(bytes());
            out.writeLong(directories);
            out.writeLong(reportLength);
            write(out, outcomes);
            write(out, reasons);
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutput out, Map<? extends Enum<?>, Long> counts) throws IOException {
        out.writeInt(counts.size());
        for (Map.Entry<? extends Enum<?>, Long> each : counts.entrySet()) {
            out.writeUTF(each.getKey().name());
            out.writeLong(each.getValue());
        }
    }

    /** Reads what {@link #toBytes} has written; throws an {@link IOException} for anything else. */
    static JournalRecord of(byte[] payload) throws IOException {
        try {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload));
            boolean isEnd = in.readBoolean();
            long sequence = in.readLong();
            int length = in.readInt();
            if (length < 0 || length > payload.length) {
                throw new EOFException("a name of " + length + " bytes");
            }
            String last = new String(in.readNBytes(length), StandardCharsets.UTF_8);
            JournalRecord read = new JournalRecord(
                    isEnd,
                    sequence,
                    last,
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    read(in, Outcome.class),
                    read(in, Reason.class));
            if (in.read() >= 0) {
                throw new IOException("there is more than a record");
            }
            return read;
        } catch (IllegalArgumentException unknown) { // an outcome or a reason
            throw new IOException(unknown);
        }
    }

    private static <E extends Enum<E>> Map<E, Long> read(DataInput in, Class<E> type) throws IOException {
        Map<E, Long> counts = new EnumMap<>(type);
        for (int left = in.readInt(); left > 0; left--) {
            counts.put(Enum.valueOf(type, in.readUTF()), in.readLong());
        }
        return counts;
    }
}
