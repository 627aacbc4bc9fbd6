package dev.lifecycle.file;

/**
 * What becomes of a file that changes while it is read: one whose size, time of change or identity is another one at the end than when it was opened,
 * or that is not there any more. A file rewritten in place, with the same size and its time set back, is not noticed. What was read of a file that
 * was cut short by a limit is watched all the same; it is {@link Outcome#TRUNCATED} then.
 */
public enum ChangePolicy {
    /** All that was read is handed out, and the file is {@link Outcome#CHANGED_WHILE_READING}. */
    ACCEPT_AND_MARK,

    /** It {@linkplain Outcome#FAILED failed}, for {@link Reason#CHANGED}. */
    FAIL,

    /** At most as many bytes are read as it had when it was opened: for logs that grow. Only one that was cut or replaced is marked. */
    SNAPSHOT_LENGTH,

    /**
     * Nobody looks, in a tree neither whether something else has taken its place since the walk, such as a pipe, or a link out of the root: for files that nobody writes to
     * meanwhile. Saves a call of the operating system a file, and another one in a tree.
     */
    UNCHECKED
}
