package io.pecanraft.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessStatusTest {

    @Test
    void kilobytesAreReadAsBytes() throws IOException {
        assertThat(ProcessStatus.of(List.of(
                        "Name:\tjava",
                        "VmRSS:\t    2048 kB",
                        "RssAnon:\t    1024 kB",
                        "RssFile:\t 1024 kB",
                        "Threads:\t7")))
                .isEqualTo(new ProcessStatus(2 << 20, 1 << 20, 7));
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() -> ProcessStatus.of(List.of("Threads:\t7")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("VmRSS:");
    }

    @Test
    void aProcessThatRunsHasThreadsAndMemory() throws IOException {
        ProcessStatus own = ProcessStatus.of(ProcessHandle.current().pid());
        assertThat(own.threads()).isPositive();
        assertThat(own.residentBytes()).isGreaterThan(own.anonymousBytes());
    }
}
