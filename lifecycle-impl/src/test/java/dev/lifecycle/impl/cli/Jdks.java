package dev.lifecycle.impl.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** The JDK that runs the tests, and another one, if the folder it is in has one of another version: the newest of them. */
final class Jdks {
    private Jdks() {}

    static List<Path> homes() throws IOException {
        Path own = Path.of(System.getProperty("java.home"));
        int newest = -1;
        Path other = own;
        try (DirectoryStream<Path> beside =
                Files.newDirectoryStream(own.toAbsolutePath().getParent(), Files::isDirectory)) {
            for (Path each : beside) {
                int version = version(each);
                if (Files.isExecutable(each.resolve("bin").resolve("javac"))
                        && version >= 17
                        && version != Runtime.version().feature()
                        && version > newest) {
                    newest = version;
                    other = each;
                }
            }
        }
        List<Path> homes = new ArrayList<>(List.of(own));
        if (newest > 0) {
            homes.add(other);
        }
        return homes;
    }

    static int version(Path home) {
        Properties release = new Properties();
        try (var in = Files.newBufferedReader(home.resolve("release"))) {
            release.load(in);
            String version = release.getProperty("JAVA_VERSION", "0").replace("\"", "");
            return Runtime.Version.parse(version).feature();
        } catch (IOException | IllegalArgumentException none) {
            return -1;
        }
    }
}
