package dev.lifecycle.file;

import java.io.InputStream;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where bytes come from: a file, which is opened and closed for each pass, or a stream or channel that is open, which is read to its end and left to the caller.
 */
public final class Source {
    private final String label;
    private final @Nullable Path path;
    private final @Nullable InputStream stream;
    private final @Nullable ReadableByteChannel channel;
    private final boolean closing;

    private Source(
            String label,
            @Nullable Path path,
            @Nullable InputStream stream,
            @Nullable ReadableByteChannel channel,
            boolean closing) {
        this.label = label;
        this.path = path;
        this.stream = stream;
        this.channel = channel;
        this.closing = closing;
    }

    /**
     * Reads a file. May be read again.
     *
     * @param file a regular file, or a link to one
     * @return the source
     */
    public static Source of(Path file) {
        return new Source(Objects.requireNonNull(file, "file").toString(), file, null, null, true);
    }

    /**
     * Reads what is left of a stream; buffers of your own in front of it cost a copy and gain nothing. An interrupt is seen between two reads only.
     *
     * @param label for results and messages
     * @param in read by the calling thread; not closed, unless by {@link #closing}
     * @return the source
     */
    public static Source of(String label, InputStream in) {
        return new Source(Objects.requireNonNull(label, "label"), null, Objects.requireNonNull(in, "in"), null, false);
    }

    /**
     * Reads what is left of a channel.
     *
     * @param label for results and messages
     * @param in blocking: one that returns 0 is asked again; not closed, unless by {@link #closing}
     * @return the source
     */
    public static Source of(String label, ReadableByteChannel in) {
        return new Source(Objects.requireNonNull(label, "label"), null, null, Objects.requireNonNull(in, "in"), false);
    }

    /**
     * Closes the stream or channel at the end, whatever happens. Files are closed in any case.
     *
     * @return such a source
     */
    public Source closing() {
        return new Source(label, path, stream, channel, true);
    }

    /**
     * Returns what it is called.
     *
     * @return the path, or the label
     */
    public String label() {
        return label;
    }

    /**
     * Returns the file.
     *
     * @return the file; null for a stream or channel
     */
    public @Nullable Path path() {
        return path;
    }

    /**
     * Returns the stream.
     *
     * @return the stream; null for a file or channel
     */
    public @Nullable InputStream stream() {
        return stream;
    }

    /**
     * Returns the channel.
     *
     * @return the channel; null for a file or stream
     */
    public @Nullable ReadableByteChannel channel() {
        return channel;
    }

    /**
     * Tells whether it is closed at the end.
     *
     * @return whether it is
     */
    public boolean isClosing() {
        return closing;
    }

    @Override
    public String toString() {
        return label;
    }
}
