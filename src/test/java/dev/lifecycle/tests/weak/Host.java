package dev.lifecycle.tests.weak;

import dev.lifecycle.weak.AttachmentHost;
import org.jspecify.annotations.Nullable;

/** A key that carries its values, as it is to be. */
class Host implements AttachmentHost {
    private volatile @Nullable Object attachments;

    @Override
    public @Nullable Object attachments() {
        return attachments;
    }

    @Override
    public void attachments(Object attachments) {
        this.attachments = attachments;
    }
}
