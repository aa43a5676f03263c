package io.pecanraft.testkit.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pecanraft.statemachine.SnapshotSource;
import io.pecanraft.statemachine.SnapshotView;
import io.pecanraft.statemachine.StateMachine;
import io.pecanraft.testkit.SimulationFailure;
import io.pecanraft.testkit.Story;
import io.pecanraft.testkit.swarm.Accounts.Order;
import io.pecanraft.testkit.swarm.workload.Draft;
import io.pecanraft.testkit.swarm.workload.Step;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A state machine of somebody else in the stories that the library is tried with. */
public class SwarmTest {

    private static final int SEEDS = 25;
    private static final int SEEDS_WITH_CHURN = 6;

    @TempDir
    Path reports;

    @Test
    void accountsSurviveWhateverHappens() {
        Map<String, Long> totals =
                Swarm.of(new AccountsWorkload()).seeds(1, SEEDS).run();
        if (!isReplayed()) {
            assertThat(totals.get("calls ACKNOWLEDGED")).isGreaterThan(1_000);
            assertThat(totals).containsKeys("snapshots installed", "items power-loss", "items write");
        }
    }

    @Test
    void alsoWhereMembersComeAndGo() {
        // tag::swarm
        Map<String, Long> totals = Swarm.of(new AccountsWorkload())
                .withChurn()
                .seeds(1, SEEDS_WITH_CHURN)
                .run();
        // end::swarm
        if (!isReplayed()) {
            assertThat(totals.get("membership changes done")).isPositive();
        }
    }

    /** By {@code -Dsim.seed}, which {@link Swarm} heeds. */
    private static boolean isReplayed() {
        return Long.getLong("sim.seed") != null;
    }

    @Test
    void anotherJvmSeesTheSame() throws Exception {
        Story.ACCOUNTS.runAll(Story.ACCOUNTS.seeds("sim.accounts.seeds", SEEDS));
        Story.ACCOUNTS_WITH_CHURN.runAll(Story.ACCOUNTS_WITH_CHURN.seeds("sim.accounts.churn.seeds", SEEDS_WITH_CHURN));
    }

    /** A bug in a state machine is found, made small, drawn, and can be kept. */
    @Test
    void whatASnapshotForgetsIsFound() throws IOException {
        AccountsWorkload forgetful = new AccountsWorkload() {
            @Override
            public StateMachine newStateMachine() {
                return new Accounts() {
                    @Override
                    public void restore(SnapshotSource source) {
                        // begins with nothing
                    }
                };
            }
        };
        Swarm swarm = Swarm.of(forgetful).reportsIn(reports).shrinkingFor(Duration.ofSeconds(5));
        SimulationFailure failure = catchThrowableOfType(SimulationFailure.class, swarm::run);
        assertThat(failure).hasMessageContaining("this test with -Dsim.seed=");
        List<Path> files;
        try (var found = Files.list(reports)) {
            files = found.sorted().toList();
        }
        assertThat(files).hasSize(2).allSatisfy(file -> assertThat(failure).hasMessageContaining(file.toString()));
        assertThat(Files.readString(files.get(0))).contains("<html");
        Path plan = files.get(1);
        assertThat(Files.readString(plan)).contains("# Broke the rule " + failure.rule());
        assertThatExceptionOfType(SimulationFailure.class)
                .isThrownBy(() -> swarm.replay(plan))
                .matches(again -> again.rule().equals(failure.rule()));
        assertThat(Swarm.of(new AccountsWorkload()).replay(plan).events()).isPositive();
    }

