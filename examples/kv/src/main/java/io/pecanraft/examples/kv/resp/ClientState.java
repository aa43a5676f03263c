package io.pecanraft.examples.kv.resp;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a connection has said about itself. Threads: the connection's.
 */
public final class ClientState {

    private final long id;
    private final String address;
    private final Instant connectedAt;
    private Protocol protocol = Protocol.RESP2;
    private String name = "";
    private String libraryName = "";
    private String libraryVersion = "";
    private OptionalLong localFrom = OptionalLong.empty();
    private Optional<OpenTransaction> transaction = Optional.empty();
    private boolean authenticated = true;
    private int failedPasswords;

    ClientState(long id, String address, Instant connectedAt) {
        this.id = id;
        this.address = address;
        this.connectedAt = connectedAt;
    }

    /** Unique in the life of the server. */
    public long id() {
        return id;
    }

    /** Where the client connects from. */
    public String address() {
        return address;
    }

    /** Since when. */
    public Instant connectedAt() {
        return connectedAt;
    }

    /** The version in which replies are written. */
    public Protocol protocol() {
        return protocol;
    }

    /** Changes the version, beginning with the reply to the present request. */
    public void protocol(Protocol protocol) {
        this.protocol = protocol;
    }

    /** The name that the client gave itself; empty without one. */
    public String name() {
        return name;
    }

    /** Names the client. */
    public void name(String name) {
        this.name = name;
    }

    /** The client's library; empty when it did not say. */
    public String libraryName() {
        return libraryName;
    }

    /** Notes the client's library. */
    public void libraryName(String libraryName) {
        this.libraryName = libraryName;
    }

    /** The version of the client's library; empty when it did not say. */
    public String libraryVersion() {
        return libraryVersion;
    }

    /** Since RAFT WAIT: reads may be answered from this server's state, not before this index. Empty: linearizable reads. */
    public OptionalLong localFrom() {
        return localFrom;
    }

    /** Changes what the reads that come next see. */
    public void localFrom(OptionalLong index) {
        this.localFrom = index;
    }

    /** Notes the version of the client's library. */
    public void libraryVersion(String libraryVersion) {
        this.libraryVersion = libraryVersion;
    }

    /** Whether it has said the password, or needs not. */
    public boolean isAuthenticated() {
        return authenticated;
    }

    /** Lets it in, or out. */
    public void authenticated(boolean known) {
        authenticated = known;
    }

    /** It was wrong about the password; how often now. */
    public int passwordFailed() {
        failedPasswords++;
        return failedPasswords;
    }

    /** Since MULTI: what EXEC will do. */
    public Optional<OpenTransaction> transaction() {
        return transaction;
    }

    /** Begins a transaction, or ends it. */
    public void transaction(Optional<OpenTransaction> transaction) {
        this.transaction = transaction;
    }
}
