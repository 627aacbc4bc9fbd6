package dev.lifecycle.impl.file;

import dev.lifecycle.Names;
import dev.lifecycle.file.ChangePolicy;
import dev.lifecycle.file.Outcome;
import dev.lifecycle.file.OversizePolicy;
import dev.lifecycle.file.Reason;
import dev.lifecycle.file.Source;
import dev.lifecycle.impl.time.Backoff;
import dev.lifecycle.impl.tree.SafeLog;
import dev.lifecycle.spi.FileProcessorConfig;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one source, within its limit and its time, and sees whether it changed meanwhile. */
final class Feed extends Turns {
    /*
     * A file has a channel of its own, so that an interrupt, which closes it, is nobody else's. It is closed by its reader, or, while that is in code
     * of a user, by whoever closes the processor: see Turns, which it is itself, for the sake of an object less.
     */
    private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ);
    private static final Set<OpenOption> READ_NO_LINK = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    private static final LinkOption[] NO_LINK = {LinkOption.NOFOLLOW_LINKS};
    private static final LinkOption[] ANY_LINK = {};

    private static final SafeLog LOG = new SafeLog("dev.lifecycle.file");

    private final FileProcessorConfig config;
    private final Source source;
    private final @Nullable Pace pace; // null for no limit
    private final long deadline;
    private long limit; // how many bytes are read at most
    private boolean snapshot; // there may be more, and nobody wants to know
    private final @Nullable InputStream stream;
    private volatile @Nullable ReadableByteChannel channel; // of a file, once it is open
    private @Nullable BasicFileAttributes attributes; // at open

    long size = -1; // at open
    volatile long bytes; // that were read; written by its thread alone
    boolean ended;
    boolean oversize; // there are more than the limit
    private boolean isShort; // the last read: there was less than it had room for

    Feed(FileProcessorConfig config, Source source, @Nullable Pace pace, long deadline) {
        this.config = config;
        this.source = source;
        this.pace = pace;
        this.deadline = deadline;
        stream = source.stream();
        channel = source.channel();
        limit = config.limits().maxFileBytes();
    }

    // ---- opening

    void open() throws Stop {
        Path path = source.path();
        if (path == null) {
            return;
        }
        try {
            BasicFileAttributes found = source.attributes();
            if (found == null) {
                found = Files.readAttributes(path, BasicFileAttributes.class, links());
            }
            attributes = found;
            if (!found.isRegularFile()) {
                throw new Stop(Outcome.FAILED, Reason.SPECIAL_FILE, new IOException(what(found)));
            }
            size = found.size();
            if (size > limit && config.limits().oversize() != OversizePolicy.TRUNCATE && !isSnapshot()) {
                throw tooLong();
            }
            if (isSnapshot() && size <= limit && size > 0) {
                limit = size;
                snapshot = true;
            }
            channel = openChannel(path);
        } catch (IOException failed) {
            throw failed(failed);
        } catch (RuntimeException ofProvider) { // of another file system: security, an illegal option
            throw new Stop(Outcome.FAILED, Reason.IO, ofProvider);
        }
    }

    private ReadableByteChannel openChannel(Path path) throws IOException, Stop {
        Set<OpenOption> options = source.links().isEmpty() ? READ : READ_NO_LINK;
        try {
            return Files.newByteChannel(path, options);
        } catch (IOException failed) {
            if (!new Scarcity(config.timeSource(), this::isCancelled).isOver(failed)) { // others may close some
                check(config.timeSource().nanos());
                throw failed;
            }
        }
        check(config.timeSource().nanos());
        return Files.newByteChannel(path, options);
    }

    private LinkOption[] links() {
        return source.links().isEmpty() ? ANY_LINK : NO_LINK;
    }

    private boolean isSnapshot() {
        return config.onChange() == ChangePolicy.SNAPSHOT_LENGTH;
    }

    private static String what(BasicFileAttributes found) {
        return found.isDirectory()
                ? "it is a directory; list it, and hand over the files in it"
                : "it is no regular file: a pipe, device or socket may never end; open it yourself and hand over the stream";
    }

    private Stop tooLong() {
        boolean skips = config.limits().oversize() == OversizePolicy.SKIP;
        return new Stop(skips ? Outcome.SKIPPED : Outcome.FAILED, Reason.OVERSIZE);
    }

    // ---- reading

    /** Reads what there is, at least one byte; returns how many, 0 at the end. There is room in {@code into}. */
    int read(ByteBuffer into) throws Stop {
        if (ended) {
            return 0;
        }
        long now = config.timeSource().nanos();
        check(now);
        int wanted = (int) Math.min(into.remaining(), left());
        int count = wanted == 0 ? -1 : some(into, wanted, now); // all of the snapshot
        if (count > 0) {
            return taken(into, count);
        }
        ended = true;
        return 0;
    }

    /** Reads at least one byte, once it was looked at whether it is to go on; returns how many, -1 at the end. */
    private int some(ByteBuffer into, int wanted, long begun) throws Stop {
        int end = into.limit();
        long now = begun;
        long waited = 0; // for the source: not for its turn
        for (int looks = 0; ; looks++) {
            int most = turn(Math.min(wanted, config.readSize()), now);
            long began = pace == null ? now : config.timeSource().nanos();
            into.limit(into.position() + most);
            int count = 0;
            try {
                count = once(into);
            } finally {
                into.limit(end);
                refund(most - Math.max(count, 0));
            }
            now = config.timeSource().nanos();
            waited += now - began;
            if (waited >= config.stallNanos()) {
                throw new Stop(Outcome.TIMED_OUT, now - deadline >= 0 ? Reason.TIMEOUT : Reason.NO_PROGRESS);
            }
            if (count != 0) {
                isShort = count < most;
                return count;
            }
            Backoff.pause(looks); // it does not block
            check(now);
        }
    }

    // ---- reading a file from its end

    /** From now on it is read by {@link #readAt}; returns where that may begin: a limit leaves out what comes before. */
    long turnBack() throws Stop {
        oversize = size > limit;
        if (oversize && config.limits().oversize() != OversizePolicy.TRUNCATE) {
            throw tooLong();
        }
        if (size == 0 && bytes > 0) {
            throw new Stop(
                    Outcome.FAILED,
                    Reason.SPECIAL_FILE,
                    new IOException(
                            "nobody knows where it ends: the file system says it is empty, and it is not; read it forwards"));
        }
        bytes = 0;
        return Math.max(0, size - limit);
    }

    /** Reads {@code count} bytes that begin at {@code offset}. */
    void readAt(long offset, ByteBuffer direct, byte[] into, int at, int count) throws Stop {
        for (int done = 0; done < count; ) {
            direct.clear().limit(Math.min(direct.capacity(), count - done));
            long now = config.timeSource().nanos();
            check(now);
            seek(offset + done);
            int some = some(direct, direct.remaining(), now);
            if (some < 0) {
                throw new Stop(Outcome.FAILED, Reason.CHANGED, new IOException("it has become shorter"));
            }
            direct.flip().get(into, at + done, some);
            done += some;
        }
    }

    private void seek(long offset) throws Stop {
        try {
            ((SeekableByteChannel) Objects.requireNonNull(channel)).position(offset);
        } catch (IOException failed) {
            throw failed(failed);
        } catch (RuntimeException ofProvider) {
            throw new Stop(Outcome.FAILED, Reason.IO, ofProvider);
        }
    }

    // ---- turns

    /** How many bytes may be read still; with one more than the limit, which tells that there is one. */
    private long left() {
        long left = limit - bytes;
        return snapshot || limit == Long.MAX_VALUE ? left : left + 1;
    }

    private int taken(ByteBuffer into, int count) {
        long sum = bytes + count;
        if (sum > limit) {
            into.position(into.position() - 1);
            ended = true;
            oversize = true;
            bytes = limit;
            return count - 1;
        }
        bytes = sum;
        ended = isShort
                && sum == size; // the system gave all it has, as much as it said: it need not be asked for an end
        return count;
    }

    /** Waits until it may read; returns how many bytes. */
    private int turn(int wanted, long now) throws Stop {
        if (pace == null) {
            return wanted;
        }
        int most = pace.most(wanted);
        long at = pace.reserve(most, now);
        for (long time = now; time - at < 0; ) {
            config.timeSource().parkUntil(this, deadline - at < 0 ? deadline : at);
            time = config.timeSource().nanos();
            check(time);
        }
        return most;
    }

    private void refund(int bytes) {
        if (pace != null && bytes > 0) {
            pace.refund(bytes);
        }
    }

    /** Whether it is to go on. */
    private void check(long now) throws Stop {
        if (isCancelled()) {
            throw new Stop(Outcome.CANCELLED, Reason.SCOPE_CLOSED);
        }
        if (now - deadline >= 0) {
            throw new Stop(Outcome.TIMED_OUT, Reason.TIMEOUT);
        }
        if (Thread.currentThread().isInterrupted()) {
            throw interrupted(null); // not by `now`, which is older than the interrupt
        }
    }

    private int once(ByteBuffer into) throws Stop {
        if (!beginRead()) {
            throw new Stop(Outcome.CANCELLED, Reason.SCOPE_CLOSED);
        }
        try {
            InputStream in = stream;
            if (in == null) {
                return Objects.requireNonNull(channel).read(into);
            }
            int count = in.read(into.array(), into.arrayOffset() + into.position(), into.remaining());
            into.position(into.position() + Math.max(count, 0));
            return count;
        } catch (IOException failed) {
            throw failed(failed);
        } catch (VirtualMachineError failure) {
            throw failure;
        } catch (Throwable ofUser) { // or of the provider of another file system
            throw new Stop(Outcome.FAILED, Reason.IO, ofUser);
        } finally {
            endRead();
        }
    }

    /** What becomes of a file whose thread was interrupted: that is also how a deadline is told. */
    Stop interrupted(@Nullable Throwable thrown) {
        if (isCancelled()) {
            return new Stop(Outcome.CANCELLED, Reason.SCOPE_CLOSED, thrown);
        }
        return isLate()
                ? new Stop(Outcome.TIMED_OUT, Reason.TIMEOUT, thrown)
                : new Stop(Outcome.CANCELLED, Reason.INTERRUPTED, thrown);
    }

    private boolean isLate() {
        return config.timeSource().nanos() - deadline >= 0;
    }

    /** How long it may take still. */
    long remaining() {
        return Math.max(0, deadline - config.timeSource().nanos());
    }

    private Stop failed(IOException failed) {
        boolean heard = failed instanceof InterruptedIOException && !(failed instanceof SocketTimeoutException);
        if (heard || failed instanceof ClosedByInterruptException) {
            Thread.currentThread().interrupt(); // streams clear the flag
            return interrupted(failed);
        }
        if (failed instanceof ClosedChannelException && isCancelled()) {
            return new Stop(Outcome.CANCELLED, Reason.SCOPE_CLOSED);
        }
        Reason reason = failed instanceof NoSuchFileException
                ? Reason.VANISHED
                : failed instanceof AccessDeniedException ? Reason.ACCESS : Reason.IO;
        return new Stop(Outcome.FAILED, reason, failed);
    }

    // ---- the end

    /** After all was handed out; returns why it is not done as it should be, {@link Reason#NONE} if it is. */
    Reason finish() throws Stop {
        if (oversize && config.limits().oversize() != OversizePolicy.TRUNCATE) {
            throw tooLong();
        }
        if (hasChanged()) {
            if (config.onChange() == ChangePolicy.FAIL) {
                throw new Stop(Outcome.FAILED, Reason.CHANGED);
            }
            return oversize ? Reason.OVERSIZE : Reason.CHANGED;
        }
        return oversize ? Reason.OVERSIZE : Reason.NONE;
    }

    private boolean hasChanged() {
        BasicFileAttributes before = attributes;
        Path path = source.path();
        if (before == null || path == null || config.onChange() == ChangePolicy.UNCHECKED) {
            return false;
        }
        BasicFileAttributes after;
        try {
            after = Files.readAttributes(path, BasicFileAttributes.class, links());
        } catch (IOException | RuntimeException gone) {
            return true;
        }
        if (!Objects.equals(before.fileKey(), after.fileKey())) {
            return true;
        }
        if (snapshot) {
            return after.size() < size;
        }
        return after.size() != size || !before.lastModifiedTime().equals(after.lastModifiedTime());
    }

    /** Closes what is open, if it is to be closed: once, whoever calls. What that throws does not change what was read. */
    void close() {
        Closeable open = stream == null ? channel : stream;
        if (source.isClosing() && open != null && beginClose()) {
            close(source, open);
        }
    }

    /** Closes what is to be closed at the end, of a source that has no feed. */
    static void close(Source refused) {
        Closeable open = refused.stream() == null ? refused.channel() : refused.stream();
        if (refused.isClosing() && open != null) {
            close(refused, open);
        }
    }

    private static void close(Source source, Closeable open) {
        try {
            open.close();
        } catch (VirtualMachineError failure) {
            throw failure;
        } catch (Throwable ofUser) {
            LOG.warn(Names.quote(source.label()) + " could not be closed", ofUser);
        }
    }
}
