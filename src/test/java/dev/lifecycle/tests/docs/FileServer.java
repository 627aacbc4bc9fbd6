package dev.lifecycle.tests.docs;

// @start region="readme"
import dev.lifecycle.scope.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

public final class FileServer {
    public static void main(String... files) throws Exception {
        try (Scope app = Scope.open("files")) {
            ExecutorService workers = app.own(Executors.newFixedThreadPool(2), ExecutorService::shutdown);
            for (String file : files) {
                workers.submit(() -> serve(app, Path.of(file))).get();
            }
        } // everything that is still open closes here, newest first, once, whatever fails
    }

    private static Void serve(Scope app, Path file) throws IOException {
        try (Scope request = app.child("GET /files")) { // closes here, or with app if that comes first
            InputStream in = request.acquire(() -> Files.newInputStream(file));
            Path copy = request.own(Files.createTempFile("served", null), Files::delete);
            request.defer(() -> System.out.println("served " + file));
            in.transferTo(request.acquire(() -> Files.newOutputStream(copy)));
            System.out.println(app.snapshot()); // the tree of all that is open
            return null;
        }
    }
}
// @end
