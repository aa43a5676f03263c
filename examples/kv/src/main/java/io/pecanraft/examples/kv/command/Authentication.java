package io.pecanraft.examples.kv.command;

import static io.pecanraft.examples.kv.command.CommandSpec.error;

import io.pecanraft.examples.kv.resp.ClientState;
import io.pecanraft.examples.kv.resp.Password;
import io.pecanraft.examples.kv.resp.Reply;
import io.pecanraft.examples.kv.resp.Request;
import io.pecanraft.examples.kv.resp.RespLimits;
import io.pecanraft.examples.kv.resp.Response;
import io.pecanraft.examples.kv.store.Bytes;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks clients for the password, if the server has one. There is one user, by the name that Redis gives it: default. */
final class Authentication {

    static final Reply HELLO_WITHOUT = new Reply.Failure(
            "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass>"
                    + " option can be used to authenticate the client and select the RESP protocol version at the same time");

    private static final String NO_PASSWORD =
            "AUTH <password> called without any password configured for the default user. Are you sure your configuration"
                    + " is correct?";

    private static final Reply WRONG =
            new Reply.Failure("WRONGPASS invalid username-password pair or user is disabled.");

    private static final Logger log = LoggerFactory.getLogger(Authentication.class);

    private final Optional<Password> password;

    Authentication(Optional<Password> password) {
        this.password = password;
    }

    /** AUTH [user] password. */
    Response auth(ClientState client, Request request) {
        if (request.size() > 3) {
            return error("syntax error");
        }
        Optional<Bytes> user = request.size() == 3 ? Optional.of(request.arg(1)) : Optional.empty();
        return attempt(client, user, request.arg(request.size() - 1)).orElse(new Response.Immediate(Reply.OK));
    }

    /** Lets the client in, or says why not. One that was wrong too often is closed: it would have to begin again for each few guesses. */
    Optional<Response> attempt(ClientState client, Optional<Bytes> user, Bytes attempt) {
        if (password.isEmpty()) {
            return Optional.of(error(NO_PASSWORD));
        }
        boolean right = password.get().matches(attempt);
        if (right && user.map(Bytes::utf8).orElse("default").equals("default")) {
            client.authenticated(true);
            return Optional.empty();
        }
        int failures = client.passwordFailed();
        log.atWarn()
                .addKeyValue("client", client.address())
                .addKeyValue("attempt", failures)
                .log("refused a wrong password");
        return Optional.of(
                failures >= RespLimits.MAX_FAILED_PASSWORDS ? new Response.Last(WRONG) : new Response.Immediate(WRONG));
    }
}
