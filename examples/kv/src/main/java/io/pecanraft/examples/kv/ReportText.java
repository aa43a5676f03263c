package io.pecanraft.examples.kv;

import io.pecanraft.log.chronicle.SnapshotArchive;
import io.pecanraft.log.chronicle.StorageFinding;
import io.pecanraft.log.chronicle.StorageReport;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.HardState;
import io.pecanraft.model.Member;
import io.pecanraft.model.Membership;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;

/** What an inspection has found, for a person. */
final class ReportText {

    private ReportText() {}

    static void print(StorageReport report, PrintWriter out) {
        out.println("server " + report.identity().memberId() + ", cluster "
                + report.identity().cluster() + ", group " + report.identity().group());
        out.println("  " + report.hardState().map(ReportText::promises).orElse("term and vote: lost"));
        out.println("  founders: "
                + report.formation()
                        .map(FormationRecord::membership)
                        .map(ReportText::members)
                        .orElse("none known"));
        out.println("  snapshot: "
                + report.snapshot()
                        .map(meta -> "at " + meta.lastIncluded() + ", " + meta.sizeBytes() + " bytes")
                        .orElse("none that is whole"));
        out.println("  log: entries " + (report.base().index() + 1) + " to "
                + report.last().index() + ", the last of term "
                + report.last().term() + ", read from " + report.records() + " records in " + report.segments()
                + " segments");
        out.println("  in all: everything up to " + report.end()
                + (report.end().equals(report.last())
                        ? ""
                        : ", the end of the snapshot; the log does not hold that entry"));
        for (StorageFinding finding : report.findings()) {
            print(finding, out);
        }
        out.println(verdict(report));
    }

    /** What a backup holds. */
    static void print(Path backup, SnapshotArchive.Content content, PrintWriter out) {
        out.println(backup + ": everything up to entry " + content.meta().lastIncluded() + " of cluster "
                + content.cluster() + ", " + content.meta().sizeBytes() + " bytes");
    }

    /** One word, and what it means for the next start. */
    static String verdict(StorageReport report) {
        return switch (report.verdict()) {
            case INTACT -> "intact";
            case TORN_TAIL ->
                "torn tail: the next start cuts it; nothing that was acknowledged is missing, unless the server ran with"
                        + " process-crash and the power failed";
            case DAMAGED -> "damaged: " + atStart(report);
        };
    }

    /** Which entries are gone here, in indexes. */
    static String lost(StorageReport report) {
        long from = report.end().index() + 1;
        return hadUpTo(report)
                .map(had -> had.index() < from ? "no entry" : "entries " + from + " to " + had.index())
                .orElse("entries from " + from + " on, nobody can tell how many");
    }

    /** Before this damage, and before an earlier one that is not made good yet. */
    private static Optional<EntryId> hadUpTo(StorageReport report) {
        if (!report.repair().repairing()) {
            return report.hadUpTo();
        }
        return report.repair()
                .lastPosition()
                .flatMap(before -> report.hadUpTo().map(now -> now.index() > before.index() ? now : before));
    }

    private static String atStart(StorageReport report) {
        return switch (report.atStart()) {
            case GOES_ON, GOES_ON_BEING_REFILLED, CUTS_TORN_TAIL ->
                report.repair().repairing()
                        ? "the log has lost entries before, and lacks some of them yet; a start goes on fetching them from"
                                + " the other servers. Start it while they run"
                        : "something else in the directory makes up for it, and a start goes on with that";
            case REFILLS_FROM_OTHERS ->
                "here are lost " + lost(report) + "; a start notes the loss, cuts the log there and"
                        + " fetches them from the other servers. Start it while they run";
            case BECOMES_NEW_INCARNATION ->
                "term and vote are lost; a start puts the directory aside and comes back as a new"
                        + " incarnation, which counts nowhere before RAFT REPLACE "
                        + report.identity().node();
            case REFUSES ->
                "a start refuses. Keep a copy of the directory, check the disk, and restore it from a backup; or,"
                        + " when the other servers are a majority, move it away and start the server empty, and RAFT REPLACE "
                        + report.identity().node();
        };
    }

    private static void print(StorageFinding finding, PrintWriter out) {
        String mark = switch (finding.kind()) {
            case NOTE -> "[--] ";
            case TORN_TAIL -> "[ !] ";
            case DAMAGE -> "[!!] ";
        };
        out.println(mark + finding.what());
        StringBuilder place = new StringBuilder("     file " + finding.file());
        finding.offset().ifPresent(offset -> place.append(", offset ").append(offset));
        finding.index().ifPresent(index -> place.append(", index ").append(index));
        out.println(place);
    }

    private static String promises(HardState state) {
        return "term " + state.currentTerm() + ", "
                + (state.votedFor() == null ? "no vote in it" : "voted for " + state.votedFor());
    }

    private static String members(Membership membership) {
        return membership.members().stream()
                .map(Member::id)
                .map(Object::toString)
                .collect(Collectors.joining(", "));
    }
}
