package io.pecanraft.protocol;

import io.pecanraft.model.MemberId;
import io.pecanraft.model.RaftMessage;

/** Which message is whose to answer: one line for each. */
final class Dispatch {

    private Dispatch() {}

    /** Hands a message whose term was admitted to the role of the moment. */
    static void toRole(Role role, MemberId from, RaftMessage message, long nowNanos) {
        if (message instanceof RaftMessage.AppendEntries request) {
            role.onAppendEntries(from, request, nowNanos);
        } else if (message instanceof RaftMessage.AppendEntriesResponse response) {
            role.onAppendEntriesResponse(from, response, nowNanos);
        } else if (message instanceof RaftMessage.Heartbeat heartbeat) {
            role.onHeartbeat(from, heartbeat, nowNanos);
        } else if (message instanceof RaftMessage.HeartbeatResponse response) {
            role.onHeartbeatResponse(from, response, nowNanos);
        } else if (message instanceof RaftMessage.RequestVote request) {
            role.onRequestVote(from, request, nowNanos);
        } else if (message instanceof RaftMessage.RequestVoteResponse response) {
            role.onRequestVoteResponse(from, response, nowNanos);
        } else if (message instanceof RaftMessage.PreVote request) {
            role.onPreVote(from, request, nowNanos);
        } else if (message instanceof RaftMessage.PreVoteResponse response) {
            role.onPreVoteResponse(from, response, nowNanos);
        } else if (message instanceof RaftMessage.InstallSnapshot request) {
            role.onInstallSnapshot(from, request, nowNanos);
        } else if (message instanceof RaftMessage.InstallSnapshotResponse response) {
            role.onInstallSnapshotResponse(from, response, nowNanos);
        } else if (message instanceof RaftMessage.TimeoutNow request) {
            role.onTimeoutNow(from, request, nowNanos);
        } else if (message instanceof RaftMessage.ReadIndex question) {
            role.onReadIndex(from, question, nowNanos);
        } else if (message instanceof RaftMessage.ReadIndexResponse response) {
            role.onReadIndexResponse(response);
        } else if (message instanceof RaftMessage.IntroductionResponse response) {
            role.onIntroductionResponse(from, response, nowNanos);
        } else if (message instanceof RaftMessage.Refill question) {
            role.onRefill(from, question);
        } else if (message instanceof RaftMessage.RefillResponse response) {
            role.onRefillResponse(from, response, nowNanos);
        }
        // Forwarded proposals are the driver's business; Formation and Introduction were handled before.
    }
}
