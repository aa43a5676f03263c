package io.pecanraft.examples.kv.replication;

/** Says which formats of commands may be proposed: none that a server of the cluster does not understand yet (K19). */
@FunctionalInterface
public interface FormatGate {

    /** Whether commands of a format may be proposed. */
    sealed interface Verdict {}

    /** From now on. */
    record Open() implements Verdict {}

    /** Nobody can say at the moment, as before a new leader has heard every server. */
    record Unknown(String reason) implements Verdict {}

    /** Not before servers are upgraded. */
    record Closed(String reason) implements Verdict {}

    /** Judges a format; 1 is always open. Cheap: asked for each operation. */
    Verdict judge(int format);
}
