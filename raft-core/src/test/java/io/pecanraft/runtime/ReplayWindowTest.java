package io.pecanraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ReplayWindowTest {

    @Test
    void anIdIsAdmittedOnceInWhateverOrder() {
        ReplayWindow window = new ReplayWindow(64);
        assertThat(window.admit(3)).isTrue();
        assertThat(window.admit(1)).isTrue();
        assertThat(window.admit(2)).isTrue();
        assertThat(window.admit(1)).isFalse();
        assertThat(window.admit(3)).isFalse();
    }

    @Test
    void whatIsTooOldToTellCountsAsSeen() {
        ReplayWindow window = new ReplayWindow(64);
        window.admit(100);
        assertThat(window.admit(37)).isTrue();
        assertThat(window.admit(36)).isFalse();
    }

    @Test
    void aLeapForgetsNothingThatIsStillInTheWindow() {
        ReplayWindow window = new ReplayWindow(64);
        window.admit(10);
        window.admit(1_000_000);
        assertThat(window.admit(1_000_000)).isFalse();
        assertThat(window.admit(999_999)).isTrue();
        assertThat(window.admit(10)).isFalse();
    }

    /** Against a set that remembers everything. */
    @Property(tries = 200)
    void neverAdmitsTwiceAndAlwaysAdmitsWhatIsNewAndRecent(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        ReplayWindow window = new ReplayWindow(128);
        Set<Long> admitted = new HashSet<>();
        long highest = 0;
        for (int i = 0; i < 2_000; i++) {
            long id = Math.max(1, highest + random.nextLong(-200, random.nextInt(50) == 0 ? 1_000 : 10));
            boolean tooOld = id <= highest - 128;
            boolean admits = window.admit(id);
            if (admits != (!tooOld && !admitted.contains(id))) {
                throw new AssertionError("id " + id + " after " + highest + ": " + admits + ", seed " + seed);
            }
            if (admits) {
                admitted.add(id);
            }
            highest = Math.max(highest, id);
        }
    }
}
