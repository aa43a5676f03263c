package io.pecanraft.examples.kv;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that gives one answer after the other; an empty one closes the connection instead. For one connection. */
final class Answering implements AutoCloseable {

    private final ServerSocket socket;
    final List<String> requests = new CopyOnWriteArrayList<>();
    final AtomicInteger connections = new AtomicInteger();

    Answering(String... answers) throws IOException {
        socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(() -> answer(answers));
        thread.setDaemon(true);
        thread.start();
    }

    private void answer(String... answers) {
        try (Socket client = socket.accept()) {
            connections.incrementAndGet();
            for (String answer : answers) {
                requests.add(request(client.getInputStream()));
                client.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
                if (answer.isEmpty()) {
                    return;
                }
            }
            client.getInputStream().readAllBytes();
        } catch (EOFException e) {
            // It has heard enough; what it has asked is in the list.
        } catch (IOException e) {
            if (!socket.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Its words, with blanks between. */
    private static String request(InputStream in) throws IOException {
        List<String> words = new ArrayList<>();
        for (int left = Integer.parseInt(line(in).substring(1)); left > 0; left--) {
            byte[] word = in.readNBytes(Integer.parseInt(line(in).substring(1)));
            words.add(new String(word, StandardCharsets.UTF_8));
            line(in);
        }
        return String.join(" ", words);
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the client has hung up");
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.UTF_8).strip();
    }

    String address() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
