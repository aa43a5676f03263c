package io.pecanraft.runtime;

import io.pecanraft.model.EntryType;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.SessionEntry;
import io.pecanraft.model.SessionLimits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What sessions must do, one entry after the other, with lists and loops. */
final class SessionModel {

    private static final class Client {
        private final SessionLimits limits;
        private long last;
        private long first = 1;
        private final Map<Long, Long> places = new HashMap<>();

        private Client(SessionLimits limits, long last) {
            this.limits = limits;
            this.last = last;
        }
    }

    private record Kept(long session, long index, String reply) {
        int size() {
            return 64 + reply.length();
        }
    }

    final List<String> applied = new ArrayList<>();
    final Map<Long, String> answers = new TreeMap<>();

    private final Map<Long, Client> clients = new TreeMap<>();
    private final List<Kept> kept = new ArrayList<>();
    private long limit;

    void take(LogEntry entry) {
        for (long id : List.copyOf(clients.keySet())) {
            Client client = clients.get(id);
            if (client.last + client.limits.timeoutMillis() <= entry.timestampMillis()) {
                remove(id);
            }
        }
        if (entry.type() == EntryType.COMMAND) {
            apply(
                    entry.index(),
                    StandardCharsets.UTF_8.decode(entry.payload().duplicate()).toString());
        } else if (entry.type() == EntryType.SESSION) {
            answers.put(entry.index(), session(entry, SessionEntry.decode(entry.payload())));
        }
    }

    private String session(LogEntry entry, SessionEntry operation) {
        if (operation instanceof SessionEntry.Open open) {
            if (clients.size() >= open.limits().maxSessions()) {
                return "TOO_MANY_SESSIONS " + open.limits().maxSessions() + " ";
            }
            clients.put(entry.index(), new Client(open.limits(), entry.timestampMillis()));
            limit = open.limits().maxTotalReplyBytes();
            while (total(-1) > limit) {
                kept.remove(0);
            }
            return "DONE " + entry.index() + " granted";
        }
        if (operation instanceof SessionEntry.Close close) {
            remove(close.session());
            return "DONE " + entry.index() + " ";
        }
        long id = operation instanceof SessionEntry.Command command
                ? command.session()
                : ((SessionEntry.KeepAlive) operation).session();
        Client client = clients.get(id);
        if (client == null) {
            return "EXPIRED 0 ";
        }
        client.last = entry.timestampMillis();
        long first = operation instanceof SessionEntry.Command command
                ? command.firstOutstanding()
                : ((SessionEntry.KeepAlive) operation).firstOutstanding();
        if (first > client.first) {
            client.first = first;
            for (long sequence : List.copyOf(client.places.keySet())) {
                if (sequence < first) {
                    long place = client.places.remove(sequence);
                    kept.removeIf(each -> each.index() == place);
                }
            }
        }
        return operation instanceof SessionEntry.Command command
                ? command(entry, client, command)
                : "DONE " + entry.index() + " ";
    }

    private String command(LogEntry entry, Client client, SessionEntry.Command command) {
        Long place = client.places.get(command.sequence());
        if (place != null) {
            return kept.stream()
                    .filter(each -> each.index() == place)
                    .map(each -> "DONE " + place + " " + each.reply())
                    .findFirst()
                    .orElse("REPLY_LOST " + place + " ");
        }
        if (command.sequence() < client.first || command.sequence() >= client.first + client.limits.maxOutstanding()) {
            return "OUT_OF_WINDOW " + client.first + " ";
        }
        client.places.put(command.sequence(), entry.index());
        String reply = apply(
                entry.index(),
                StandardCharsets.UTF_8.decode(command.payload().duplicate()).toString());
        Kept added = new Kept(command.session(), entry.index(), reply);
        if (added.size() <= limit && added.size() <= client.limits.maxReplyBytes()) {
            kept.add(added);
            while (total(command.session()) > client.limits.maxReplyBytes()) {
                kept.remove(kept.stream()
                        .filter(each -> each.session() == command.session())
                        .findFirst()
                        .orElseThrow());
            }
            while (total(-1) > limit) {
                kept.remove(0);
            }
        }
        return "DONE " + entry.index() + " " + reply;
    }

    private String apply(long index, String text) {
        applied.add(index + ":" + text);
        return applied.size() + ":" + text;
    }

    private void remove(long id) {
        clients.remove(id);
        kept.removeIf(each -> each.session() == id);
    }

    private long total(long session) {
        return kept.stream()
                .filter(each -> session < 0 || each.session() == session)
                .mapToLong(Kept::size)
                .sum();
    }
}
