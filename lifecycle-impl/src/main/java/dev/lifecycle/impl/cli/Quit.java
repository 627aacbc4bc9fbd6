package dev.lifecycle.impl.cli;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Sends SIGQUIT to a process: of a JVM that has a file named .attach_pid before it, that starts its attach listener. */
interface Quit {
    /** By the command that is built into every shell: Java can send no signal but those that kill. */
    Quit BY_SHELL = Quit::byShell;

    /**
     * Sends it.
     *
     * @throws IOException if that failed, with the reason
     */
    void send(long pid) throws IOException, InterruptedException;

    private static void byShell(long pid) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("/bin/sh", "-c", "kill -s QUIT " + pid)
                .redirectErrorStream(true)
                .start();
        try {
            kill.getOutputStream().close();
            if (!kill.waitFor(5, TimeUnit.SECONDS)) {
                throw new IOException("kill -s QUIT " + pid + " has not ended within 5 s");
            }
            if (kill.exitValue() != 0) {
                byte[] said = kill.getInputStream().readNBytes(300);
                throw new IOException("kill -s QUIT " + pid + " failed: "
                        + new String(said, java.nio.charset.StandardCharsets.UTF_8).strip());
            }
        } finally {
            kill.destroyForcibly();
        }
    }
}
