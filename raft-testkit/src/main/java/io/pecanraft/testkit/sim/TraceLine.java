package io.pecanraft.testkit.sim;

import org.jspecify.annotations.Nullable;

/**
 * One thing that happened.
 *
 * @param nanos when, in virtual time
 * @param kind what kind of thing
 * @param node whose line, or {@link SimScheduler#NO_NODE}
 * @param peer the other server, or {@link SimScheduler#NO_NODE}
 * @param value for a message its number, the same when it is sent and when it arrives; otherwise what the kind needs
 * @param detail a message or anything else with a reproducible {@code toString}; null for nothing
 */
public record TraceLine(
        long nanos,
        Trace.Kind kind,
        int node,
        int peer,
        long value,
        @Nullable Object detail) {

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        out.append(String.format("%14.6f ms  ", nanos / 1e6));
        out.append(String.format("%-9s", kind));
        out.append(node < 0 ? "  " : "n" + (node + 1));
        if (peer >= 0) {
            out.append(kind == Trace.Kind.DELIVER ? " from n" : " to n").append(peer + 1);
        }
        if (kind != Trace.Kind.SEND && kind != Trace.Kind.DELIVER && !(detail instanceof String)) {
            out.append(' ').append(value);
        }
        return out.append(detail == null ? "" : " " + detail).toString();
    }
}
