package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.LogEntry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** One record of a segment, of any type, as the payload of a document. */
class LogRecordPropertiesTest extends OneCopyProperties<LogRecordPropertiesTest.Written> {

    /** What of a record belongs to the segment and to the moment. */
    record Setting(long group, long incarnation, int chain, int flushed, int hardState) {}

    /**
     * A record.
     *
     * @param entry null when it is none
     * @param body empty for an entry
     */
    record Written(
            Setting setting,
            RecordType type,
            EntryId id,
            @Nullable LogEntry entry,
            ByteBuffer body) {}

    private static final Path SEGMENT = Path.of("segment");
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    @Override
    Written draw(RandomContent random) {
        Setting setting =
                new Setting(random.anyLong(), random.anyLong(), random.anyInt(), random.anyInt(), random.anyInt());
        RecordType type = random.oneOf(List.of(RecordType.values()));
        if (type == RecordType.ENTRY) {
            LogEntry entry = random.entry();
            return new Written(setting, type, entry.id(), entry, NOTHING);
        }
        return new Written(setting, type, random.entryId(), null, random.either() ? NOTHING : random.bytes(80));
    }

    @Override
    byte[] encode(Written written) {
        Setting setting = written.setting();
        RecordEncoder encoder =
                new RecordEncoder(setting.group(), setting.incarnation(), setting::hardState, setting.chain());
        LogEntry entry = written.entry();
        return bytes(
                entry == null
                        ? encoder.record(written.type(), written.id(), written.body(), setting.flushed())
                        : encoder.entry(entry, setting.flushed()));
    }

    @Override
    Optional<Written> decode(byte[] bytes) {
        return Optional.ofNullable(parse(bytes)).map(record -> {
            Setting setting = new Setting(
                    record.group(), record.incarnation(), record.chain(), record.flushed(), record.hardState());
            if (record.type() == RecordType.ENTRY) {
                record.requireKnownEntry(SEGMENT);
            }
            return record.type() == RecordType.ENTRY
                    ? new Written(setting, record.type(), record.id(), record.entry(), NOTHING)
                    : new Written(setting, record.type(), record.id(), null, record.body());
        });
    }

    /** What is read of an entry without the rest agrees with the whole. */
    @Property(tries = 300)
    void aPartOfAnEntryIsReadAsTheWholeIs(@ForAll long seed) {
        RandomContent random = new RandomContent(seed);
        LogEntry entry = random.entry();
        Setting setting = new Setting(1, 2, 3, 4, 5);
        byte[] bytes = encode(new Written(setting, RecordType.ENTRY, entry.id(), entry, NOTHING));
        LogRecord record = parse(bytes);

        assertThat(bytes).hasSize(RecordEncoder.entryBytes(entry));
        assertThat(record).isNotNull();
        assertThat(record.timestampMillis()).isEqualTo(entry.timestampMillis());
        assertThat(record.payloadBytes()).isEqualTo(entry.payloadBytes());
        assertThat(record.isMembership()).isEqualTo(entry.type() == EntryType.MEMBERSHIP);
    }

    /** The chain: each repeats the checksum of the one before, whatever was built in the same buffer. */
    @Property(tries = 100)
    void eachRecordRepeatsTheChecksumOfTheOneBefore(@ForAll long seed) {
        RandomContent random = new RandomContent(seed);
        int chain = random.anyInt();
        RecordEncoder encoder = new RecordEncoder(random.anyLong(), random.anyLong(), () -> 7, chain);
        for (int i = 0; i < 10; i++) {
            LogEntry entry = random.entry();
            LogRecord record = parse(bytes(encoder.entry(entry, i)));

            assertThat(record).isNotNull();
            assertThat(record.chain()).isEqualTo(chain);
            assertThat(record.entry()).isEqualTo(entry);
            chain = record.crc();
            assertThat(encoder.chain()).isEqualTo(chain);
        }
    }

    /** Bytes of which nobody knows what they are: another segment's page, or what was there before. */
    @Property(tries = 2_000)
    void anyOtherBytesAreNoRecord(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);

        assertThat(parse(bytes)).isNull();
    }

    private static @Nullable LogRecord parse(byte[] bytes) {
        return LogRecord.parse(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    }
}
