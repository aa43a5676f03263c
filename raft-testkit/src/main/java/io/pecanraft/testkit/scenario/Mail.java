package io.pecanraft.testkit.scenario;

import io.pecanraft.model.RaftMessage;
import io.pecanraft.testkit.sim.SimNetwork;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** All messages that were sent and neither delivered nor lost, oldest first. */
final class Mail implements SimNetwork.Courier {

    /** One message. */
    record Letter(int from, int to, RaftMessage message, Runnable delivery) {

        String type() {
            return message.getClass().getSimpleName();
        }

        @Override
        public String toString() {
            return "n" + (from + 1) + " -> n" + (to + 1) + ": " + MessageText.of(message);
        }
    }

    private final List<Letter> waiting = new ArrayList<>();
    private final List<Letter> news = new ArrayList<>();

    @Override
    public void take(int from, int to, RaftMessage message, Runnable deliver) {
        Letter letter = new Letter(from, to, message, deliver);
        waiting.add(letter);
        news.add(letter);
    }

    /** What was sent since the last call, ordered by sender and receiver; between these two in the order of sending. */
    List<Letter> takeNews() {
        List<Letter> sorted = new ArrayList<>(news);
        sorted.sort(Comparator.comparingInt(Letter::from).thenComparingInt(Letter::to));
        news.clear();
        return sorted;
    }

    boolean hasNews() {
        return !news.isEmpty();
    }

    /** The oldest message like this. */
    Optional<Letter> find(Predicate<Letter> which) {
        return waiting.stream().filter(which).findFirst();
    }

    /** All messages like this, oldest first. */
    List<Letter> findAll(Predicate<Letter> which) {
        return waiting.stream().filter(which).toList();
    }

    /** It waits no longer. */
    void remove(Letter letter) {
        waiting.remove(letter); // no two are equal: each has a delivery of its own
    }
}
