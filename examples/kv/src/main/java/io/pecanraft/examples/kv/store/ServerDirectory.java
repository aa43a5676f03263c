package io.pecanraft.examples.kv.store;

import io.pecanraft.examples.kv.store.StoreStatus.Announced;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where servers can be reached by clients and over HTTP, as they have said through the log: Raft itself knows only where they
 * talk to each other. Bounded: {@link Limits#MAX_SERVERS}.
 */
final class ServerDirectory {

    private final TreeMap<String, Announced> servers = new TreeMap<>();
    private Map<String, Announced> copy = Map.of(); // changes hardly ever, and is asked for after each batch

    /** Notes where a server is, or that it is no more; false when there are too many. */
    boolean announce(Operation.Announce announce) {
        if (Math.max(
                        announce.server().length(),
                        Math.max(announce.clients().length(), announce.http().length()))
                > Limits.MAX_ADDRESS_BYTES) {
            return false;
        }
        String name = announce.server().utf8();
        if (announce.clients().length() == 0) {
            servers.remove(name);
        } else if (servers.size() < Limits.MAX_SERVERS || servers.containsKey(name)) {
            servers.put(
                    name,
                    new Announced(announce.clients().utf8(), announce.http().utf8()));
        } else {
            return false;
        }
        copy = Map.copyOf(servers);
        return true;
    }

    /** All, by name. Does not change any more. */
    Map<String, Announced> all() {
        return copy;
    }

    void clear() {
        servers.clear();
        copy = Map.of();
    }

    /** The present content. */
    View freeze() {
        return new View(new TreeMap<>(servers));
    }

    void readFrom(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > Limits.MAX_SERVERS) {
            throw new IOException(count + " servers in a snapshot, at most " + Limits.MAX_SERVERS + " expected");
        }
        for (int i = 0; i < count; i++) {
            Bytes name = KvStateMachine.read(in, Limits.MAX_ADDRESS_BYTES);
            Bytes clients = KvStateMachine.read(in, Limits.MAX_ADDRESS_BYTES);
            announce(new Operation.Announce(name, clients, KvStateMachine.read(in, Limits.MAX_ADDRESS_BYTES)));
        }
    }

    /** The content at one moment. */
    record View(TreeMap<String, Announced> servers) {

        void writeTo(DataOutputStream out) throws IOException {
            out.writeInt(servers.size());
            for (Map.Entry<String, Announced> entry : servers.entrySet()) {
                KvStateMachine.write(Bytes.of(entry.getKey()), out);
                KvStateMachine.write(Bytes.of(entry.getValue().clients()), out);
                KvStateMachine.write(Bytes.of(entry.getValue().http()), out);
            }
        }
    }
}
