package io.pecanraft;

/**
 * The identity of one command of a session, the same in every attempt at it.
 *
 * @param sessionId the session
 * @param sequence the command's number in the session, from 1
 * @param firstOutstanding the lowest number that the client still waits for; below it nothing is applied any more and no
 *     reply is kept
 * @param resend whether an earlier attempt at the same command may have been appended
 */
public record SessionSequence(long sessionId, long sequence, long firstOutstanding, boolean resend) {

    /** Checks the ranges. */
    public SessionSequence {
        if (sessionId < 1 || firstOutstanding < 1 || sequence < firstOutstanding) {
            throw new IllegalArgumentException(
                    "a session, and a sequence not below the first outstanding one, got session " + sessionId
                            + ", sequence " + sequence + ", first outstanding " + firstOutstanding);
        }
    }
}
