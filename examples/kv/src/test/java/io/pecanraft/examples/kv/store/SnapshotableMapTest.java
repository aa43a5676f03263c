package io.pecanraft.examples.kv.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A frozen view stands still while the map goes on. */
class SnapshotableMapTest {

    private final SnapshotableMap<Bytes> map = new SnapshotableMap<>();

    @Test
    void viewDoesNotSeeWhatHappensAfterTheFreeze() {
        map.put(Bytes.of("changed"), Bytes.of("before"));
        map.put(Bytes.of("removed"), Bytes.of("before"));
        SnapshotableMap<Bytes>.View view = map.freeze();
        map.put(Bytes.of("changed"), Bytes.of("after"));
        map.remove(Bytes.of("removed"));
        map.put(Bytes.of("added"), Bytes.of("after"));

        assertThat(content(view))
                .isEqualTo(Map.of(Bytes.of("changed"), Bytes.of("before"), Bytes.of("removed"), Bytes.of("before")));
        assertThat(view.size()).isEqualTo(2);
        assertThat(map.get(Bytes.of("changed"))).isEqualTo(Bytes.of("after"));
        assertThat(map.get(Bytes.of("removed"))).isNull();
        assertThat(map.size()).isEqualTo(2);
    }

    @Test
    void refusesASecondFreezeWhileAViewIsOpen() {
        SnapshotableMap<Bytes>.View view = map.freeze();
        assertThatThrownBy(map::freeze).isInstanceOf(IllegalStateException.class);
        view.close();
        map.freeze().close();
    }

    @Test
    void aViewFromBeforeClearKeepsItsContentAndDoesNotUnfreezeALaterOne() {
        map.put(Bytes.of("old"), Bytes.of("1"));
        SnapshotableMap<Bytes>.View old = map.freeze();
        map.clear();
        map.put(Bytes.of("new"), Bytes.of("2"));
        SnapshotableMap<Bytes>.View later = map.freeze();
        old.close();
        map.put(Bytes.of("new"), Bytes.of("3"));

        assertThat(content(old)).isEqualTo(Map.of(Bytes.of("old"), Bytes.of("1")));
        assertThat(content(later)).isEqualTo(Map.of(Bytes.of("new"), Bytes.of("2")));
        assertThat(map.get(Bytes.of("new"))).isEqualTo(Bytes.of("3"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void behavesLikeAPlainMapWhateverIsFrozenWhen(long seed) {
        Random random = new Random(seed);
        Map<Bytes, Bytes> model = new HashMap<>();
        SnapshotableMap<Bytes>.View view = null;
        Map<Bytes, Bytes> frozen = Map.of();
        for (int step = 0; step < 20_000; step++) {
            Bytes key = Bytes.of("k" + random.nextInt(200));
            int dice = random.nextInt(100);
            if (dice < 60) {
                Bytes value = Bytes.of(step);
                map.put(key, value);
                model.put(key, value);
            } else if (dice < 95) {
                assertThat(map.remove(key)).isEqualTo(model.remove(key) != null);
            } else if (view == null) {
                view = map.freeze();
                frozen = Map.copyOf(model);
            } else if (dice < 97) {
                assertThat(content(view)).isEqualTo(frozen);
                view.close();
                view = null;
            }
            assertThat(map.size()).isEqualTo(model.size());
            assertThat(map.get(key)).isEqualTo(model.get(key));
        }
        for (int i = 0; i < 200; i++) {
            Bytes key = Bytes.of("k" + i);
            assertThat(map.get(key)).isEqualTo(model.get(key));
        }
    }

    @Test
    void anotherThreadReadsAViewWhileTheMapChanges() {
        for (int i = 0; i < 50_000; i++) {
            map.put(Bytes.of("k" + i), Bytes.of(i));
        }
        SnapshotableMap<Bytes>.View view = map.freeze();
        CompletableFuture<Long> sum = CompletableFuture.supplyAsync(() -> {
            long total = 0;
            for (Map.Entry<Bytes, Bytes> entry : view.entries()) {
                total += Integers.parse(entry.getValue()).orElseThrow();
            }
            view.close();
            return total;
        });
        for (int i = 0; !sum.isDone() || i < 100_000; i++) {
            map.put(Bytes.of("k" + i % 70_000), Bytes.of(-i));
        }
        assertThat(sum.join()).isEqualTo(50_000L * 49_999 / 2);
        for (int i = 0; i < 100_000; i++) {
            map.put(Bytes.of("more" + i), Bytes.of(i));
        }
        assertThat(map.freeze().size()).isEqualTo(map.size());
    }

    private static Map<Bytes, Bytes> content(SnapshotableMap<Bytes>.View view) {
        Map<Bytes, Bytes> content = new HashMap<>();
        view.entries().forEach(entry -> content.put(entry.getKey(), entry.getValue()));
        return content;
    }
}
