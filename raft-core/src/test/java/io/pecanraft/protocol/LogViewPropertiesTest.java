package io.pecanraft.protocol;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The log in memory is the log: no operation, in whatever order, makes it differ from a plain list. */
class LogViewPropertiesTest {

    @Property(tries = 400)
    void theLogBehavesLikeAListOfEntries(@ForAll long seed) {
        LogModel.run(seed, 150);
    }
}
