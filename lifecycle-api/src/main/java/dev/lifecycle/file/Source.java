package dev.lifecycle.file;

import java.io.InputStream;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where bytes come from: a file, which is opened and closed for each pass, or a stream or channel that is open, which is read to its end and left to
 * the caller.
 */
public final class Source {
    private static final List<LinkOption> NO_LINK = List.of(LinkOption.NOFOLLOW_LINKS);

    private final String label;
    private final @Nullable Path path;
    private final @Nullable InputStream stream;
    private final @Nullable ReadableByteChannel channel;
    private final boolean closing;
    private final @Nullable BasicFileAttributes attributes;
    private final List<LinkOption> links;

    private Source(
            String label,
            @Nullable Path path,
            @Nullable InputStream stream,
            @Nullable ReadableByteChannel channel,
            boolean closing,
            @Nullable BasicFileAttributes attributes,
            List<LinkOption> links) {
        this.label = label;
        this.path = path;
        this.stream = stream;
        this.channel = channel;
        this.closing = closing;
        this.attributes = attributes;
        this.links = links;
    }

    /**
     * Reads a file. May be read again.
     *
     * @param file a regular file, or a link to one
     * @return the source
     */
    public static Source of(Path file) {
        return new Source(Objects.requireNonNull(file, "file").toString(), file, null, null, true, null, List.of());
    }

    /**
     * Reads a file whose attributes are known, as a walk has them: they are not asked for again. So it has changed while it was read also if it has
     * since they were asked for.
     *
     * @param file a regular file, or a link to one
     * @param found what is known of the file; of its target, if links are followed
     * @param links {@link LinkOption#NOFOLLOW_LINKS} refuses a link that has taken its place
     * @return the source
     */
    public static Source of(Path file, BasicFileAttributes found, LinkOption... links) {
        return new Source(
                Objects.requireNonNull(file, "file").toString(),
                file,
                null,
                null,
                true,
                Objects.requireNonNull(found, "found"),
                links.length == 1 && links[0] == LinkOption.NOFOLLOW_LINKS ? NO_LINK : List.of(links));
    }

    /**
     * Reads what is left of a stream; buffers of your own in front of it cost a copy and gain nothing. An interrupt is seen between two reads only.
     *
     * @param label for results and messages
     * @param in read by the calling thread; not closed, unless by {@link #closing}
     * @return the source
     */
    public static Source of(String label, InputStream in) {
        return new Source(
                Objects.requireNonNull(label, "label"),
                null,
                Objects.requireNonNull(in, "in"),
                null,
                false,
                null,
                List.of());
    }

    /**
     * Reads what is left of a channel.
     *
     * @param label for results and messages
     * @param in blocking: one that returns 0 is asked again; not closed, unless by {@link #closing}
     * @return the source
     */
    public static Source of(String label, ReadableByteChannel in) {
        return new Source(
                Objects.requireNonNull(label, "label"),
                null,
                null,
                Objects.requireNonNull(in, "in"),
                false,
                null,
                List.of());
    }

    /**
     * Has the stream or channel closed at the end, once, whatever happens: also by a call that refuses it, since the processor is closed or another
     * argument is wrong. What is never handed to a call is never closed. Files are closed in any case.
     *
     * @return such a source
     */
    public Source closing() {
        return new Source(label, path, stream, channel, true, attributes, links);
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
     * Returns what is known of the file.
     *
     * @return its attributes; null if they are to be asked for
     */
    public @Nullable BasicFileAttributes attributes() {
        return attributes;
    }

    /**
     * Returns how links are handled.
     *
     * @return {@link LinkOption#NOFOLLOW_LINKS}, or nothing
     */
    public List<LinkOption> links() {
        return links;
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
