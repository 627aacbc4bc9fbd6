package dev.lifecycle.impl.memory;

import java.lang.management.ManagementFactory;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.JMRuntimeException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.ReflectionException;

/** Runs the commands of {@code jcmd} in this process. Loaded when the first is run: the server of beans takes a tenth of a second to start. */
final class DiagnosticCommands {
    private static final MBeanServer BEANS = ManagementFactory.getPlatformMBeanServer();

    private DiagnosticCommands() {}

    /** Makes the first command take no longer than others. */
    static void prepare() {
        BEANS.getMBeanCount();
    }

    /**
     * Runs one that takes no arguments; returns what it prints.
     *
     * @throws UnsupportedOperationException if it cannot be run
     */
    static String run(String operation) {
        return run(operation, new Object[0], new String[0]);
    }

    /** Runs one that takes some, likewise. */
    static String run(String operation, String[] arguments) {
        return run(operation, new Object[] {arguments}, new String[] {String[].class.getName()});
    }

    private static String run(String operation, Object[] arguments, String[] signature) {
        try {
            ObjectName commands = new ObjectName("com.sun.management:type=DiagnosticCommand");
            return String.valueOf(BEANS.invoke(commands, operation, arguments, signature));
        } catch (InstanceNotFoundException | ReflectionException missing) { // no such bean, or none of its commands
            throw refused(
                    operation,
                    "it is one of HotSpot, and needs the modules jdk.management and jdk.jfr, without which the JDK finds none. Add them with --add-modules, to java or jlink",
                    missing);
        } catch (JMException
                | JMRuntimeException
                        failed) { // callers catch no class that may be missing: they are loaded without the beans
            throw refused(
                    operation, "it failed with " + (failed.getCause() == null ? failed : failed.getCause()), failed);
        }
    }

    private static UnsupportedOperationException refused(String operation, String why, Exception cause) {
        return new UnsupportedOperationException(
                "the diagnostic command " + operation + " cannot be run here: " + why, cause);
    }
}
