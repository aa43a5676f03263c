package io.pecanraft.statemachine;

/**
 * The client session of a command (thesis §6.3).
 *
 * @param sessionId the session's id, unique in the cluster's lifetime
 * @param sequence the command's number in the session, from 1
 */
public record SessionInfo(long sessionId, long sequence) {

    /** Checks the ranges. */
    public SessionInfo {
        if (sessionId <= 0 || sequence <= 0) {
            throw new IllegalArgumentException(
                    "session id and sequence must be positive, got " + sessionId + " and " + sequence);
        }
    }
}
