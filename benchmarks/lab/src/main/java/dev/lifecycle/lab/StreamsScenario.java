package dev.lifecycle.lab;

import dev.lifecycle.scope.Scope;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;

/** Streaming responses over sockets whose client goes away half-way; the cleanup runs only after a whole response. */
final class StreamsScenario implements Scenario {
    private static final int CHUNK = 64 << 10;
    private static final int CHUNKS = 8;
    private static final int TIMEOUT_MILLIS = 2_000;

    @Override
    public String name() {
        return "streams";
    }

    @Override
    public String story() {
        return "A server streams files over sockets, chunk after chunk, and cleans up in the step that follows a complete"
                + " response. When the client disconnects half-way the stream ends with a failure and that step is never"
                + " reached: socket, file and buffer stay in the table of active streams.";
    }

    @Override
    public Service open(Variant variant, Input input) throws IOException {
        return new Server(input, variant == Variant.NAIVE ? new Naive() : new Managed());
    }

    /** What a stream holds. */
    private record Stream(AsynchronousSocketChannel socket, AsynchronousFileChannel file, ByteBuffer buffer) {}

    /** How a stream is begun and ended. */
    private interface Handler extends AutoCloseable {
        void handle(AsynchronousSocketChannel socket, Path file);

        @Override
        void close();
    }

    /** As it was: the cleanup is a step of the happy path. */
    private static final class Naive implements Handler {
        private final Map<Integer, Stream> active = new ConcurrentHashMap<>();
        private final AtomicInteger ids = new AtomicInteger();

        @Override
        public void handle(AsynchronousSocketChannel socket, Path path) {
            try {
                int id = ids.incrementAndGet();
                Stream stream = new Stream(
                        socket,
                        AsynchronousFileChannel.open(path, StandardOpenOption.READ),
                        ByteBuffer.allocate(CHUNK));
                active.put(id, stream);
                send(stream).thenRun(() -> {
                    active.remove(id);
                    close(stream);
                });
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }

        private static void close(Stream stream) {
            try {
                stream.file.close();
                stream.socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {}
    }

    /** With the library: what the stream holds is owned by a scope, and the completion, however it ends, closes it. */
    private static final class Managed implements Handler {
        private final Scope app = Scope.open("streams");

        @Override
        public void handle(AsynchronousSocketChannel socket, Path path) {
            Scope scope = app.child("GET file");
            try {
                scope.own(socket);
                Stream stream = new Stream(
                        socket,
                        scope.acquire(() -> AsynchronousFileChannel.open(path, StandardOpenOption.READ)),
                        ByteBuffer.allocate(CHUNK));
                send(stream).whenComplete((sent, failure) -> scope.closeAsync(ForkJoinPool.commonPool()));
            } catch (IOException unreadable) {
                scope.close();
            }
        }

        @Override
        public void close() {
            app.close();
        }
    }

    /** Sends {@value #CHUNKS} chunks of the file, from its beginning again when it is shorter. */
    private static CompletableFuture<Void> send(Stream stream) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        new Sender(stream, done).next();
        return done;
    }

    /** Reads a chunk, writes it, and so on. */
    private static final class Sender implements CompletionHandler<Integer, Boolean> {
        private final Stream stream;
        private final CompletableFuture<Void> done;
        private int left = CHUNKS;

        Sender(Stream stream, CompletableFuture<Void> done) {
            this.stream = stream;
            this.done = done;
        }

        void next() {
            if (left-- == 0) {
                done.complete(null);
                return;
            }
            stream.buffer.clear();
            stream.file.read(stream.buffer, 0, false, this);
        }

        @Override
        public void completed(Integer count, Boolean written) {
            if (!written) {
                stream.buffer.limit(stream.buffer.capacity()).position(0); // a short file leaves the rest as it was
            }
            if (stream.buffer.hasRemaining()) {
                stream.socket.write(stream.buffer, true, this);
            } else {
                next();
            }
        }

        @Override
        public void failed(Throwable failure, Boolean written) {
            done.completeExceptionally(failure);
        }
    }

    /** The server, and a client that asks it. */
    private static final class Server implements Service {
        private final Input input;
        private final Handler handler;
        private final AsynchronousServerSocketChannel listener;
        private volatile Path wanted;

        Server(Input input, Handler handler) throws IOException {
            this.input = input;
            this.handler = handler;
            this.wanted = input.file(0);
            listener = AsynchronousServerSocketChannel.open()
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            listener.accept(null, new CompletionHandler<AsynchronousSocketChannel, Void>() {
                @Override
                public void completed(AsynchronousSocketChannel socket, Void nothing) {
                    listener.accept(null, this);
                    handler.handle(socket, wanted);
                }

                @Override
                public void failed(Throwable failure, Void nothing) {
                    if (listener.isOpen()) {
                        listener.accept(null, this); // as servers do: the next one may be luckier
                    }
                }
            });
        }

        /** Asks for a file; two clients in five read one chunk and go away. */
        @Override
        public boolean serve(long request) throws IOException {
            wanted = input.file(request >>> 16);
            boolean leaves = (request & GOES_WELL) < 6;
            try (Socket client = new Socket()) {
                if (leaves) {
                    client.setSoLinger(true, 0); // a lost connection, not a goodbye
                }
                client.connect(listener.getLocalAddress(), TIMEOUT_MILLIS);
                client.setSoTimeout(TIMEOUT_MILLIS);
                InputStream in = client.getInputStream();
                long expected = leaves ? CHUNK : (long) CHUNK * CHUNKS;
                byte[] chunk = new byte[8 << 10];
                for (long got = 0; got < expected; ) {
                    int read = in.read(chunk);
                    if (read < 0) {
                        throw new EOFException("the stream ended after " + got + " of " + expected + " bytes");
                    }
                    got += read;
                }
            }
            return !leaves;
        }

        @Override
        public void close() throws IOException {
            listener.close();
            handler.close();
        }
    }
}
