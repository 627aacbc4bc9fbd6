/**
 * The command line, {@code java -jar lifecycle-impl-VERSION.jar}, and what it knows of other JVMs: their performance data, what the
 * kernel tells of them, and their attach listener. A client of the other packages, not a part of the library at run time.
 *
 * <p>To add a verb: implement {@link dev.lifecycle.impl.cli.Verb} and list it in {@link dev.lifecycle.impl.cli.Verbs}.
 */
@NullMarked
package dev.lifecycle.impl.cli;

import org.jspecify.annotations.NullMarked;
