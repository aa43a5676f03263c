package io.pecanraft.examples.kv;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** Asks one question and reads one answer. Blocking; for the commands of the program. */
final class RespClient {

    private static final int MAX_LINE_BYTES = 64 * 1024;
    private static final int MAX_BULK_BYTES = 16 * 1024 * 1024;

    private RespClient() {}

    /**
     * Sends a request and returns the text of the answer.
     *
     * @throws IOException when there is no answer in time, or it is an error
     */
    static String ask(HostPort server, RespAccess access, Duration timeout, String... request) throws IOException {
        int millis = Math.toIntExact(timeout.toMillis());
        try (Socket socket = connect(server, access, millis)) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            if (access.password().isPresent()) {
                socket.getOutputStream().write(encode("AUTH", access.password().get()));
                read(in);
            }
            socket.getOutputStream().write(encode(request));
            return read(in);
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

    private static String read(InputStream in) throws IOException {
        String line = line(in);
        String rest = line.isEmpty() ? "" : line.substring(1);
        if (line.startsWith("+")) {
            return rest;
        } else if (line.startsWith("-")) {
            throw new IOException(rest);
        } else if (line.startsWith("$")) {
            int length = length(rest);
            byte[] bytes = in.readNBytes(length);
            if (bytes.length < length) {
                throw new IOException("connection closed within an answer");
            }
            return new String(bytes, StandardCharsets.UTF_8);
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
