package dev.lifecycle.impl.file;

import dev.lifecycle.file.CheckpointException;
import dev.lifecycle.file.Durability;
import dev.lifecycle.impl.tree.SafeLog;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The checkpoint of a run: a file that is only appended to, a record for each batch. */
final class Journal implements AutoCloseable {
    /*
     * MAGIC VERSION, then frames: length, CRC32C of the length and of what follows, payload. The first one describes the tree and what is seen of it; the others are
     * JournalRecords, whose sequence numbers are 1, 2, 3 ..., and at most one end. Whatever does not follow that ends what is believed; it is cut off, and the batches it
     * may have spoken of are done again. A record is one write: a killed process leaves all of it, or a part that is cut off.
     *
     * A RandomAccessFile, whose writes no interrupt can break; its channel is used for the lock alone. Belongs to the thread of its run.
     */
    static final int VERSION = 1;

    private static final SafeLog LOG = new SafeLog("dev.lifecycle.file");
    private static final byte[] MAGIC = "LCYTREE\n".getBytes(StandardCharsets.US_ASCII);
    private static final int START = MAGIC.length + Integer.BYTES;
    private static final int FRAME = 2 * Integer.BYTES;
    private static final int MOST = 1 << 24; // of a payload

    private final Path path;
    private final Durability durability;
    private final RandomAccessFile file;
    private long end; // of what is believed
    private boolean begunBefore;
    private boolean completed;
    private long sequence; // of the last batch
    private @Nullable String last; // its last entry

    private Journal(Path path, Durability durability, RandomAccessFile file) {
        this.path = path;
        this.durability = durability;
        this.file = file;
    }

    /** Opens or makes one, locks it, and tells what it says. */
    static Journal open(
            Path path, Durability durability, Map<String, String> description, Consumer<JournalRecord> committed) {
        RandomAccessFile file;
        try {
            if (Files.exists(path) && !Files.isRegularFile(path)) {
                throw new IOException("it is no regular file");
            }
            file = new RandomAccessFile(path.toFile(), "rw");
        } catch (IOException failed) {
            throw new CheckpointException(
                    "checkpoint " + path + " cannot be opened: " + failed.getMessage()
                            + ". Make its folder, or name another file",
                    failed);
        }
        Journal journal = new Journal(path, durability, file);
        boolean good = false;
        try {
            journal.lock();
            journal.read(description, committed);
            good = true;
            return journal;
        } catch (IOException failed) {
            throw new CheckpointException("checkpoint " + path + " cannot be read: " + failed.getMessage(), failed);
        } finally {
            if (!good) {
                journal.close();
            }
        }
    }

    @SuppressWarnings("try") // it is released with the file
    private void lock() throws IOException {
        FileLock lock;
        try {
            lock = file.getChannel().tryLock();
        } catch (OverlappingFileLockException ours) {
            lock = null;
        }
        if (lock == null) {
            throw new CheckpointException(
                    "checkpoint " + path
                            + " is in use by another run, of this process or another one. Wait for its end, or name another file",
                    null);
        }
    }

    // ---- reading

