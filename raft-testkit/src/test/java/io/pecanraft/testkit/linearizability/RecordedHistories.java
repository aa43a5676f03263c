package io.pecanraft.testkit.linearizability;

import static java.util.stream.Collectors.toMap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads the histories that the porcupine project uses for its own tests: a register of etcd as Jepsen recorded it, and a
 * map of strings. They are not part of this project; {@code -Dhistories=DIRECTORY} says where they are, with their known
 * verdicts in {@code verdicts.csv}.
 */
final class RecordedHistories {

    private static final Pattern ETCD =
            Pattern.compile("INFO\\s+jepsen\\.util\\s+-\\s+(\\d+)\\s+:(\\w+)\\s+:(\\w+)\\s+(.*)");
    private static final Pattern KEY_VALUE = Pattern.compile(
            "\\{:process (\\d+), :type :(\\w+), :f :(\\w+), :key \"(.*?)\", :value (?:nil|\"(.*)\")\\}");

    private static final Pattern PAIR = Pattern.compile("\\[(\\d+)\\s+(\\d+)\\]");

    private RecordedHistories() {}

    /** The files and whether they are linearizable. */
    static Map<Path, Boolean> in(Path directory) {
        try (Stream<String> lines = Files.lines(directory.resolve("verdicts.csv"))) {
            return lines.skip(1)
                    .map(line -> line.split(","))
                    .collect(toMap(
                            field -> directory.resolve(field[0]),
                            field -> field[1].equals("linearizable"),
                            (a, b) -> a,
                            TreeMap::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One register of numbers. */
    static List<Operation<CompareAndSetRegister.Request, CompareAndSetRegister.Answer>> register(Path file) {
        History<CompareAndSetRegister.Request, CompareAndSetRegister.Answer> history = new History<>();
        for (String line : lines(file)) {
            Matcher matcher = ETCD.matcher(line);
            if (!matcher.matches()) {
                continue;
            }
            String process = matcher.group(1);
            String value = matcher.group(4).strip();
            switch (matcher.group(2)) {
                case "invoke" -> history.called(process, request(matcher.group(3), value));
                case "ok" -> history.returned(process, answer(matcher.group(3), value));
                case "fail" -> {
                    if (matcher.group(3).equals("cas")) {
                        history.returned(process, new CompareAndSetRegister.Different());
                    } else {
                        history.forgotten(process);
                    }
                }
                default -> history.unknown(process);
            }
        }
        return history.operations();
    }

    private static CompareAndSetRegister.Request request(String what, String value) {
        return switch (what) {
            case "read" -> new CompareAndSetRegister.Read();
            case "write" -> new CompareAndSetRegister.Write(Long.parseLong(value));
            case "cas" -> {
                Matcher both = PAIR.matcher(value);
                if (!both.matches()) {
                    throw new IllegalArgumentException("not understood: " + value);
                }
                yield new CompareAndSetRegister.CompareAndSet(
                        Long.parseLong(both.group(1)), Long.parseLong(both.group(2)));
            }
            default -> throw new IllegalArgumentException("not understood: " + what);
        };
    }

    private static CompareAndSetRegister.Answer answer(String what, String value) {
        return what.equals("read")
                ? new CompareAndSetRegister.Value(
                        value.equals("nil") ? Optional.empty() : Optional.of(Long.valueOf(value)))
                : new CompareAndSetRegister.Done();
    }

    /** A map of strings. */
    static List<Operation<KeyValue.Request, KeyValue.Answer>> keyValue(Path file) {
        History<KeyValue.Request, KeyValue.Answer> history = new History<>();
        for (String line : lines(file)) {
            Matcher matcher = KEY_VALUE.matcher(line);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("not understood: " + line);
            }
            String process = matcher.group(1);
            String key = matcher.group(4);
            String value = matcher.group(5) == null ? "" : matcher.group(5);
            boolean get = matcher.group(3).equals("get");
            if (matcher.group(2).equals("invoke")) {
                history.called(
                        process,
                        switch (matcher.group(3)) {
                            case "get" -> new KeyValue.Get(key);
                            case "put" -> new KeyValue.Put(key, value);
                            default -> new KeyValue.Append(key, value);
                        });
            } else {
                history.returned(process, get ? new KeyValue.Value(value) : new KeyValue.Done());
            }
        }
        return history.operations();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Pairs calls and returns; the number of the line is the time. */
    private static final class History<I, O> {

        private record Pending<I>(I input, long calledAt) {}

        private final Map<String, Pending<I>> pending = new HashMap<>();
        private final List<Operation<I, O>> operations = new ArrayList<>();
        private long now;

        void called(String process, I input) {
            unknown(process);
            pending.put(process, new Pending<>(input, ++now));
        }

        void returned(String process, O output) {
            Pending<I> call = pending.remove(process);
            operations.add(Operation.answered(process, call.input(), call.calledAt(), output, ++now));
        }

        void forgotten(String process) {
            pending.remove(process);
        }

        void unknown(String process) {
            Pending<I> call = pending.remove(process);
            if (call != null) {
                operations.add(Operation.unanswered(process, call.input(), call.calledAt()));
            }
        }

        List<Operation<I, O>> operations() {
            List.copyOf(pending.keySet()).forEach(this::unknown);
            return operations;
        }
    }
}
