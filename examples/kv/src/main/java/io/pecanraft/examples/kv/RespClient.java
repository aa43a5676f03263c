package io.pecanraft.examples.kv;

import io.pecanraft.examples.kv.chaos.Client;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
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

    private static final int MAX_LINE_BYTES = 64 * 1024;
    private static final int MAX_BULK_BYTES = 16 * 1024 * 1024;

    private final Socket socket;
    private final InputStream in;

    private RespClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
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
        socket.getOutputStream().write(encode(request));
        return read(in);
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

    private static Optional<String> read(InputStream in) throws IOException {
        String line = line(in);
        String rest = line.isEmpty() ? "" : line.substring(1);
        if (line.startsWith("+") || line.startsWith(":")) {
            return Optional.of(rest);
        } else if (line.startsWith("-")) {
            throw new Refused(rest);
        } else if (line.equals("$-1")) {
            return Optional.empty();
        } else if (line.startsWith("$")) {
            int length = length(rest);
            byte[] bytes = in.readNBytes(length);
            if (bytes.length < length) {
                throw new IOException("connection closed within an answer");
            }
            if (!line(in).isEmpty()) {
                throw new IOException("not a PecanRaft server: an answer is longer than it said");
            }
            return Optional.of(new String(bytes, StandardCharsets.UTF_8));
        }
        throw new IOException(
                "not a PecanRaft server: it answered '" + (line.length() > 40 ? line.substring(0, 40) : line) + "'");
    }

    private static int length(String text) throws IOException {
        try {
            int length = Integer.parseInt(text);
            if (length >= 0 && length <= MAX_BULK_BYTES) {
                return length;
            }
        } catch (NumberFormatException e) {
            throw new IOException("not a PecanRaft server: length '" + text + "'", e);
        }
        throw new IOException("answer of " + text + " bytes");
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("connection closed without an answer");
            }
            if (line.length() > MAX_LINE_BYTES) {
                throw new IOException("answer without end");
            }
            line.append((char) b);
        }
        return line.toString().stripTrailing();
    }
}