    private void read(Map<String, String> description, Consumer<JournalRecord> committed) throws IOException {
        byte[] header = header(description);
        DataInputStream in = new DataInputStream(new BufferedInputStream(new FileInputStream(file.getFD()), 1 << 16));
        byte[] found = in.readNBytes((int) Math.min(START, file.length()));
        if (file.length() < header.length && isPrefix(header)) {
            append(header, 0); // new, or its first write was not all that was to be written
            return;
        }
        if (found.length < START || !Arrays.equals(found, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw refused(
                    "is none, or damaged: it begins with other bytes", "Name another file, or delete it to begin anew");
        }
        int version = ByteBuffer.wrap(found, MAGIC.length, Integer.BYTES).getInt();
        if (version != VERSION) {
            throw refused(
                    "has version " + version + ", this library writes " + VERSION,
                    "Finish it with the library that has begun it, or delete it to begin anew");
        }
        byte[] said;
        try {
            said = payload(in);
        } catch (EOFException | BadFrame damaged) {
            throw refused("is damaged: its description cannot be read", "Delete it to begin anew");
        }
        compare(parse(new String(said, StandardCharsets.UTF_8)), description);
        begunBefore = true;
        end = (long) START + FRAME + said.length;
        readRecords(in, committed);
        if (file.length() > end) {
            LOG.warn("checkpoint " + path + ": " + (file.length() - end) + " bytes behind batch " + sequence
                    + " are no record; they are cut off, and what they spoke of is done again");
            file.setLength(end);
        }
    }

    private boolean isPrefix(byte[] header) throws IOException {
        byte[] all = new byte[(int) file.length()];
        file.seek(0);
        file.readFully(all);
        file.seek(Math.min(START, file.length()));
        return Arrays.equals(all, 0, all.length, header, 0, all.length);
    }

    private void readRecords(DataInputStream in, Consumer<JournalRecord> committed) throws IOException {
        while (!completed) {
            byte[] payload;
            try {
                payload = payload(in);
            } catch (EOFException | BadFrame torn) {
                return;
            }
            JournalRecord record;
            try {
                record = JournalRecord.of(payload);
            } catch (IOException unknown) {
                return;
            }
            if (record.sequence() != (record.isEnd() ? sequence : sequence + 1)) {
                return;
            }
            committed.accept(record);
            completed = record.isEnd();
            sequence = record.sequence();
            last = record.last();
            end += FRAME + payload.length;
        }
    }

    /** What was written is not what is there. */
    private static final class BadFrame extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private static byte[] payload(DataInputStream in) throws IOException {
        int length = in.readInt();
        int sum = in.readInt();
        if (length < 0 || length > MOST) {
            throw new BadFrame();
        }
        byte[] payload = in.readNBytes(length);
        if (payload.length < length || sum != sum(payload)) {
            throw new BadFrame();
        }
        return payload;
    }

    private static int sum(byte[] payload) {
        CRC32C sum = new CRC32C();
        sum.update(ByteBuffer.allocate(Integer.BYTES).putInt(payload.length).flip());
        sum.update(payload);
        return (int) sum.getValue();
    }

    // ---- its description

    private CheckpointException refused(String what, String remedy) {
        return new CheckpointException("checkpoint " + path + " " + what + ". " + remedy, null);
    }

    private void compare(Map<String, String> found, Map<String, String> wanted) {
        for (Map.Entry<String, String> each : wanted.entrySet()) {
            String other = found.getOrDefault(each.getKey(), "");
            if (!other.equals(asKept(each.getValue()))) {
                throw refused(
                        "is of another run: its " + each.getKey() + " is " + other + ", that of this run "
                                + each.getValue(),
                        "Name another file, or delete it to begin anew");
            }
        }
        if (!found.keySet().equals(wanted.keySet())) {
            throw refused("is damaged: its description has other entries", "Delete it to begin anew");
        }
    }

    /** Half a character is kept as a question mark. */
    private static String asKept(String value) {
        return new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    private static byte[] header(Map<String, String> description) {
        StringBuilder lines = new StringBuilder();
        description.forEach((name, value) -> lines.append(name)
                .append('=')
                .append(value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r"))
                .append('\n'));
        byte[] frame = frame(lines.toString().getBytes(StandardCharsets.UTF_8));
        return ByteBuffer.allocate(START + frame.length)
                .put(MAGIC)
                .putInt(VERSION)
                .put(frame)
                .array();
    }

    private static Map<String, String> parse(String lines) {
        Map<String, String> parsed = new LinkedHashMap<>();
        lines.lines().forEach(line -> {
            int at = Math.max(0, line.indexOf('='));
            String value = line.substring(Math.min(line.length(), at + 1));
            parsed.put(line.substring(0, at), unescaped(value));
        });
        return parsed;
    }

    private static String unescaped(String value) {
        StringBuilder out = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\' && i + 1 < value.length()) {
                i++;
                c = value.charAt(i) == 'n' ? '\n' : value.charAt(i) == 'r' ? '\r' : value.charAt(i);
            }
            out.append(c);
        }
        return out.toString();
    }

    // ---- writing

    private static byte[] frame(byte[] payload) {
        return ByteBuffer.allocate(FRAME + payload.length)
                .putInt(payload.length)
                .putInt(sum(payload))
                .put(payload)
                .array();
    }

    void append(JournalRecord record) throws IOException {
        append(frame(record.toBytes()), end);
        sequence = record.sequence();
        last = record.last();
    }

    private void append(byte[] bytes, long at) throws IOException {
        try {
            file.seek(at);
            file.write(bytes);
            if (durability == Durability.POWER) {
                file.getFD().sync();
            }
        } catch (IOException failed) {
            try {
                file.setLength(at); // what is there of it
            } catch (IOException another) {
                failed.addSuppressed(another); // the next run cuts it off
            }
            throw failed;
        }
        end = at + bytes.length;
    }

    /** Whether a run before this one has begun it. */
    boolean isBegunBefore() {
        return begunBefore;
    }

    /** Whether there is nothing more to do. */
    boolean isCompleted() {
        return completed;
    }

    /** Of the last batch, 0 before the first. */
    long sequence() {
        return sequence;
    }

    /** The last entry of the last batch, as a URI; null before the first. */
    @Nullable
    String last() {
        return last == null || last.isEmpty() ? null : last;
    }

    @Override
    public void close() {
        try {
            file.close(); // with its lock
        } catch (IOException failed) {
            LOG.warn("checkpoint " + Objects.toString(path) + " could not be closed", failed);
        }
    }
}
