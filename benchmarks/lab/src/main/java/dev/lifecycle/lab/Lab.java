package dev.lifecycle.lab;

/** Placeholder. */
public final class Lab {
    private Lab() {}

    /** Runs. */
    public static void main(String[] args) {
        System.out.println("lab " + String.join(" ", args));
    }
}
