package dev.lifecycle.impl.pool;

import dev.lifecycle.pool.LeaseInfo;

/** A lease that was reported as held for too long. */
record Held(long stamp, LeaseInfo lease) {}
