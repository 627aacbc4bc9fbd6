package dev.lifecycle.impl.cli;

import dev.lifecycle.Names;
import dev.lifecycle.time.TimeSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Sends commands to the attach listener of a HotSpot JVM, over its socket in the file system, without {@code jdk.attach}: version 1 of the
 * protocol, which JDK 8 to 25 speak ({@code services/attachListener.cpp}, {@code os/posix/attachListener_posix.cpp} of HotSpot).
 *
 * <p>One connection a command. Each is read to its end into memory, bounded, and closed whatever happens: a JDK 25 target serves nobody else
 * while somebody leaves a reply unread. All waiting has a deadline.
 */
final class AttachClient {
    /** The longest reply: ten times the histogram of 50 000 classes. */
    static final int MAX_REPLY = 64 << 20;

    private final Target target;
    private final Quit quit;
    private final TimeSource time;

    AttachClient(Target target, World world) {
        this.target = target;
        this.quit = world.quit();
        this.time = world.time();
    }

    /**
     * Runs a command.
     *
     * @param timeout for all of it
     * @param command and up to three arguments
     * @return what it printed
     * @throws CliException if there is no way in, no answer in time, or the target refuses
     */
    String run(Duration timeout, String... command) throws CliException, InterruptedException {
        long deadline = time.nanos() + TimeUnit.NANOSECONDS.convert(timeout);
        try (SocketChannel channel = open(timeout, deadline)) {
            send(channel, deadline, command);
            return reply(receive(channel, deadline), command[0]);
        } catch (TimeoutException late) {
            throw CliException.noAttach(
                    "process " + target.pid() + " has not answered \"" + command[0] + "\" within " + timeout
                            + ". Another tool may hold its attach listener, or it cannot reach a safepoint: look for jcmd, jmap and jstack processes,"
                            + " or lengthen --timeout");
        } catch (IOException e) {
            target.checkSame();
            throw CliException.noAttach(
                    "the connection to process " + target.pid() + " failed: " + Names.printable(e.toString()));
        }
    }

    // ---- the way in ------------------------------------------------------------------------------------------------