    /** What no query shows is seen where snapshots are compared. */
    @Test
    void whatDiffersInSnapshotsAloneIsFound() {
        int[] written = new int[1];
        AccountsWorkload untidy = new AccountsWorkload() {
            @Override
            public StateMachine newStateMachine() {
                return new Accounts() {
                    @Override
                    public SnapshotView captureSnapshot() {
                        SnapshotView accounts = super.captureSnapshot();
                        return out -> {
                            accounts.writeTo(out);
                            out.write(written[0]++);
                        };
                    }
                };
            }
        };
        assertThatExceptionOfType(SimulationFailure.class)
                .isThrownBy(Swarm.of(untidy).reportsIn(reports).shrinkingFor(Duration.ZERO)::run)
                .matches(failure -> failure.rule().equals("equal-snapshots"));
    }

    @Test
    void aMachineThatAnswersWithWhatNoOtherWouldIsFound() {
        AccountsWorkload generous = new AccountsWorkload() {
            @Override
            public Step<List<Long>, Long> step(List<Long> balances, Order order) {
                Step<List<Long>, Long> honest = super.step(balances, order);
                return order.kind() == 2 ? new Step<>(honest.after(), honest.output() + 1) : honest;
            }
        };
        assertThatExceptionOfType(SimulationFailure.class)
                .isThrownBy(Swarm.of(generous).reportsIn(reports).shrinkingFor(Duration.ZERO)::run)
                .matches(failure -> failure.rule().equals("replies"));
    }

    /** Nobody waits for what comes of a command in a session, and yet a reply that cannot be read is told. */
    @Test
    void aReplyThatCannotBeReadIsToldInSessionsToo() {
        AccountsWorkload illiterate = new AccountsWorkload() {
            @Override
            public Long decode(Order order, ByteBuffer answer) {
                if (Arrays.stream(new Exception().getStackTrace())
                        .anyMatch(frame -> frame.getClassName().contains("SessionClients"))) {
                    throw new IllegalArgumentException("what does this say?");
                }
                return super.decode(order, answer);
            }
        };
        assertThatExceptionOfType(SimulationFailure.class)
                .isThrownBy(Swarm.of(illiterate).reportsIn(reports).shrinkingFor(Duration.ZERO)::run)
                .matches(failure -> failure.rule().equals("workload"))
                .withMessageContaining("what does this say?");
    }

    @Test
    void aWorkloadThatThrowsIsToldWithItsSeed() {
        AccountsWorkload lazy = new AccountsWorkload() {
            @Override
            public Order command(Draft draft) {
                throw new UnsupportedOperationException("not yet");
            }
        };
        assertThatIllegalStateException()
                .isThrownBy(Swarm.of(lazy)::run)
                .withMessageContaining("-Dsim.seed=1")
                .withStackTraceContaining("not yet");
    }

    @Test
    void aWorkloadThatIsNotPureIsNoticed() {
        int[] asked = new int[1];
        AccountsWorkload moody = new AccountsWorkload() {
            @Override
            public ByteBuffer encode(Order order) {
                asked[0]++;
                ByteBuffer plain = super.encode(order);
                return ByteBuffer.allocate(plain.remaining() + asked[0] / 50 * 100)
                        .put(plain)
                        .rewind();
            }
        };
        assertThatIllegalStateException()
                .isThrownBy(Swarm.of(moody).reportsIn(reports)::run)
                .withMessageContaining("gave another run when it was run again");
    }

    @Test
    void aQueryMustNotChangeAnything() {
        AccountsWorkload careless = new AccountsWorkload() {
            @Override
            public Step<List<Long>, Long> step(List<Long> balances, Order order) {
                return order.kind() < 0
                        ? new Step<>(List.of(1L, 2L, 3L, 4L), balances.get(order.account()))
                        : super.step(balances, order);
            }
        };
        assertThatExceptionOfType(SimulationFailure.class)
                .isThrownBy(Swarm.of(careless).reportsIn(reports).shrinkingFor(Duration.ZERO)::run)
                .withMessageContaining("a query must leave the state alone");
    }

    @Test
    void aSwarmHasSeeds() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Swarm.of(new AccountsWorkload()).seeds(1, 0))
                .withMessageContaining("at least one seed, got 0");
    }
}
