package io.pecanraft.examples.kv.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.pecanraft.examples.kv.replication.ScriptedNode;
import io.pecanraft.examples.kv.resp.Conversation;
import io.pecanraft.examples.kv.resp.Counters;
import io.pecanraft.examples.kv.store.Limits;
import io.pecanraft.examples.kv.store.StoreStatus;
import io.pecanraft.model.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What each command answers, from bytes to bytes, on a real state machine. */
class CommandsTest {

    private static final String N1 = "8765f6ee8e4fd4c945b6daf7984b4fadc62e298a";

    private final Conversation client = new Conversation();

    /** Statements separated by ";", the reply to the last one, with blanks for line ends. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "PING                                   | +PONG",
                "ping hello                             | $5 hello",
                "PING a b                               | -ERR wrong number of arguments for 'ping' command",
                "ECHO hello                             | $5 hello",
                "SET k v                                | +OK",
                "SET k v; GET k                         | $1 v",
                "GET k                                  | $-1",
                "SET k v NX                             | +OK",
                "SET k 1; SET k 2 NX                    | $-1",
                "SET k 1; SET k 2 nx; GET k             | $1 1",
                "SET k v XX                             | $-1",
                "SET k v XX; GET k                      | $-1",
                "SET k 1; SET k 2 XX                    | +OK",
                "SET k 1; SET k 2 XX; GET k             | $1 2",
                "SET k v GET                            | $-1",
                "SET k 1; SET k 2 GET                   | $1 1",
                "SET k 1; SET k 2 GET; GET k            | $1 2",
                "SET k 1; SET k 2 NX GET                | $1 1",
                "SET k 1; SET k 2 NX GET; GET k         | $1 1",
                "SET k 2 NX GET; GET k                  | $1 2",
                "SET k 2 XX GET; GET k                  | $-1",
                "SET k v NX XX                          | -ERR syntax error",
                "SET k v NOPE                           | -ERR syntax error",
                "SET k v EX 10; TTL k                   | :10",
                "SET k v PX 1500; PTTL k                | :1500",
                "SET k v PX 1500; TTL k                 | :2",
                "SET k v PX 1; SET x y; GET k           | $-1",
                "SET k v PX 1; SET x y; TTL k           | :-2",
                "SET k v EX 10; SET k w; TTL k          | :-1",
                "SET k v EX 10; SET k w KEEPTTL; TTL k  | :10",
                "SET k v EX 10; SET k w NX EX 99; TTL k | :10",
                "SET k v EX 10 GET; TTL k               | :10",
                "SET k v KEEPTTL; TTL k                 | :-1",
                "SET k v EX 10; APPEND k w; TTL k       | :10",
                "SET k 1 EX 10; INCR k; TTL k           | :10",
                "SET k v EX 10; MSET k w; TTL k         | :-1",
                "SET k v EX 0                           | -ERR invalid expire time in 'set' command",
                "SET k v EX -1                          | -ERR invalid expire time in 'set' command",
                "SET k v EX 9223372036854775807         | -ERR invalid expire time in 'set' command",
                "SET k v PX x                           | -ERR value is not an integer or out of range",
                "SET k v EX                             | -ERR syntax error",
                "SET k v EX 1 PX 1                      | -ERR syntax error",
                "SET k v EX 1 KEEPTTL                   | -ERR syntax error",
                "SET k v KEEPTTL EX 1                   | -ERR syntax error",
                "SET k v EXAT 99                        | -ERR EXAT is not supported: keys expire by the time of the log, which is"
                        + " not that of a clock; say how long, with EX, PX, EXPIRE or PEXPIRE",
                "SETEX k 10 v; TTL k                    | :10",
                "SETEX k 10 v; GET k                    | $1 v",
                "SETEX k 0 v                            | -ERR invalid expire time in 'setex' command",
                "PSETEX k 10 v; PTTL k                  | :10",
                "SETNX k v                              | :1",
                "SETNX k v; SETNX k w                   | :0",
                "SETNX k v; SETNX k w; GET k            | $1 v",
                "SET k v PX 1; PING; SETNX k w          | :1",
                "GETSET k v                             | $-1",
                "SET k v EX 9; GETSET k w               | $1 v",
                "SET k v EX 9; GETSET k w; TTL k        | :-1",
                "GETDEL k                               | $-1",
                "SET k v; GETDEL k                      | $1 v",
                "SET k v; GETDEL k; EXISTS k            | :0",
                "GETEX k                                | $-1",
                "GETEX k EX 10                          | $-1",
                "SET k v; GETEX k                       | $1 v",
                "SET k v; GETEX k EX 10                 | $1 v",
                "SET k v; GETEX k EX 10; TTL k          | :10",
                "SET k v EX 9; GETEX k PERSIST; TTL k   | :-1",
                "GETEX k PERSIST EX 1                   | -ERR syntax error",
                "GETEX k PX 0                           | -ERR invalid expire time in 'getex' command",
                "GETEX k NOPE                           | -ERR syntax error",
                "EXPIRE k 10                            | :0",
                "SET k v; EXPIRE k 10                   | :1",
                "SET k v; EXPIRE k 10; TTL k            | :10",
                "SET k v; PEXPIRE k 10; PTTL k          | :10",
                "SET k v; EXPIRE k 0; EXISTS k          | :0",
                "SET k v; EXPIRE k -1                   | :1",
                "SET k v; EXPIRE k 10 XX                | :0",
                "SET k v; EXPIRE k 10 NX; TTL k         | :10",
                "SET k v EX 9; EXPIRE k 10 nx           | :0",
                "SET k v EX 9; EXPIRE k 8 GT; TTL k     | :9",
                "SET k v EX 9; EXPIRE k 10 GT; TTL k    | :10",
                "SET k v EX 9; EXPIRE k 10 LT; TTL k    | :9",
                "SET k v; EXPIRE k 10 GT                | :0",
                "SET k v; EXPIRE k 10 LT                | :1",
                "EXPIRE k 10 NOPE                       | -ERR Unsupported option NOPE",
                "SET k v EX 9; EXPIRE k 10 XX GT; TTL k | :10",
                "SET k v EX 9; EXPIRE k 8 XX GT; TTL k  | :9",
                "SET k v; EXPIRE k 10 XX GT             | :0",
                "EXPIRE k 10 XX LT                      | -ERR XX and LT together are not supported",
                "EXPIRE k 10 XX GT GT                   | -ERR NX and XX, GT or LT options at the same time are not compatible",
                "EXPIRE k 10 NX GT                      | -ERR NX and XX, GT or LT options at the same time are not compatible",
                "EXPIRE k x                             | -ERR value is not an integer or out of range",
                "EXPIRE k 9223372036854775807           | -ERR invalid expire time in 'expire' command",
                "EXPIREAT k 99                          | -ERR EXPIREAT is not supported: keys expire by the time of the log, which is"
                        + " not that of a clock; say how long, with EX, PX, EXPIRE or PEXPIRE",
                "TTL k                                  | :-2",
                "SET k v; TTL k                         | :-1",
                "PERSIST k                              | :0",
                "SET k v; PERSIST k                     | :0",
                "SET k v EX 9; PERSIST k                | :1",
                "SET k v EX 9; PERSIST k; TTL k         | :-1",
                "TYPE k                                 | +none",
                "SET k v; TYPE k                        | +string",
                "KEYS *                                 | *0",
                "SET ab 1; SET ac 2; KEYS a[c-d]        | *1 $2 ac",
                "SET k v PX 1; SET x y; KEYS *          | *1 $1 x",
                "SCAN 0                                 | *2 $1 0 *0",
                "SET ab 1; SET xy 2; SCAN 0 MATCH a* COUNT 9 | *2 $1 0 *1 $2 ab",
                "SET ab 1; SCAN 0 TYPE string           | *2 $1 0 *1 $2 ab",
                "SET ab 1; SCAN 0 TYPE list             | *2 $1 0 *0",
                "SCAN x                                 | -ERR invalid cursor",
                "SCAN 4294967296                        | -ERR invalid cursor",
                "SCAN 0 COUNT 0                         | -ERR syntax error",
                "SCAN 0 COUNT                           | -ERR syntax error",
                "SCAN 0 COUNT x                         | -ERR value is not an integer or out of range",
                "SET a 1; SET b 2; FLUSHALL; DBSIZE     | :0",
                "SET a 1; FLUSHDB ASYNC                 | +OK",
                "FLUSHALL NOW                           | -ERR syntax error",
                "UNLINK k                               | :0",
                "MULTI                                  | +OK",
                "MULTI; MULTI                           | -ERR MULTI calls can not be nested",
                "MULTI; SET k v                         | +QUEUED",
                "MULTI; EXEC                            | *0",
                "MULTI; SET k 5; INCR k; GET k; EXEC    | *3 +OK :6 $1 6",
                "MULTI; SET k v; INCR k; GET k; EXEC    | *3 +OK -ERR value is not an integer or out of range $1 v",
                "MULTI; SETNX k v; TTL k; SCAN 0; EXEC  | *3 :1 :-1 *2 $1 0 *1 $1 k",
                "MULTI; SET k v; DISCARD; GET k         | $-1",
                "MULTI; SET k; SET k v; EXEC            | -EXECABORT Transaction discarded because of previous errors.",
                "MULTI; NOPE; EXEC                      | -EXECABORT Transaction discarded because of previous errors.",
                "MULTI; SET k v; NOPE; EXEC; GET k      | $-1",
                "MULTI; PING                            | -ERR 'ping' is not allowed inside a transaction",
                "MULTI; WATCH k                         | -ERR WATCH inside MULTI is not allowed",
                "MULTI; SET k v; RESET; EXEC            | -ERR EXEC without MULTI",
                "EXEC                                   | -ERR EXEC without MULTI",
                "DISCARD                                | -ERR DISCARD without MULTI",
                "WATCH k                                | -ERR WATCH is not supported: nothing keeps the version of a key; use SET with"
                        + " NX, XX or GET, INCR, or a transaction that does not depend on what was read before",
                "UNWATCH                                | +OK",
                "READONLY                               | +OK",
                "READWRITE                              | +OK",
                "CLUSTER KEYSLOT 123456789              | :12739",
                "CLUSTER KEYSLOT {user1000}.following   | :3443",
                "CLUSTER KEYSLOT {user1000}.followers   | :3443",
                "CLUSTER KEYSLOT foo{}{bar}             | :8363",
                "CLUSTER KEYSLOT foo{{bar}}zap          | :4015",
                "CLUSTER KEYSLOT foo{bar}{zap}          | :5061",
                "CLUSTER KEYSLOT foo{bar                | :15278",
                "CLUSTER MYID                           | $40 " + N1,
                "CLUSTER SLOTS                          | *1 *3 :0 :16383 *4 $7 h.local :7001 $40 " + N1 + " *0",
                "CLUSTER SHARDS                         | *1 *4 $5 slots *2 :0 :16383 $5 nodes *1 *14 $2 id $40 " + N1
                        + " $4 port :7001 $2 ip $7 h.local $8 endpoint $7 h.local $4 role $6 master"
                        + " $18 replication-offset :0 $6 health $6 online",
                "CLUSTER NODES                          | $99 " + N1
                        + " h.local:7001@7001 myself,master - 0 0 3 connected 0-16383",
                "CLUSTER HELP                           | *8 +CLUSTER <subcommand> [<arg> [value] [opt] ...]. Subcommands are: +SLOTS +SHARDS +NODES +INFO +MYID +KEYSLOT +HELP",
                "CLUSTER RESET                          | -ERR unknown subcommand 'RESET'. Try CLUSTER HELP.",
                "DEL k                                  | :0",
                "SET a 1; SET b 2; DEL a b c a          | :2",
                "SET a 1; DEL a; GET a                  | $-1",
                "EXISTS k                               | :0",
                "SET k 1; EXISTS k k x                  | :2",
                "APPEND k ab                            | :2",
                "SET k ab; APPEND k cd; GET k           | $4 abcd",
                "STRLEN k                               | :0",
                "SET k hello; STRLEN k                  | :5",
                "INCR k                                 | :1",
                "INCR k; INCR k; GET k                  | $1 2",
                "INCRBY k 10; INCRBY k -3               | :7",
                "DECR k                                 | :-1",
                "DECRBY k 10                            | :-10",
                "DECRBY k -9223372036854775808          | -ERR decrement would overflow",
                "SET k x; INCR k                        | -ERR value is not an integer or out of range",
                "SET k x; INCR k; GET k                 | $1 x",
                "SET k 01; INCR k                       | -ERR value is not an integer or out of range",
                "INCRBY k x                             | -ERR value is not an integer or out of range",
                "INCRBY k 9223372036854775808           | -ERR value is not an integer or out of range",
                "DECRBY k 1.5                           | -ERR value is not an integer or out of range",
                "SET k 9223372036854775807; INCR k      | -ERR increment or decrement would overflow",
                "SET k 9223372036854775807; INCR k; GET k | $19 9223372036854775807",
                "SET k -9223372036854775808; DECR k     | -ERR increment or decrement would overflow",
                "MSET a 1 b 2                           | +OK",
                "MSET a 1 b 2; MGET a x b               | *3 $1 1 $-1 $1 2",
                "MSET a 1 a 2; GET a                    | $1 2",
                "MSET a 1 b                             | -ERR wrong number of arguments for 'mset' command",
                "DBSIZE                                 | :0",
                "MSET a 1 b 2; DEL a; DBSIZE            | :1",
                "SELECT 0                               | +OK",
                "SELECT 1                               | -ERR DB index is out of range",
                "SELECT x                               | -ERR value is not an integer or out of range",
                "CLIENT ID                              | :7",
                "CLIENT GETNAME                         | $-1",
                "CLIENT SETNAME me; CLIENT GETNAME      | $2 me",
                "CLIENT SETINFO LIB-NAME jedis          | +OK",
                "CLIENT SETINFO lib-ver 8               | +OK",
                "CLIENT SETINFO LIB-X 8                 | -ERR Unrecognized option 'LIB-X'",
                "CLIENT SETNAME                         | -ERR wrong number of arguments for 'client~setname' command",
                "CLIENT                                 | -ERR wrong number of arguments for 'client' command",
                "CLIENT NOPE                            | -ERR unknown subcommand 'NOPE'. Try CLIENT HELP.",
                "CONFIG GET save                        | *2 $4 save $0",
                "CONFIG GET appendonly                  | *2 $10 appendonly $3 yes",
                "CONFIG GET nothing                     | *0",
                "CONFIG GET APPEND*                     | *2 $10 appendonly $3 yes",
                "CONFIG GET [st]??e                     | *2 $4 save $0",
                "CONFIG GET *only save s* nothing       | *4 $10 appendonly $3 yes $4 save $0",
                "CONFIG GET *                           | *8 $10 appendonly $3 yes $9 databases $1 1 $18 proto-max-bulk-len $7 1048576 $4 save $0",
                "COMMAND DOCS                           | *0",
                "COMMAND INFO get nope                  | *2 *6 $3 get :2 *2 +readonly +fast :1 :1 :1 $-1",
                "QUIT                                   | +OK",
                "CLIENT SETNAME me; RESET               | +RESET",
                "CLIENT SETNAME me; RESET; CLIENT GETNAME | $-1",
                "HELLO 4                                | -NOPROTO unsupported protocol version",
                "HELLO x                                | -ERR Protocol version is not an integer or out of range",
                "HELLO 3 NOPE                           | -ERR Syntax error in HELLO option 'NOPE'",
                "HELLO 2 SETNAME me; CLIENT GETNAME     | $2 me",
                "RAFT SNAPSHOT                          | *6 $5 index :17 $4 term :3 $5 bytes :1234",
                "RAFT STATUS XML                        | -ERR syntax error, expected RAFT STATUS [JSON]",
                "RAFT MEMBERS                           | *6 $5 index :0 $5 joint $5 false $7 members *1 *6 $4 node $2 n1"
                        + " $7 address $14 localhost:8001 $4 vote $5 VOTER",
                "RAFT ADD n2                            | -ERR wrong number of arguments for 'raft~add' command",
                "RAFT ADD n2 host                       | -ERR not done: expected host:port with a port from 1 to 65535, got 'host'",
                "RAFT ADD n2 h:0                        | -ERR not done: expected host:port with a port from 1 to 65535, got 'h:0'",
                "RAFT ADD n2 h:1 KING                   | -ERR syntax error, expected RAFT ADD <id> <raft-host:port> [VOTER~LEARNER]",
                "RAFT ADD n2 h:1 VOTER x                | -ERR syntax error, expected RAFT ADD <id> <raft-host:port> [VOTER~LEARNER]",
                "RAFT REMOVE                            | -ERR wrong number of arguments for 'raft~remove' command",
                "RAFT PROMOTE a b                       | -ERR wrong number of arguments for 'raft~promote' command",
                "RAFT REPLACE n9                        | -ERR not done: n9 is not a member as far as n1 knows",
                "RAFT REPLACE n1 n4                     | -ERR syntax error, expected RAFT REPLACE <id> [<other-id> <raft-host:port>]",
                "RAFT REPLACE n1 n4 h                   | -ERR not done: expected host:port with a port from 1 to 65535, got 'h'",
                "RAFT TRANSFER                          | $2 n1",
                "RAFT TRANSFER n2                       | $2 n2",
                "RAFT TRANSFER n2 n3                    | -ERR wrong number of arguments for 'raft~transfer' command",
                "RAFT NOPE                              | -ERR unknown subcommand 'NOPE'. Try RAFT HELP.",
                "NOPE                                   | -ERR unknown command 'NOPE', with args beginning with: ",
                "nope a b                               | -ERR unknown command 'nope', with args beginning with: 'a' 'b' ",
            })
    void answers(String statements, String reply) {
        String last = "";
        for (String statement : statements.strip().split(";", -1)) {
            last = client.say(statement.strip());
        }
        assertThat(last.replace("\r\n", " ").stripTrailing())
                .isEqualTo(reply.replace("~", "|").strip());
    }

    @Test
    void refusesPasswordsClearly() {
        String refusal =
                "-ERR AUTH <password> called without any password configured for the default user. Are you sure your"
                        + " configuration is correct?\r\n";
        assertThat(client.say("AUTH secret")).isEqualTo(refusal);
        assertThat(client.say("AUTH user secret")).isEqualTo(refusal);
        assertThat(client.say("HELLO 3 AUTH user secret")).isEqualTo(refusal);
        assertThat(client.say("GET k")).as("still RESP2").isEqualTo("$-1\r\n");
    }

    @Test
    void refusesNamesThatWouldBreakALine() {
        assertThat(client.ask("CLIENT", "SETNAME", "a b"))
                .isEqualTo("-ERR Client names cannot contain spaces, newlines or special characters.\r\n");
        assertThat(client.ask("no\r\nsuch", "x\ny"))
                .isEqualTo("-ERR unknown command 'no  such', with args beginning with: 'x y' \r\n");
    }

    @Test
    void aTransactionIsOneCommandInTheLog() {
        client.say("MULTI");
        client.say("SET a 1");
        client.say("SET b 2");
        assertThat(client.node().calls()).as("nobody has heard of it").isEmpty();
        client.say("EXEC");
        assertThat(client.node().calls()).containsExactly("propose");
    }

    @Test
    void aTransactionIsBoundedInCommandsAndInBytes() {
        client.say("MULTI");
        for (int i = 0; i < Limits.MAX_TRANSACTION_OPERATIONS; i++) {
            assertThat(client.say("INCR k")).isEqualTo("+QUEUED\r\n");
        }
        assertThat(client.say("INCR k")).startsWith("-ERR transaction is larger than the limit of 1024 commands");
        assertThat(client.say("EXEC")).startsWith("-EXECABORT");
        assertThat(client.say("GET k")).isEqualTo("$-1\r\n");

        String half = "v".repeat(Limits.MAX_TRANSACTION_BYTES / 2);
        client.say("MULTI");
        assertThat(client.ask("SET", "k", half)).isEqualTo("+QUEUED\r\n");
        assertThat(client.ask("SET", "k", half)).startsWith("-ERR transaction is larger than the limit of");
        assertThat(client.say("EXEC")).startsWith("-EXECABORT");
    }

    @Test
    void aTransactionWhoseRepliesCouldBeTooLargeDoesNothing() {
        client.ask("SET", "large", "v".repeat(Limits.MAX_VALUE_BYTES));
        client.say("MULTI");
        client.say("SET k v");
        for (int i = 0; i < 5; i++) {
            client.say("GET large");
        }
        assertThat(client.say("EXEC")).startsWith("-EXECABORT Transaction discarded: its replies could take");
        assertThat(client.say("GET k")).isEqualTo("$-1\r\n");
    }

    @Test
    void aPatternIsBounded() {
        String pattern = "*".repeat(Limits.MAX_PATTERN_BYTES);
        assertThat(client.ask("KEYS", pattern)).isEqualTo("*0\r\n");
        assertThat(client.ask("KEYS", pattern + "*"))
                .isEqualTo("-ERR pattern of 1025 bytes is larger than the limit of 1024 bytes\r\n");
        assertThat(client.ask("SCAN", "0", "MATCH", pattern + "*")).startsWith("-ERR pattern of 1025 bytes");
    }

    @Test
    void keysLiveByTheTimeOfTheLog() {
        client.say("SET k v EX 10");
        client.node().pass(Duration.ofSeconds(10));
        assertThat(client.say("GET k")).as("no command has come since").isEqualTo("$1\r\nv\r\n");
        client.say("SET other v");
        assertThat(client.say("GET k")).isEqualTo("$-1\r\n");
    }

    @Test
    void infoCountsKeys() {
        client.say("MSET a 1 b 2");
        client.say("EXPIRE a 10");
        assertThat(client.say("INFO keyspace")).contains("# Keyspace\r\ndb0:keys=2,expires=1,");
    }

    @Test
    void keepsKeysAndValuesOfAnyBytes() {
        assertThat(client.ask("SET", "key with\r\nbreak", "\0\r\n$3\r\n")).isEqualTo("+OK\r\n");
        assertThat(client.ask("GET", "key with\r\nbreak")).isEqualTo("$7\r\n\0\r\n$3\r\n\r\n");
    }

    @Test
    void refusesKeysAndValuesBeyondTheirLimits() {
        String key = "k".repeat(Limits.MAX_KEY_BYTES);
        assertThat(client.ask("SET", key, "v")).isEqualTo("+OK\r\n");
        assertThat(client.ask("SET", key + "k", "v"))
                .isEqualTo("-ERR key of 65537 bytes is larger than the limit of 65536 bytes\r\n");
        assertThat(client.ask("MSET", "a", "1", key + "k", "2")).startsWith("-ERR key of 65537 bytes");
        assertThat(client.ask("MGET", "a", key + "k")).startsWith("-ERR key of 65537 bytes");

        String value = "v".repeat(Limits.MAX_VALUE_BYTES);
        assertThat(client.ask("SET", "k", value)).isEqualTo("+OK\r\n");
        assertThat(client.ask("APPEND", "k", "x"))
                .isEqualTo("-ERR string exceeds maximum allowed size (proto-max-bulk-len)\r\n");
        assertThat(client.ask("STRLEN", "k")).isEqualTo(":" + Limits.MAX_VALUE_BYTES + "\r\n");
    }

    static Stream<CommandSpec> commands() {
        return new CommandTable(new ServerInfo(
                        "1",
                        NodeId.of("n1"),
                        new ScriptedNode(),
                        () -> StoreStatus.EMPTY,
                        new Counters(),
                        1,
                        "h:1",
                        Optional.empty(),
                        Duration.ofSeconds(5),
                        Instant.EPOCH,
                        List::of))
                .commands().stream();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void saysSoWhenThereAreTooFewArguments(CommandSpec command) {
        if (Math.abs(command.arity()) > 1) {
            String[] args = new String[Math.abs(command.arity()) - 1];
            java.util.Arrays.fill(args, "1");
            args[0] = command.name();
            assertThat(client.ask(args))
                    .startsWith("-ERR wrong number of arguments for '" + command.name())
                    .endsWith("' command\r\n");
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void saysSoWhenThereAreTooManyArguments(CommandSpec command) {
        if (command.arity() > 0) {
            String[] args = new String[command.arity() + 1];
            java.util.Arrays.fill(args, "1");
            args[0] = command.name();
            assertThat(client.ask(args))
                    .isEqualTo("-ERR wrong number of arguments for '" + command.name() + "' command\r\n");
        }
    }

    @Test
    void commandDescribesTheTable() {
        long count = commands().count();
        assertThat(client.say("COMMAND COUNT")).isEqualTo(":" + count + "\r\n");
        assertThat(client.say("COMMAND")).startsWith("*" + count + "\r\n*6\r\n");
    }

    @Test
    void infoHasSections() {
        assertThat(client.say("INFO"))
                .contains(
                        "# Server\r\n",
                        "redis_version:7.2.0\r\n",
                        "pecanraft_version:1.2.3\r\n",
                        "threads:",
                        "# Raft\r\n");
        assertThat(client.say("INFO raft"))
                .contains("raft_role:LEADER\r\n", "raft_application_version:4\r\n", "raft_minimum_version:2\r\n")
                .doesNotContain("# Server");
        assertThat(client.say("INFO nothing")).isEqualTo("$0\r\n\r\n");
    }

    @Test
    void raftStatusSaysTheSameToPeopleAndPrograms() {
        String reply = client.say("RAFT STATUS JSON");
        JsonObject json = JsonParser.parseString(reply.substring(reply.indexOf("\r\n") + 2))
                .getAsJsonObject();
        assertThat(json.get("node").getAsString()).isEqualTo("n1");
        assertThat(json.get("version").getAsString()).isEqualTo("1.2.3");
        assertThat(json.get("role").getAsString()).isEqualTo("LEADER");
        assertThat(json.get("term").getAsLong()).isEqualTo(3);
        assertThat(json.get("leader").getAsString()).isEqualTo("n1");
        assertThat(json.get("pid").getAsLong())
                .isEqualTo(ProcessHandle.current().pid());
        assertThat(json.keySet()).contains("commitIndex", "appliedIndex", "lastIndex");
        assertThat(json.get("applicationVersion").getAsInt()).isEqualTo(4);
        assertThat(json.get("minimumVersion").getAsInt()).isEqualTo(2);
        JsonObject follower = json.getAsJsonArray("followers").get(0).getAsJsonObject();
        assertThat(follower.get("node").getAsString()).isEqualTo("n2");
        assertThat(follower.get("matchIndex").getAsLong()).isEqualTo(5);
        assertThat(follower.get("lagEntries").getAsLong()).isEqualTo(2);
        assertThat(follower.get("applicationVersion").getAsInt()).isEqualTo(2);

        client.say("HELLO 3");
        assertThat(client.say("RAFT STATUS")).startsWith("%" + json.size() + "\r\n$4\r\nnode\r\n$2\r\nn1\r\n");
    }
}
