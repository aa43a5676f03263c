package io.pecanraft.examples.kv.resp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.pecanraft.examples.kv.store.Bytes;
import java.nio.charset.StandardCharsets;

/**
 * Writes replies. Netty's encoder knows RESP2 only; RESP3 differs in two of the types used here: maps and nulls.
 */
final class ReplyEncoder {

    private static final short CRLF = ('\r' << 8) | '\n';

    private ReplyEncoder() {}

    static void write(Reply reply, Protocol protocol, ByteBuf out) {
        if (reply instanceof Reply.Simple simple) {
            line('+', simple.text(), out);
        } else if (reply instanceof Reply.Failure failure) {
            line('-', failure.message(), out);
        } else if (reply instanceof Reply.Int number) {
            header(':', number.value(), out);
        } else if (reply instanceof Reply.Bulk bulk) {
            bulk(bulk.bytes(), out);
        } else if (reply instanceof Reply.Null) {
            ByteBufUtil.writeAscii(out, protocol == Protocol.RESP3 ? "_\r\n" : "$-1\r\n");
        } else if (reply instanceof Reply.Array array) {
            header('*', array.elements().size(), out);
            array.elements().forEach(element -> write(element, protocol, out));
        } else if (reply instanceof Reply.Pairs pairs) {
            int count = pairs.pairs().size();
            if (protocol == Protocol.RESP3) {
                header('%', count, out);
            } else {
                header('*', 2L * count, out);
            }
            for (Reply.Pair pair : pairs.pairs()) {
                bulk(Bytes.of(pair.key()), out);
                write(pair.value(), protocol, out);
            }
        } else {
            throw new IllegalArgumentException("unknown reply " + reply.getClass());
        }
    }

    private static void line(char type, String text, ByteBuf out) {
        out.writeByte(type);
        out.writeCharSequence(text, StandardCharsets.UTF_8);
        out.writeShort(CRLF);
    }

    private static void header(char type, long number, ByteBuf out) {
        out.writeByte(type);
        ByteBufUtil.writeAscii(out, Long.toString(number));
        out.writeShort(CRLF);
    }

    private static void bulk(Bytes bytes, ByteBuf out) {
        header('$', bytes.length(), out);
        out.writeBytes(bytes.asBuffer());
        out.writeShort(CRLF);
    }
}
