package io.pecanraft.examples.kv;

import io.pecanraft.examples.kv.chaos.Client;
import java.io.EOFException;
import java.net.SocketException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * Why a node has not said what it was asked: it hears nothing, or it was not asked as it wants to be, and may be as well as
 * any.
 *
 * @param why what came instead of an answer, in words
 * @param refused whether something came: the node is up
 * @param remedy which options to give or to leave out, where the question may have been the wrong one; such a node may be up
 */
record Silence(String why, boolean refused, Optional<String> remedy) {

    /** What came of asking this way. */
    static Silence of(Exception e, RespAccess access) {
        boolean refused = e instanceof Client.Refused || e instanceof SSLException;
        return new Silence(Cause.of(e), refused, access.talksTls() ? tlsRemedy(e) : plainRemedy(e));
    }

    /** Whether nothing at all speaks for a node that lives. */
    boolean complete() {
        return !refused && remedy.isEmpty();
    }

    /** Reason and remedy in one line. */
    @Override
    public String toString() {
        return why + remedy.map(advice -> " -> " + advice).orElse("");
    }

    /** A port that talks TLS hangs up on whoever begins otherwise, sometimes with an alert. */
    private static Optional<String> plainRemedy(Exception e) {
        boolean hungUp = e instanceof SSLException || e instanceof EOFException || isReset(e);
        return hungUp ? Optional.of("if it talks TLS (--resp-tls-cert), give --tls-ca") : passwordRemedy(e);
    }

    private static boolean isReset(Exception e) {
        String message = String.valueOf(e.getMessage());
        return e instanceof SocketException && (message.contains("reset") || message.contains("Broken pipe"));
    }

    /** Certificates do not fit, or the port talks no TLS: it complains of what it takes for a line. One that hangs says nothing. */
    private static Optional<String> tlsRemedy(Exception e) {
        return e instanceof SSLException
                ? Optional.of(
                        "--tls-ca is the file of the authorities that have issued its --resp-tls-cert; if it has none,"
                                + " leave out --tls-ca")
                : passwordRemedy(e);
    }

    private static Optional<String> passwordRemedy(Exception e) {
        String error = String.valueOf(e.getMessage());
        if (error.startsWith("NOAUTH ") || error.startsWith("WRONGPASS ")) {
            return Optional.of("give --password-file, with the file of its --resp-password-file");
        }
        return error.startsWith("ERR AUTH ")
                ? Optional.of("leave out --password-file: it has no --resp-password-file")
                : Optional.empty();
    }
}
