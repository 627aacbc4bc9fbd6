package dev.lifecycle.weak;

import org.jspecify.annotations.Nullable;

/**
 * A key that carries its own values. A {@link WeakKeyMap} holds the value of an ordinary key strongly; if such a value
 * refers to its key, by whatever detour, neither is ever collected. The values of a host are held by the host alone: they
 * may refer to it, and are collected together with it.
 *
 * {@snippet class="dev.lifecycle.tests.weak.WeakExamples" region="host"}
 *
 * <p>One field serves any number of maps. What is in it is theirs: hosts keep it, and never look at it. Both methods are
 * called with no lock held, on any thread; they must do nothing else than read and write the field, which should be
 * {@code volatile}: a thread that does not see what another has written only takes a little longer. A copy of a host must not
 * take the contents along: set the field to null in {@code clone}, and let it be {@code transient} where a host is serialized.
 */
@SuppressWarnings("InvalidInlineTag") // Error Prone on JDK 17 does not know {@snippet}
public interface AttachmentHost {

    /**
     * Reads the field.
     *
     * @return what was last given to {@link #attachments(Object)}; null at first
     */
    @Nullable
    Object attachments();

    /**
     * Writes the field. Called once in the life of a host.
     *
     * @param attachments to be kept
     */
    void attachments(Object attachments);
}
