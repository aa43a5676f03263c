package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** {@code kv status} with a server that answers what a test tells it. */
class StatusCommandTest {

    private final StringWriter out = new StringWriter();

    private int status(String answer) throws IOException {
        try (Answering server = new Answering(answer)) {
            CommandLine kv = KvMain.commandLine();
            kv.setOut(new PrintWriter(out));
            return kv.execute("status", "--servers", server.address());
        }
    }

    private int statusOf(String json) throws IOException {
        return status("$" + json.length() + "\r\n" + json + "\r\n");
    }

    @Test
    void theStateOfANodeThatTakesNoPartStandsForItsRole() throws IOException {
        assertThat(statusOf("{'node':'n1','state':'RECOVERING','role':'FORMING','followers':[]}"))
                .isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("RECOVERING").doesNotContain("FORMING");
    }

    @Test
    void ofANodeThatTakesPartTheRoleIsShown() throws IOException {
        assertThat(statusOf("{'node':'n1','state':'RUNNING','role':'FORMING','followers':[]}"))
                .isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("FORMING").doesNotContain("RUNNING");
    }

    @Test
    void aNodeThatRefusesIsNotCalledUnreachable() throws IOException {
        assertThat(status("-NOAUTH Authentication required.\r\n")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(out.toString())
                .contains("refused", "NOAUTH Authentication required. -> give --password-file")
                .doesNotContain("unreachable");
    }
}
