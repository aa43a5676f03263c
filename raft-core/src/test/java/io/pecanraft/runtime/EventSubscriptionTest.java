package io.pecanraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.RaftEvent;
import io.pecanraft.model.ClusterId;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.NodeId;
import io.pecanraft.spi.RaftMetrics;
import io.pecanraft.spi.StorageIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EventSubscriptionTest {

    private final VirtualTime time = new VirtualTime();
    private final Lane lane = new Lane(time::execute, failure -> {});
    private final NodeLog log = new NodeLog(
            new StorageIdentity(ClusterId.fromName("test"), GroupId.DEFAULT, NodeId.of("n1"), new Incarnation(1, 1)),
            new LogLines(lane, 10, RaftMetrics.NONE));
    private final List<RaftEvent> heard = new ArrayList<>();

    @Test
    void eventsArriveInOrderAndNotOnThePublishersThread() {
        EventSubscription subscription = subscription(10);
        subscription.publish(event(1));
        subscription.publish(event(2));
        assertThat(heard).isEmpty();
        time.settle();
        assertThat(heard).containsExactly(event(1), event(2));
    }

    @Test
    void aSlowListenerLosesTheOldestAndIsToldHowMany() {
        EventSubscription subscription = subscription(3);
        for (int term = 1; term <= 5; term++) {
            subscription.publish(event(term));
        }
        time.settle();
        assertThat(heard).containsExactly(new RaftEvent.EventsLost(2), event(3), event(4), event(5));
    }

    @Test
    void nothingIsDeliveredAfterClosing() {
        EventSubscription subscription = subscription(3);
        subscription.publish(event(1));
        subscription.close();
        time.settle();
        assertThat(heard).isEmpty();
    }

    @Test
    void aListenerThatThrowsHearsTheNextEventAllTheSame() {
        EventSubscription subscription = new EventSubscription(
                event -> {
                    heard.add(event);
                    throw new IllegalStateException("listener");
                },
                3,
                lane,
                log,
                closed -> {});
        subscription.publish(event(1));
        subscription.publish(event(2));
        time.settle();
        assertThat(heard).containsExactly(event(1), event(2));
    }

    private EventSubscription subscription(int capacity) {
        return new EventSubscription(heard::add, capacity, lane, log, closed -> {});
    }

    private static RaftEvent event(long term) {
        return new RaftEvent.LeaderChanged(Optional.empty(), term);
    }
}
