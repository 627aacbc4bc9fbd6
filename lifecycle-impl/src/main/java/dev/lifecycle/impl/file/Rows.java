package dev.lifecycle.impl.file;

import dev.lifecycle.file.FileResult;
import dev.lifecycle.impl.tree.SafeLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A file with a line of JSON for each entry that is not ok. Where it cannot be written that is counted, and the run goes on. */
final class Rows implements AutoCloseable {
    /*
     * Belongs to the thread of its run. `length` is where whole lines end; what is behind that is written over.
     */
    private static final SafeLog LOG = new SafeLog("dev.lifecycle.file");

    private final @Nullable Path path;
    private @Nullable RandomAccessFile file;
    private long length;
    private long lost;

    /** With nothing but the first {@code keep} bytes of what is there; null for no file. */
    Rows(@Nullable Path path, long keep) {
        this.path = path;
        if (path == null) {
            return;
        }
        try {
            RandomAccessFile opened = new RandomAccessFile(path.toFile(), "rw");
            file = opened;
            length = Math.min(keep, opened.length());
            opened.setLength(length);
        } catch (IOException failed) {
            LOG.warn("report " + path + " cannot be written", failed);
        }
    }

    /** Appends those of a batch that are not ok, with one write. */
    void append(long batch, List<Entry> entries, List<FileResult> results) {
        if (path == null) {
            return;
        }
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        int count = 0;
        for (int i = 0; i < results.size(); i++) {
            FileResult result = results.get(i);
            if (result.ok()) {
                continue;
            }
            try {
                String line = "{\"batch\":" + batch + ",\"uri\":\""
                        + entries.get(i).path().toUri() + "\",\"result\":" + result.toJson() + "}\n";
                lines.writeBytes(line.getBytes(StandardCharsets.UTF_8));
                count++;
            } catch (RuntimeException ofPath) { // of another file system: it has no address
                lost++;
            }
        }
        if (count > 0) {
            write(lines.toByteArray(), count);
        }
    }

    private void write(byte[] lines, int count) {
        RandomAccessFile to = file;
        if (to == null) {
            lost += count;
            return;
        }
        try {
            to.seek(length);
            to.write(lines);
            length += lines.length;
        } catch (IOException failed) {
            if (lost == 0) {
                LOG.warn("report " + path + " cannot be written", failed);
            }
            lost += count;
            cut(to);
        }
    }

    private void cut(RandomAccessFile to) {
        try {
            to.setLength(length);
        } catch (IOException another) {
            return; // a part of a line is left, until the next one is written over it
        }
    }

    /** With whole lines. */
    long length() {
        return length;
    }

    /** How many lines could not be written. */
    long lost() {
        return lost;
    }

    @Override
    public void close() {
        RandomAccessFile open = file;
        if (open != null) {
            try {
                open.close();
            } catch (IOException failed) {
                LOG.warn("report " + path + " could not be closed", failed);
            }
        }
    }
}
