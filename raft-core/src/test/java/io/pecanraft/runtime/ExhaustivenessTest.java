package io.pecanraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.InstanceofCheck;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.pecanraft.protocol.Effect;
import io.pecanraft.protocol.Report;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Java 17 has no switch over sealed types: whoever adds a case is reminded here of those who must know it. */
class ExhaustivenessTest {

    @Test
    void everyEffectIsCarriedOut() {
        assertThat(askedFor(EffectRunner.class)).containsAll(kindsOf(Effect.class));
    }

    @Test
    void everyInputIsTakenIn() {
        assertThat(askedFor(TurnLoop.class)).containsAll(kindsOf(Input.class));
    }

    @Test
    void everyReportIsPublished() {
        Set<String> asked = askedFor(EventPublisher.class);
        asked.addAll(askedFor(EffectRunner.class));
        assertThat(asked).containsAll(kindsOf(Report.class));
    }

    private static Set<String> kindsOf(Class<?> sealed) {
        return Arrays.stream(sealed.getPermittedSubclasses())
                .map(Class::getName)
                .collect(Collectors.toSet());
    }

    private static Set<String> askedFor(Class<?> by) {
        Stream<InstanceofCheck> checks = new ClassFileImporter().importClass(by).getInstanceofChecks().stream();
        return checks.map(check -> check.getRawType().getName()).collect(Collectors.toCollection(TreeSet::new));
    }
}
