package io.pecanraft.examples.kv.resp;

import io.pecanraft.examples.kv.store.Limits;
import io.pecanraft.examples.kv.store.Operation;
import io.pecanraft.examples.kv.store.OperationCodec;
import io.pecanraft.examples.kv.store.Result;
import java.util.ArrayList;
import java.util.List;

/**
 * What a client has said since MULTI. EXEC makes one operation of it, and so one command in the log; nothing is sent to anybody
 * before. Threads: the connection's.
 */
public final class OpenTransaction {

    private static final Reply QUEUED = new Reply.Simple("QUEUED");

    private final List<Response.Replicated> queued = new ArrayList<>();
    private long bytes;
    private boolean broken;

    /** A transaction without commands. */
    public OpenTransaction() {}

    /** Puts a command aside; what was wrong with it, if anything, is answered now and by EXEC. */
    public Response add(Response response) {
        if (!(response instanceof Response.Replicated replicated)) {
            broken = true;
            return response;
        }
        bytes += OperationCodec.size(replicated.operation());
        if (queued.size() >= Limits.MAX_TRANSACTION_OPERATIONS || bytes > Limits.MAX_TRANSACTION_BYTES) {
            broken = true;
            queued.clear();
            return new Response.Immediate(Reply.error("transaction is larger than the limit of "
                    + Limits.MAX_TRANSACTION_OPERATIONS + " commands and " + Limits.MAX_TRANSACTION_BYTES + " bytes"));
        }
        queued.add(replicated);
        return new Response.Immediate(QUEUED);
    }

    /** Carries out what was put aside, all at once, or refuses. */
    public Response execute() {
        if (broken) {
            return new Response.Immediate(
                    new Reply.Failure("EXECABORT Transaction discarded because of previous errors."));
        }
        if (queued.isEmpty()) {
            return new Response.Immediate(new Reply.Array(List.of()));
        }
        List<Operation> operations =
                queued.stream().map(Response.Replicated::operation).toList();
        return new Response.Replicated(new Operation.Transaction(operations), this::toReply);
    }

    private Reply toReply(Result result) {
        if (!(result instanceof Result.All all) || all.results().size() != queued.size()) {
            throw new IllegalArgumentException("no reply of a transaction: " + result.getClass());
        }
        List<Reply> replies = new ArrayList<>(queued.size());
        for (int i = 0; i < queued.size(); i++) {
            replies.add(queued.get(i).reply(all.results().get(i)));
        }
        return new Reply.Array(replies);
    }
}
