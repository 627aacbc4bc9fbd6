package dev.lifecycle.file;

import java.util.Objects;

/**
 * What is known of a file before it is read.
 *
 * @param path the file, or the name of the stream
 * @param size how many bytes the file system says it has; -1 if that is not known
 */
public record FileInfo(String path, long size) {

    /** Checks that the path is not null. */
    public FileInfo {
        Objects.requireNonNull(path, "path");
    }
}
