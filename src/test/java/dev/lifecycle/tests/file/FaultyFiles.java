package dev.lifecycle.tests.file;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The default file system with faults: whatever is about to be done is told before, and fails if that throws. Counts what is open. */
final class FaultyFiles extends FileSystem {
    /** What is done with a file or directory. */
    enum Act {
        ATTRIBUTES,
        OPEN,
        READ,
        LIST,
        NEXT,
        CLOSE,
        URI
    }

    /** Throws what is to go wrong. */
    @FunctionalInterface
    interface Faults {
        /** Before {@code act} is done to {@code file} for the {@code time}th time since it was opened, from 1; 1 for what is not open. */
        void before(Act act, Path file, int time) throws IOException;
    }

    private final FileSystemProvider provider = new Provider();
    private final FileSystem real;
    private final Faults faults;
    private final AtomicInteger open = new AtomicInteger();

    FaultyFiles(Path any, Faults faults) {
        real = any.getFileSystem();
        this.faults = faults;
    }

    /** Returns the same file, with faults. */
    Path wrap(Path path) {
        return new Wrapped(path);
    }

    /** How many files and directories are open. */
    int open() {
        return open.get();
    }

    private static Path real(Path wrapped) {
        if (wrapped instanceof Wrapped ours) {
            return ours.path;
        }
        throw new ProviderMismatchException();
    }

