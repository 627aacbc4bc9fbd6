package dev.lifecycle.tests.pool;

/** A maker that validates and resets, too. */
final class Keeper extends Maker {
    volatile Step onValidate = Step.NOTHING;
    volatile Step onReset = Step.NOTHING;

    @Override
    public boolean validate(Thing thing) throws Exception {
        refuseEnded(thing);
        thing.validations.incrementAndGet();
        call(thing, onValidate);
        return !thing.broken;
    }

    @Override
    public void reset(Thing thing) throws Exception {
        refuseEnded(thing);
        thing.resets.incrementAndGet();
        call(thing, onReset);
    }

    private void refuseEnded(Thing thing) {
        if (thing.isEnded()) {
            wrongs.add(thing + " is used after its end");
        }
    }
}
