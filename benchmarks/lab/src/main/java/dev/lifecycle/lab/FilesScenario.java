package dev.lifecycle.lab;

import dev.lifecycle.scope.Scope;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A handler that opens a file, takes a buffer and a callback on a shared hub, and forgets all three when it fails. */
final class FilesScenario implements Scenario {
    private static final int BUFFER = 64 << 10;

    @Override
    public String name() {
        return "files";
    }

    @Override
    public String story() {
        return "A request handler reads a line of a file: it opens the file, takes a buffer, and registers a callback so that a"
                + " reload can refill the buffer. When the line does not exist it throws, and the three statements that undo"
                + " all this stand after the throw: every such request leaves a descriptor and a buffer behind, held by"
                + " the hub.";
    }

    @Override
    public Service open(Variant variant, Input input) {
        return variant == Variant.NAIVE ? new Naive(input) : new Managed(input);
    }

    /** Whom to tell of a reload: lives as long as the service. */
    private static final class Hub {
        private final List<Runnable> callbacks = new ArrayList<>();

        void add(Runnable callback) {
            callbacks.add(callback);
        }

        void remove(Runnable callback) {
            callbacks.remove(callback);
        }
    }

    /** The file has no such line: the client gets an error, and nothing is wrong with the service. */
    private static final class NoSuchLine extends Exception {
        private static final long serialVersionUID = 1L;

        NoSuchLine(Path file, int line) {
            super(file + " has no line " + line);
        }
    }

    /** Which line of which file; about one request in five asks for a line that does not exist. */
    private record Wanted(Path file, int line) {
        static Wanted of(Input input, long request) {
            return new Wanted(input.file(request >>> 16), (request & GOES_WELL) < 3 ? Integer.MAX_VALUE : 0);
        }
    }

    private static long find(InputStream in, byte[] buffer, Wanted wanted) throws IOException, NoSuchLine {
        int line = 0;
        long length = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            for (int i = 0; i < read; i++) {
                length++;
                if (buffer[i] == '\n' && line++ == wanted.line) {
                    return length;
                }
            }
        }
        if (wanted.line > line) {
            throw new NoSuchLine(wanted.file, wanted.line);
        }
        return length;
    }

    private static void refill(InputStream in, byte[] buffer) {
        try {
            in.read(buffer);
        } catch (IOException unreadable) {
            buffer[0] = 0;
        }
    }

    /** As it was. */
    private static final class Naive implements Service {
        private final Input input;
        private final Hub hub = new Hub();

        Naive(Input input) {
            this.input = input;
        }

        @Override
        public boolean serve(long request) throws IOException {
            try {
                return handle(Wanted.of(input, request)) > 0;
            } catch (NoSuchLine notFound) {
                return false;
            }
        }

        private long handle(Wanted wanted) throws IOException, NoSuchLine {
            InputStream in = new FileInputStream(wanted.file.toFile());
            byte[] buffer = new byte[BUFFER];
            Runnable onReload = () -> refill(in, buffer);
            hub.add(onReload);
            long length = find(in, buffer, wanted);
            hub.remove(onReload);
            in.close();
            return length;
        }

        @Override
        public void close() {}
    }

    /** With the library. */
    private static final class Managed implements Service {
        private final Input input;
        private final Scope app = Scope.open("files");
        private final Hub hub = new Hub();

        Managed(Input input) {
            this.input = input;
        }

        @Override
        public boolean serve(long request) throws IOException {
            try {
                return handle(Wanted.of(input, request)) > 0;
            } catch (NoSuchLine notFound) {
                return false;
            }
        }

        private long handle(Wanted wanted) throws IOException, NoSuchLine {
            try (var scope = app.child("GET line").throwing(IOException.class)) {
                InputStream in = scope.own(new FileInputStream(wanted.file.toFile()));
                byte[] buffer = new byte[BUFFER];
                Runnable onReload = () -> refill(in, buffer);
                hub.add(onReload);
                scope.defer(() -> hub.remove(onReload));
                return find(in, buffer, wanted);
            }
        }

        @Override
        public void close() {
            app.close();
        }
    }
}
