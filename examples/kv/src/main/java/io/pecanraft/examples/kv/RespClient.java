package io.pecanraft.examples.kv;

import io.pecanraft.examples.kv.chaos.Client;
import io.pecanraft.examples.kv.resp.Reply;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** A connection of a command of the program to a server: one question at a time. Blocking; for one thread. */
final class RespClient implements Client {

    private final Socket socket;
    private final ReplyReader replies;

    private RespClient(Socket socket) throws IOException {
        this.socket = socket;
        this.replies = new ReplyReader(new BufferedInputStream(socket.getInputStream()));
    }

    /**
     * Connects, and says the password.
     *
     * @param timeout for the connection, and for each answer
     * @throws IOException when that is not possible in time
     */
    static RespClient open(HostPort server, RespAccess access, Duration timeout) throws IOException {
        RespClient client = new RespClient(connect(server, access, Math.toIntExact(timeout.toMillis())));
        try {
            if (access.password().isPresent()) {
                client.call("AUTH", access.password().get());
            }
            return client;
        } catch (IOException e) {
            client.close();
            throw e;
        }
    }

    /**
     * Sends a request and returns the text of the answer.
     *
     * @throws IOException when there is no answer in time, or it is an error or nil
     */
    static String ask(HostPort server, RespAccess access, Duration timeout, String... request) throws IOException {
        try (RespClient client = open(server, access, timeout)) {
            return client.call(request).orElseThrow(() -> new IOException("the answer is nil"));
        }
    }

    @Override
    public Optional<String> call(String... request) throws IOException {
        Reply reply = exchange(request);
        if (reply instanceof Reply.Failure failure) {
            throw new Refused(failure.message());
        }
        return reply instanceof Reply.Null ? Optional.empty() : Optional.of(ReplyText.of(reply));
    }

    /**
     * Sends a request and returns the answer, whatever it is.
     *
     * @throws IOException when there is none in time, as with {@link #call}
     */
    Reply exchange(String... request) throws IOException {
        socket.getOutputStream().write(encode(request));
        return replies.read();
    }

    /** Waits for so long for each answer from now on. */
    void patience(Duration timeout) throws IOException {
        socket.setSoTimeout((int) Math.min(timeout.toMillis(), Integer.MAX_VALUE));
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no use any more in any case.
        }
    }

    private static Socket connect(HostPort server, RespAccess access, int millis) throws IOException {
        Socket plain = new Socket();
        try {
            plain.connect(new InetSocketAddress(server.host(), server.port()), millis);
            plain.setSoTimeout(millis);
            if (!(access.sockets() instanceof SSLSocketFactory tls)) {
                return plain;
            }
            SSLSocket secured = (SSLSocket) tls.createSocket(plain, server.host(), server.port(), true);
            SSLParameters parameters = secured.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS"); // the certificate bears the name that was asked for
            secured.setSSLParameters(parameters);
            return secured;
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    private static byte[] encode(String... request) {
        StringBuilder text = new StringBuilder("*" + request.length + "\r\n");
        for (String argument : request) {
            int length = argument.getBytes(StandardCharsets.UTF_8).length;
            text.append('$').append(length).append("\r\n").append(argument).append("\r\n");
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
