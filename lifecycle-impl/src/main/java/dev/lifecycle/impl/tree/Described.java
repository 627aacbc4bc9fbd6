package dev.lifecycle.impl.tree;

import dev.lifecycle.leak.Site;
import org.jspecify.annotations.Nullable;

/**
 * What a report says about a node of the tree. Must not refer to the node: it is kept while the node is watched for being
 * collected. Its methods are called when a report is made, outside every lock.
 */
public interface Described {

    /**
     * Names the type of the node, as its users know it.
     *
     * @return the name of a public class
     */
    String type();

    /**
     * Names the node.
     *
     * @return a short text on one line; nodes with the same one share a report and an escalation
     */
    String label();

    /**
     * Says where the node hung in the tree.
     *
     * @return like {@code app/POST /chat}; empty for a node outside it
     */
    String scopePath();

    /**
     * Says where the node was opened.
     *
     * @return the site, or null where the caller gave none
     */
    @Nullable
    Site site();
}
