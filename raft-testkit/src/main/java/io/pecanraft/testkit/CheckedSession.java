package io.pecanraft.testkit;

import io.pecanraft.ProposalResult;
import io.pecanraft.RaftSession;
import io.pecanraft.testkit.check.Operations;
import io.pecanraft.testkit.check.SessionLedger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A client's session under observation: its commands get numbers, and what became of each is held against the log. */
final class CheckedSession implements RaftSession {

    private final RaftSession session;
    private final SessionLedger ledger;

    CheckedSession(RaftSession session, SessionLedger ledger) {
        this.session = session;
        this.ledger = ledger;
    }

    @Override
    public long id() {
        return session.id();
    }

    @Override
    public CompletableFuture<ProposalResult> propose(ByteBuffer command) {
        return watched(command, session::propose);
    }

    @Override
    public CompletableFuture<ProposalResult> propose(ByteBuffer command, Duration timeout) {
        return watched(command, numbered -> session.propose(numbered, timeout));
    }

    private CompletableFuture<ProposalResult> watched(
            ByteBuffer command, Function<ByteBuffer, CompletableFuture<ProposalResult>> propose) {
        long id = ledger.begin();
        return propose.apply(Operations.wrap(id, command)).whenComplete((result, failure) -> {
            if (failure == null) {
                ledger.acknowledged(id, result);
            } else {
                ledger.failed(id, failure);
            }
        });
    }

    @Override
    public int outstanding() {
        return session.outstanding();
    }

    @Override
    public void close() {
        session.close();
    }
}
