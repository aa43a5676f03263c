package io.pecanraft.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ReportCommandTest {

    /** As they were when all clusters had three servers. */
    private static final String RESULTS = """
            system,version,durability,value,outstanding,round,mode,ops_per_s,p50_us,p99_us,p999_us,max_us,cpu_us_per_op,bytes_per_op,peak_mb,load,jdk,date,commit
            a,1,power-loss,256,1,1,closed,1000,90,200,300,400,50.00,900,300,0.10,17,2026-01-01T00:00:00Z,abc
            b,2,none,256,1,1,closed,2000,50,60,70,80,25.00,0,200,0.20,17,2026-01-01T00:01:00Z,abc
            a,1,power-loss,256,1,2,closed,3000,80,200,300,400,40.00,900,300,0.30,17,2026-01-01T00:02:00Z,abc
            a,1,power-loss,256,1,3,closed,1500,85,200,300,400,45.00,900,300,0.40,17,2026-01-01T00:03:00Z,abc
            a,1,process-crash,256,64,1,closed,9000,85,200,300,400,5.00,900,300,0.40,17,2026-01-01T00:04:00Z,abc
            """;

    private static final String VARIED = """
            system,version,durability,nodes,groups,operation,value,outstanding,round,mode,ops_per_s,p50_us,p99_us,p999_us,max_us,cpu_us_per_op,bytes_per_op,peak_mb,load,jdk,date,commit
            a,1,power-loss,3,1,write,256,64,1,closed,1000,90,200,300,400,50.00,900,300,0.10,17,2026-01-01T00:00:00Z,abc
            a,1,power-loss,5,1,write,256,64,1,closed,500,90,200,300,400,50.00,900,300,0.10,17,2026-01-01T00:00:00Z,abc
            a,1,power-loss,3,10,write,256,64,1,closed,1200,90,200,300,400,50.00,900,300,0.10,17,2026-01-01T00:00:00Z,abc
            a,1,power-loss,3,1,read,256,64,1,closed,4000,9,20,30,40,5.00,0,300,0.10,17,2026-01-01T00:00:00Z,abc
            """;

    @TempDir
    Path directory;

    @Test
    void medianAndSpreadOfTheRoundsBesideWhatKeepsNothing() throws IOException {
        String report = report();
        assertThat(report)
                .contains("5 results, 3 rounds; JDK 17; commit abc")
                .contains("load of the machine before a cell from 0.1 to 0.4")
                .contains("## power-loss, values of 256 bytes")
                .contains("| a 1 | write | 3 | 1 | closed | 1 | 1,500 (1,000 to 3,000) | 85.0 (80.0 to 90.0) |")
                .contains("| b 2 (keeps nothing) | write | 3 | 1 | closed | 1 | 2,000 |")
                .contains("## process-crash, values of 256 bytes")
                .doesNotContain("## none");
    }

    @Test
    void aPlotForEachFigure() throws IOException {
        report();
        assertThat(directory.resolve("report/power-loss-256-ops-per-s.svg"))
                .content()
                .startsWith("<svg")
                .contains("a 1", "b 2 (keeps nothing)", "polyline");
        assertThat(directory.resolve("report/process-crash-256-cpu-us-per-op.svg"))
                .exists();
    }

    @Test
    void aCurveOverEachNumberThatResultsDifferIn() throws IOException {
        assertThat(report(VARIED))
                .contains(
                        "| a 1 | write | 5 | 1 | closed | 64 |",
                        "| a 1 | read | 3 | 1 | closed | 64 | 4,000 |",
                        "power-loss-256-nodes-ops-per-s.svg")
                .doesNotContain("NaN");
        assertThat(directory.resolve("report/power-loss-256-nodes-ops-per-s.svg"))
                .content()
                .contains(">a 1, W=64<", ">a 1, read, W=64<", "servers in the cluster");
        assertThat(directory.resolve("report/power-loss-256-groups-ops-per-s.svg"))
                .content()
                .contains(">a 1, 5 nodes, W=64<", "Raft groups in each server");
        assertThat(directory.resolve("report/power-loss-256-ops-per-s.svg"))
                .content()
                .contains(">a 1, 10 groups<", ">a 1<", ">a 1, 5 nodes<", ">a 1, read<");
    }

    @Test
    void whatKeepsNothingCanStandAlone() throws IOException {
        assertThat(report(RESULTS.lines()
                        .filter(line -> line.startsWith("system") || line.startsWith("b,"))
                        .collect(Collectors.joining("\n"))))
                .contains("## none, values of 256 bytes");
    }

    private String report() throws IOException {
        return report(RESULTS);
    }

    private String report(String text) throws IOException {
        Path results = Files.writeString(directory.resolve("results.csv"), text);
        assertThat(new CommandLine(new ReportCommand()).execute(results.toString()))
                .isZero();
        return Files.readString(directory.resolve("report/report.md"));
    }
}