    @Override
    public FileSystemProvider provider() {
        return provider;
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public boolean isReadOnly() {
        return true;
    }

    @Override
    public String getSeparator() {
        return real.getSeparator();
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        return List.of();
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        return List.of();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return Set.of("basic");
    }

    @Override
    public Path getPath(String first, String... more) {
        return wrap(real.getPath(first, more));
    }

    @Override
    public PathMatcher getPathMatcher(String syntaxAndPattern) {
        throw new UnsupportedOperationException();
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        throw new UnsupportedOperationException();
    }

    @Override
    public WatchService newWatchService() {
        throw new UnsupportedOperationException();
    }

    // ---- paths -----------------------------------------------------------------------------------------------------

    private final class Wrapped implements Path {
        private final Path path;

        Wrapped(Path path) {
            this.path = path;
        }

        private @Nullable Path orNull(@Nullable Path found) {
            return found == null ? null : wrap(found);
        }

        @Override
        public FileSystem getFileSystem() {
            return FaultyFiles.this;
        }

        @Override
        public boolean isAbsolute() {
            return path.isAbsolute();
        }

        @Override
        public @Nullable Path getRoot() {
            return orNull(path.getRoot());
        }

        @Override
        public @Nullable Path getFileName() {
            return orNull(path.getFileName());
        }

        @Override
        public @Nullable Path getParent() {
            return orNull(path.getParent());
        }

        @Override
        public int getNameCount() {
            return path.getNameCount();
        }

        @Override
        public Path getName(int index) {
            return wrap(path.getName(index));
        }

        @Override
        public Path subpath(int beginIndex, int endIndex) {
            return wrap(path.subpath(beginIndex, endIndex));
        }

        @Override
        public boolean startsWith(Path other) {
            return other instanceof Wrapped && path.startsWith(real(other));
        }

        @Override
        public boolean endsWith(Path other) {
            return other instanceof Wrapped && path.endsWith(real(other));
        }

        @Override
        public Path normalize() {
            return wrap(path.normalize());
        }

        @Override
        public Path resolve(Path other) {
            return wrap(path.resolve(real(other)));
        }

        @Override
        public Path relativize(Path other) {
            return wrap(path.relativize(real(other)));
        }

        @Override
        public URI toUri() {
            try {
                faults.before(Act.URI, path, 1);
            } catch (IOException planned) {
                throw new UnsupportedOperationException(planned);
            }
            return path.toUri();
        }

        @Override
        public Path toAbsolutePath() {
            return wrap(path.toAbsolutePath());
        }

        @Override
        public Path toRealPath(LinkOption... options) throws IOException {
            return wrap(path.toRealPath(options));
        }

        @Override
        public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int compareTo(Path other) {
            return path.compareTo(real(other));
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Wrapped ours && path.equals(ours.path);
        }

        @Override
        public int hashCode() {
            return path.hashCode();
        }

        @Override
        public String toString() {
            return path.toString();
        }
    }

    // ---- what is done to them --------------------------------------------------------------------------------------

    private final class Provider extends FileSystemProvider {
        @Override
        public String getScheme() {
            return "faulty";
        }

        @Override
        public FileSystem newFileSystem(URI uri, Map<String, ?> env) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileSystem getFileSystem(URI uri) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Path getPath(URI uri) {
            return wrap(Path.of(uri));
        }

        @Override
        public SeekableByteChannel newByteChannel(
                Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
            faults.before(Act.OPEN, real(path), 1);
            return new Channel(real(path), Files.newByteChannel(real(path), options, attributes));
        }

        @Override
        public DirectoryStream<Path> newDirectoryStream(Path dir, DirectoryStream.Filter<? super Path> filter)
                throws IOException {
            faults.before(Act.LIST, real(dir), 1);
            return new Names(real(dir), Files.newDirectoryStream(real(dir)));
        }

        @Override
        public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
                throws IOException {
            faults.before(Act.ATTRIBUTES, real(path), 1);
            return Files.readAttributes(real(path), type, options);
        }

        @Override
        public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
                throws IOException {
            faults.before(Act.ATTRIBUTES, real(path), 1);
            return Files.readAttributes(real(path), attributes, options);
        }

        @Override
        public Path readSymbolicLink(Path link) throws IOException {
            return wrap(Files.readSymbolicLink(real(link)));
        }

        @Override
        public boolean isSameFile(Path path, Path other) throws IOException {
            return Files.isSameFile(real(path), real(other));
        }

        @Override
        public boolean isHidden(Path path) {
            return false;
        }

        @Override
        public FileStore getFileStore(Path path) throws IOException {
            return Files.getFileStore(real(path));
        }

        @Override
        public void checkAccess(Path path, AccessMode... modes) throws IOException {
            real.provider().checkAccess(real(path), modes);
        }

        @Override
        public <V extends @Nullable FileAttributeView> V getFileAttributeView(
                Path path, Class<V> type, LinkOption... options) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void createDirectory(Path dir, FileAttribute<?>... attributes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void delete(Path path) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void copy(Path source, Path target, CopyOption... options) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void move(Path source, Path target, CopyOption... options) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
            throw new UnsupportedOperationException();
        }
    }

    private final class Names implements DirectoryStream<Path> {
        private final Path dir;
        private final DirectoryStream<Path> names;
        private int time;

        Names(Path dir, DirectoryStream<Path> names) {
            this.dir = dir;
            this.names = names;
            open.incrementAndGet();
        }

        @Override
        public Iterator<Path> iterator() {
            Iterator<Path> each = names.iterator();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    try {
                        time++;
                        faults.before(Act.NEXT, dir, time);
                    } catch (IOException planned) {
                        throw new DirectoryIteratorException(planned);
                    }
                    return each.hasNext();
                }

                @Override
                public Path next() {
                    if (!each.hasNext()) {
                        throw new NoSuchElementException();
                    }
                    return wrap(each.next());
                }
            };
        }

        @Override
        public void close() throws IOException {
            open.decrementAndGet();
            names.close();
            faults.before(Act.CLOSE, dir, 1);
        }
    }

    private final class Channel implements SeekableByteChannel {
        private final Path file;
        private final SeekableByteChannel channel;
        private int reads;

        Channel(Path file, SeekableByteChannel channel) {
            this.file = file;
            this.channel = channel;
            open.incrementAndGet();
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            reads++;
            faults.before(Act.READ, file, reads);
            return channel.read(into);
        }

        @Override
        public int write(ByteBuffer from) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long position() throws IOException {
            return channel.position();
        }

        @Override
        public SeekableByteChannel position(long newPosition) throws IOException {
            channel.position(newPosition);
            return this;
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public SeekableByteChannel truncate(long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() throws IOException {
            if (channel.isOpen()) {
                open.decrementAndGet();
                channel.close();
                faults.before(Act.CLOSE, file, 1);
            }
        }
    }
}
