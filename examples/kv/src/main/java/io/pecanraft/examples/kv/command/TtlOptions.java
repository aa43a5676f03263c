package io.pecanraft.examples.kv.command;

import io.pecanraft.examples.kv.resp.Request;
import io.pecanraft.examples.kv.store.Bytes;
import io.pecanraft.examples.kv.store.Expiry;
import io.pecanraft.examples.kv.store.Integers;
import io.pecanraft.examples.kv.store.Limits;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads the options by which SET and GETEX say how long a key lives. */
final class TtlOptions {

    /** The time of the log stands still while no server leads, so a time of the wall clock cannot be promised. */
    static final String NO_WALL_CLOCK =
            "keys expire by the time of the log, which is not that of a clock; say how long, with EX, PX, EXPIRE or PEXPIRE";

    private static final long MILLIS_PER_SECOND = 1_000;

    private final String command;
    private Optional<Expiry> expiry = Optional.empty();
    private Optional<String> error = Optional.empty();

    TtlOptions(String command) {
        this.command = command;
    }

    /** Reads an option with its argument; returns the index of the last that it has read. */
    int read(Request request, int i) {
        if (i + 1 < request.size() && isUnset()) {
            read(request.arg(i), request.arg(i + 1));
        } else {
            fail("syntax error");
        }
        return i + 1;
    }

    void read(Bytes unit, Bytes amount) {
        if (unit.equalsIgnoreCase("EXAT") || unit.equalsIgnoreCase("PXAT")) {
            fail(unit.utf8() + " is not supported: " + NO_WALL_CLOCK);
            return;
        }
        if (!unit.equalsIgnoreCase("EX") && !unit.equalsIgnoreCase("PX")) {
            fail("syntax error");
            return;
        }
        OptionalLong number = Integers.parse(amount);
        if (number.isEmpty()) {
            fail(StringCommands.NOT_AN_INTEGER);
            return;
        }
        OptionalLong millis = millis(number.getAsLong(), unit.equalsIgnoreCase("EX"));
        if (millis.isEmpty() || millis.getAsLong() <= 0) {
            fail(invalid(command));
            return;
        }
        expiry = Optional.of(new Expiry.After(millis.getAsLong()));
    }

    /** A time in milliseconds; empty when it is out of range. */
    static OptionalLong millis(long amount, boolean seconds) {
        long most = Limits.MAX_TTL_MILLIS / (seconds ? MILLIS_PER_SECOND : 1);
        return amount > most || amount < -most
                ? OptionalLong.empty()
                : OptionalLong.of(amount * (seconds ? MILLIS_PER_SECOND : 1));
    }

    static String invalid(String command) {
        return "invalid expire time in '" + command + "' command";
    }

    boolean isUnset() {
        return expiry.isEmpty() && error.isEmpty();
    }

    void set(Expiry value) {
        expiry = Optional.of(value);
    }

    private void fail(String sentence) {
        if (error.isEmpty()) {
            error = Optional.of(sentence);
        }
    }

    Optional<Expiry> expiry() {
        return expiry;
    }

    Optional<String> error() {
        return error;
    }
}
