package dev.lifecycle.impl.file;

import java.nio.charset.Charset;
import java.nio.charset.MalformedInputException;

/** Tells where a text is none. */
final class MalformedBytesException extends MalformedInputException {
    private static final long serialVersionUID = 1L;

    private final String message;

    MalformedBytesException(Charset charset, int length, long offset) {
        super(length);
        message = (length == 1 ? "1 byte is" : length + " bytes are") + " no " + charset.name() + ", at offset "
                + offset + " of the text";
    }

    @Override
    public String getMessage() {
        return message;
    }
}
