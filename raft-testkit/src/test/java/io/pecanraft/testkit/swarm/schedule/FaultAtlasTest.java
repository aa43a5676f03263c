package io.pecanraft.testkit.swarm.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What may be damaged, and what is then expected. */
class FaultAtlasTest {

    private final Set<Integer> whole = new HashSet<>(Set.of(0, 1, 2));
    private final FaultAtlas atlas = new FaultAtlas(3, Set.of(0, 1, 2)).of(whole::contains);

    private void damage(int node) {
        atlas.damaged(node);
        whole.remove(node);
    }

    @Test
    void whoWasRefilledIsAsGoodAsAnyAndMayBeDamagedAgain() {
        damage(0);
        assertThat(atlas.isDamaged(0)).isTrue();
        assertThat(atlas.permits(0)).isFalse();
        assertThat(atlas.recoverable()).isTrue();
        damage(1);
        assertThat(atlas.recoverable()).as("with one of three").isFalse();
        whole.add(0);
        assertThat(atlas.isDamaged(0)).isFalse();
        assertThat(atlas.permits(0)).isTrue();
        assertThat(atlas.recoverable()).isTrue();
        damage(0);
        assertThat(atlas.isDamaged(0)).as("once more").isTrue();
        assertThat(atlas.recoverable()).isFalse();
    }

    @Test
    void whoLostEverythingNeverIs() {
        damage(0);
        atlas.wiped(0);
        whole.add(0);
        assertThat(atlas.isDamaged(0)).isTrue();
        assertThat(atlas.permits(0)).isFalse();
    }

    @Test
    void oneServerIsAlwaysSpared() {
        damage(0);
        damage(1);
        assertThat(atlas.permits(2)).isFalse();
    }

    @Test
    void whoIsNotExpendableIsSpared() {
        assertThat(new FaultAtlas(3, Set.of(1)).permits(0)).isFalse();
    }
}
