package io.pecanraft.examples.kv;

import io.pecanraft.examples.kv.resp.Reply;
import java.util.ArrayList;
import java.util.List;

/**
 * A reply for people and for {@code grep}: texts and numbers as they are, an array one element a line, a key with its value on one. What
 * is within an array or a key is indented.
 */
final class ReplyText {

    private static final String NESTED = "  ";
    private static final String FIRST = "- ";

    private ReplyText() {}

    /** Lines, without a break at the end. */
    static String of(Reply reply) {
        return String.join(System.lineSeparator(), lines(reply));
    }

    private static List<String> lines(Reply reply) {
        List<String> lines = new ArrayList<>();
        if (reply instanceof Reply.Array array && !array.elements().isEmpty()) {
            array.elements().forEach(element -> lines.addAll(element(element)));
        } else if (reply instanceof Reply.Pairs pairs && !pairs.pairs().isEmpty()) {
            pairs.pairs().forEach(pair -> lines.addAll(pair(pair)));
        } else {
            lines.add(word(reply));
        }
        return lines;
    }

    private static List<String> element(Reply reply) {
        if (!isNested(reply)) {
            return List.of(word(reply));
        }
        List<String> lines = new ArrayList<>();
        for (String line : lines(reply)) {
            lines.add((lines.isEmpty() ? FIRST : NESTED) + line);
        }
        return lines;
    }

    private static List<String> pair(Reply.Pair pair) {
        if (!isNested(pair.value())) {
            return List.of(pair.key() + ": " + word(pair.value()));
        }
        List<String> lines = new ArrayList<>(List.of(pair.key() + ":"));
        lines(pair.value()).forEach(line -> lines.add(NESTED + line));
        return lines;
    }

    private static boolean isNested(Reply reply) {
        return reply instanceof Reply.Array array && !array.elements().isEmpty()
                || reply instanceof Reply.Pairs pairs && !pairs.pairs().isEmpty();
    }

    private static String word(Reply reply) {
        if (reply instanceof Reply.Simple simple) {
            return simple.text();
        } else if (reply instanceof Reply.Bulk bulk) {
            return bulk.bytes().utf8();
        } else if (reply instanceof Reply.Int number) {
            return Long.toString(number.value());
        } else if (reply instanceof Reply.Failure failure) {
            return "(error) " + failure.message();
        }
        return reply instanceof Reply.Null ? "(nil)" : "(empty)";
    }
}
