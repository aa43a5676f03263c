package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class InstalledProgramTest {

    private static final String REQUIRED = "it.programs";

    private final String before = System.getProperty(REQUIRED);

    @AfterEach
    void putBack() {
        if (before == null) {
            System.clearProperty(REQUIRED);
        } else {
            System.setProperty(REQUIRED, before);
        }
    }

    @Test
    void theFirstNameThatIsThereIsFound() {
        assertThat(InstalledProgram.find("a-program-that-nobody-has", "sh"))
                .get()
                .satisfies(sh -> assertThat(Files.isExecutable(sh)).isTrue());
        assertThat(InstalledProgram.find("a-program-that-nobody-has")).isEmpty();
    }

    @Test
    void withoutItATestIsSkipped() {
        System.clearProperty(REQUIRED);
        assertThatThrownBy(() -> InstalledProgram.require(Optional.empty(), "Nothing"))
                .isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("Nothing is not installed");
    }

    @Test
    void withoutItATestFailsWhereProgramsAreRequired() {
        System.setProperty(REQUIRED, "");
        assertThatThrownBy(() -> InstalledProgram.require(Optional.empty(), "Nothing"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("Nothing is not installed");
    }
}
