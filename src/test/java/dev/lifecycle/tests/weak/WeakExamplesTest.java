package dev.lifecycle.tests.weak;

/** Runs the examples of the Javadoc. */
class WeakExamplesTest extends WeakExamples {}