    private SocketChannel open(Duration timeout, long deadline) throws CliException, IOException, InterruptedException {
        Path socket = target.tmp().resolve(".java_pid" + target.innerPid());
        Optional<SocketChannel> there = connect(socket);
        if (there.isPresent()) {
            return there.get();
        }
        checkAttachable();
        Path trigger = trigger();
        try {
            wake();
            long half = time.nanos() + (deadline - time.nanos()) / 2;
            boolean again = false;
            for (long wait = 1_000_000; ; wait = Math.min(wait * 2, 50_000_000)) {
                there = connect(socket);
                if (there.isPresent()) {
                    return there.get();
                }
                long now = time.nanos();
                if (now - deadline >= 0) {
                    throw CliException.noAttach("process " + target.pid() + " has not opened " + socket + " within "
                            + timeout
                            + ". It may be stopped, or starting, or its temporary directory is not " + target.tmp()
                            + "; lengthen --timeout, or see what monitor can tell without attaching");
                }
                if (!again && now - half >= 0) {
                    again = true;
                    wake();
                }
                time.parkNanos(this, wait);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        } finally {
            Files.deleteIfExists(trigger);
        }
    }

    /** Empty if nobody listens there. */
    private Optional<SocketChannel> connect(Path socket) throws CliException, IOException {
        Map<String, Object> attributes;
        try {
            attributes = Files.readAttributes(socket, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (AccessDeniedException denied) {
            throw denied();
        }
        if (!(attributes.get("uid") instanceof Integer owner) || (owner != target.user() && owner != 0)) {
            throw CliException.noAttach(socket + " belongs to user " + attributes.get("uid") + ", not to user "
                    + target.user() + ", who runs process " + target.pid() + ": it is somebody else's, remove it");
        }
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        boolean connected = false;
        try {
            channel.configureBlocking(false);
            connected = channel.connect(UnixDomainSocketAddress.of(socket)) || channel.finishConnect();
            if (!connected) {
                throw new IOException("its attach listener is busy with other tools");
            }
            return Optional.of(channel);
        } catch (ConnectException refused) {
            return Optional.empty(); // left by a process that has ended: the target replaces it
        } catch (IOException e) {
            if (!Files.isWritable(socket) && Files.exists(socket)) {
                throw denied();
            }
            if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.empty();
            }
            throw e;
        } finally {
            if (!connected) {
                channel.close();
            }
        }
    }

    private CliException denied() {
        return CliException.noAttach("process " + target.pid() + " belongs to user " + target.user()
                + "; only that user and root may attach to it: call this as one of them, for example with sudo -u '#"
                + target.user()
                + "'. What /proc shows can be seen without attaching");
    }

    /** The signal kills what does not expect it, and makes what may not be attached to print its threads: neither must happen. */
    private void checkAttachable() throws CliException, IOException {
        Optional<String> maps = target.maps();
        if (maps.isEmpty()) {
            throw denied();
        }
        if (maps.get().contains("/libj9vm")) {
            throw CliException.noAttach("process " + target.pid()
                    + " is an OpenJ9 JVM, which is attached to in another way; use its own jcmd,"
                    + " and diff with what that prints");
        }
        if (!maps.get().contains("/libjvm.so")) {
            throw CliException.noAttach("process " + target.pid() + " is no JVM; jps shows those that are");
        }
        Optional<PerfData> data = perfData();
        boolean off = data.isPresent()
                ? !data.get().attachable()
                : target.commandLine().contains("-XX:+DisableAttachMechanism");
        if (off) {
            throw CliException.noAttach("process " + target.pid()
                    + " was started with -XX:+DisableAttachMechanism; start it without. What /proc"
                    + (data.isPresent() ? " and its performance data show" : " shows") + " can be seen all the same");
        }
        if (!target.catchesQuit()) {
            throw CliException.noAttach("process " + target.pid()
                    + " does not catch SIGQUIT: that signal, which attaching begins with, would kill it. It is still starting, or it was"
                    + " started with -Xrs and the socket it listens at has been removed; try again, or start it anew");
        }
    }

    private Optional<PerfData> perfData() {
        try {
            return PerfData.of(target);
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /** The file that tells the target what the signal means. */
    private Path trigger() throws CliException, IOException {
        String name = ".attach_pid" + target.innerPid();
        IOException first = null;
        for (Path directory : new Path[] {target.tmp(), target.cwd()}) {
            Path file = directory.resolve(name);
            try {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            } catch (FileAlreadyExistsException another) {
                return file; // of a client that is at it now, or was killed
            } catch (IOException e) {
                first = first == null ? e : first;
                continue;
            }
            try {
                Files.setAttribute(
                        file, "unix:uid", target.user()); // JDK 8 wants it so; nobody but root can, or has to
            } catch (IOException notRoot) {
                // it is of this user, then
            }
            return file;
        }
        throw CliException.noAttach(
                "no file " + name + " can be made in " + target.tmp() + " nor in the working directory of process "
                        + target.pid() + ": " + first + "; call this as user " + target.user());
    }

    private void wake() throws CliException, IOException, InterruptedException {
        target.checkSame(); // as late as can be: the signal must not reach another process
        if (!target.catchesQuit()) {
            target.checkSame();
            throw CliException.noAttach("process " + target.pid() + " does not catch SIGQUIT any more");
        }
        quit.send(target.pid());
    }

    // ---- the protocol ----------------------------------------------------------------------------------------------

    /** No answer in time. */
    private static final class TimeoutException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private void send(SocketChannel channel, long deadline, String... command)
            throws IOException, InterruptedException {
        ByteBuffer request = ByteBuffer.wrap(request(command));
        await(channel, SelectionKey.OP_WRITE, deadline, () -> {
            channel.write(request);
            return !request.hasRemaining();
        });
    }

    /** The version, the command and three arguments, each with a zero behind it. */
    static byte[] request(String... command) {
        if (command.length < 1 || command.length > 4) {
            throw new IllegalArgumentException(
                    "a command has between none and 3 arguments, not " + (command.length - 1));
        }
        StringBuilder request = new StringBuilder("1\0");
        for (int i = 0; i < 4; i++) {
            String word = i < command.length ? command[i] : "";
            if (word.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("argument " + i + " has a character of code 0");
            }
            request.append(word).append('\0');
        }
        return request.toString().getBytes(StandardCharsets.UTF_8);
    }

    private byte[] receive(SocketChannel channel, long deadline) throws IOException, InterruptedException {
        ByteArrayOutputStream reply = new ByteArrayOutputStream(1 << 16);
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        await(channel, SelectionKey.OP_READ, deadline, () -> {
            buffer.clear();
            int read = channel.read(buffer);
            if (read > 0) {
                if (reply.size() > MAX_REPLY - read) {
                    throw new IOException("the reply is longer than " + MAX_REPLY + " bytes");
                }
                reply.write(buffer.array(), 0, read);
            }
            return read < 0;
        });
        return reply.toByteArray();
    }

    /** Tries until it is done; between, sleeps until the channel is ready. */
    private interface Step {
        boolean done() throws IOException;
    }

    private void await(SocketChannel channel, int operation, long deadline, Step step)
            throws IOException, InterruptedException {
        try (Selector selector = Selector.open()) {
            SelectionKey key = channel.register(selector, operation);
            while (!step.done()) {
                long left = deadline - time.nanos();
                if (left <= 0) {
                    throw new TimeoutException();
                }
                selector.select(left / 1_000_000 + 1);
                selector.selectedKeys().clear();
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
            key.cancel();
        }
    }

    /** The status in a line of its own, then the output. */
    private String reply(byte[] reply, String command) throws CliException {
        String text = new String(reply, StandardCharsets.UTF_8);
        int line = text.indexOf('\n');
        String status = line < 0 ? text : text.substring(0, line);
        String rest = line < 0 ? "" : text.substring(line + 1);
        if (status.equals("0")) {
            return rest;
        }
        target.checkSame();
        throw CliException.noAttach("process " + target.pid() + " refused \"" + Names.printable(command)
                + "\" with status " + Names.quote(status) + (rest.isBlank() ? "" : ": " + Names.quote(rest.strip()))
                + (status.isEmpty() ? "; it closed the connection" : ""));
    }
}
