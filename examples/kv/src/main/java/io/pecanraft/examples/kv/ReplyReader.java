package io.pecanraft.examples.kv;

import io.pecanraft.examples.kv.resp.Reply;
import io.pecanraft.examples.kv.store.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;

/** Reads what a server of this program answers, in RESP2 or RESP3. Bounded, whoever answers. For one thread. */
final class ReplyReader {

    private static final int MAX_LINE_BYTES = 64 * 1024;

    /** Twice what a server puts into one answer. */
    private static final long MAX_ANSWER_BYTES = 128L * 1024 * 1024;

    /** What an element of an array counts beside its bytes. */
    private static final int ELEMENT_BYTES = 32;

    private static final int MAX_DEPTH = 32;

    /** The first byte of what a port that talks TLS says to whoever begins otherwise. */
    private static final int TLS_ALERT = 0x15;

    private final InputStream in;
    private long left;

    /** Reads from a stream that should be buffered. */
    ReplyReader(InputStream in) {
        this.in = in;
    }

    /**
     * The next answer, which may be an error.
     *
     * @throws IOException when the stream ends or fails before that, or something else than a server of this program writes it
     */
    Reply read() throws IOException {
        left = MAX_ANSWER_BYTES;
        return read(0);
    }

    private Reply read(int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new IOException("answer of more than " + MAX_DEPTH + " levels");
        }
        take(ELEMENT_BYTES);
        String line = line();
        String rest = line.isEmpty() ? "" : line.substring(1);
        if (line.startsWith("+")) {
            return new Reply.Simple(rest);
        } else if (line.startsWith("-")) {
            return new Reply.Failure(rest);
        } else if (line.startsWith(":")) {
            return new Reply.Int(number(rest));
        } else if (line.equals("$-1") || line.equals("*-1") || line.equals("_")) {
            return Reply.NULL;
        } else if (line.startsWith("$")) {
            return new Reply.Bulk(bulk(length(rest)));
        } else if (line.startsWith("*")) {
            return new Reply.Array(array(length(rest), depth));
        } else if (line.startsWith("%")) {
            return new Reply.Pairs(pairs(length(rest), depth));
        }
        throw new IOException(
                "not a PecanRaft server: it answered '" + (line.length() > 40 ? line.substring(0, 40) : line) + "'");
    }

    private Bytes bulk(int length) throws IOException {
        take(length);
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new IOException("connection closed within an answer");
        }
        if (!line().isEmpty()) {
            throw new IOException("not a PecanRaft server: an answer is longer than it said");
        }
        return Bytes.wrap(bytes);
    }

    private List<Reply> array(int length, int depth) throws IOException {
        List<Reply> elements = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            elements.add(read(depth + 1));
        }
        return elements;
    }

    private List<Reply.Pair> pairs(int length, int depth) throws IOException {
        List<Reply.Pair> pairs = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            if (!(read(depth + 1) instanceof Reply.Bulk key)) {
                throw new IOException("not a PecanRaft server: a key that is no text");
            }
            pairs.add(new Reply.Pair(key.bytes().utf8(), read(depth + 1)));
        }
        return pairs;
    }

    private void take(int bytes) throws IOException {
        left -= bytes;
        if (left < 0) {
            throw new IOException("answer of more than " + MAX_ANSWER_BYTES + " bytes");
        }
    }

    private static int length(String text) throws IOException {
        long length = number(text);
        if (length < 0 || length > MAX_ANSWER_BYTES) {
            throw new IOException("answer of length " + text);
        }
        return (int) length;
    }

    private static long number(String text) throws IOException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IOException("not a PecanRaft server: number '" + text + "'", e);
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("connection closed without an answer");
            }
            if (b == TLS_ALERT && line.size() == 0) {
                throw new SSLException("the answer is an alert of TLS");
            }
            if (line.size() > MAX_LINE_BYTES) {
                throw new IOException("answer without end");
            }
            line.write(b);
        }
        String text = line.toString(StandardCharsets.UTF_8);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
}
