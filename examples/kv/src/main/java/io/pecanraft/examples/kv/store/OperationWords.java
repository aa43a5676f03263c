package io.pecanraft.examples.kv.store;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An operation in words, as a client of RESP would type it. Bytes that are not text are written {@code \xNN}, as {@code redis-cli} does.
 */
public final class OperationWords {

    /** In a line longer words are cut. */
    private static final int MAX_WORD_LENGTH = 80;

    private OperationWords() {}

    /** The words, whole. */
    public static List<String> of(Operation operation) {
        if (operation instanceof Operation.Set set) {
            List<String> words = words("SET", List.of(set.key(), set.value()));
            switch (set.condition()) {
                case ALWAYS -> {}
                case IF_ABSENT -> words.add("NX");
                case IF_PRESENT -> words.add("XX");
            }
            if (set.returnOld()) {
                words.add("GET");
            }
            if (set.expiry() instanceof Expiry.Keep) {
                words.add("KEEPTTL");
            }
            addTtl(set.expiry(), words);
            return words;
        } else if (operation instanceof Operation.SetAll all) {
            List<Bytes> pairs = new ArrayList<>();
            all.pairs().forEach(pair -> {
                pairs.add(pair.key());
                pairs.add(pair.value());
            });
            return words("MSET", pairs);
        } else if (operation instanceof Operation.Delete delete) {
            return words("DEL", delete.keys());
        } else if (operation instanceof Operation.Append append) {
            return words("APPEND", List.of(append.key(), append.tail()));
        } else if (operation instanceof Operation.Increment increment) {
            return words("INCRBY", List.of(increment.key(), Bytes.of(increment.delta())));
        } else if (operation instanceof Operation.Get get) {
            return words("GET", List.of(get.key()));
        } else if (operation instanceof Operation.GetAll all) {
            return words("MGET", all.keys());
        } else if (operation instanceof Operation.Exists exists) {
            return words("EXISTS", exists.keys());
        } else if (operation instanceof Operation.Length length) {
            return words("STRLEN", List.of(length.key()));
        } else if (operation instanceof Operation.Count) {
            return words("DBSIZE", List.of());
        }
        return ofVersion2(operation);
    }

    private static List<String> ofVersion2(Operation operation) {
        if (operation instanceof Operation.TakeOut takeOut) {
            return words("GETDEL", List.of(takeOut.key()));
        } else if (operation instanceof Operation.GetAndExpire get) {
            List<String> words = words("GETEX", List.of(get.key()));
            if (get.expiry() instanceof Expiry.Never) {
                words.add("PERSIST");
            }
            addTtl(get.expiry(), words);
            return words;
        } else if (operation instanceof Operation.Expire expire) {
            List<String> words = words("PEXPIRE", List.of(expire.key(), Bytes.of(expire.ttlMillis())));
            switch (expire.condition()) {
                case ALWAYS -> {}
                case IF_NONE -> words.add("NX");
                case IF_SOME -> words.add("XX");
                case IF_LATER -> words.add("GT");
                case IF_EARLIER -> words.add("LT");
            }
            return words;
        } else if (operation instanceof Operation.Persist persist) {
            return words("PERSIST", List.of(persist.key()));
        } else if (operation instanceof Operation.Clear) {
            return words("FLUSHALL", List.of());
        } else if (operation instanceof Operation.Tick) {
            return words("(tick)", List.of());
        } else if (operation instanceof Operation.Announce announce) {
            return words("(announce)", List.of(announce.server(), announce.clients(), announce.http()));
        } else if (operation instanceof Operation.Transaction transaction) {
            List<String> words = words("MULTI", List.of());
            transaction.operations().forEach(each -> {
                words.add(";");
                words.addAll(of(each));
            });
            words.add(";");
            words.add("EXEC");
            return words;
        } else if (operation instanceof Operation.TimeToLive ttl) {
            return words("PTTL", List.of(ttl.key()));
        } else if (operation instanceof Operation.Keys keys) {
            return words("KEYS", List.of(keys.pattern()));
        } else if (operation instanceof Operation.Scan scan) {
            return words(
                    "SCAN",
                    List.of(
                            Bytes.of(Integer.toUnsignedLong(scan.cursor())),
                            Bytes.of("MATCH"),
                            scan.pattern(),
                            Bytes.of("COUNT"),
                            Bytes.of(scan.count())));
        }
        throw new IllegalArgumentException("unknown operation " + operation.getClass());
    }

    private static void addTtl(Expiry expiry, List<String> words) {
        if (expiry instanceof Expiry.After after) {
            words.add("PX");
            words.add(Long.toString(after.millis()));
        }
    }

    /** The words in a line, each but the first in quotes, and long ones cut. */
    public static String line(Operation operation) {
        List<String> words = of(operation);
        StringBuilder line = new StringBuilder(words.get(0));
        for (String word : words.subList(1, words.size())) {
            boolean isLong = word.length() > MAX_WORD_LENGTH;
            String shown = isLong ? word.substring(0, MAX_WORD_LENGTH) : word;
            line.append(" \"").append(shown).append('"');
            if (isLong) {
                line.append("... (").append(word.length()).append(')');
            }
        }
        return line.toString();
    }

    private static List<String> words(String name, List<Bytes> arguments) {
        List<String> words = new ArrayList<>(arguments.size() + 1);
        words.add(name);
        arguments.forEach(argument -> words.add(text(argument)));
        return words;
    }

    private static String text(Bytes bytes) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            return escaped(new String(bytes.toArray(), StandardCharsets.ISO_8859_1), 0x7e);
        }
        return escaped(text, Character.MAX_VALUE);
    }

    private static String escaped(String text, int lastPlain) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (Character.isISOControl(c) || c > lastPlain) {
                out.append(String.format("\\x%02x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }
}
