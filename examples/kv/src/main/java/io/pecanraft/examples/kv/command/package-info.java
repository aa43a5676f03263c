/**
 * The commands that clients may send, as a table.
 *
 * <p>{@link io.pecanraft.examples.kv.command.CommandTable} finds the row of a request and checks what all commands have in
 * common: the number of arguments and the length of keys. A row ({@link io.pecanraft.examples.kv.command.CommandSpec})
 * names a command, says what COMMAND tells clients about it, and holds the method that makes a response of a request. To
 * add a command, add a row to the list of its kind: {@link io.pecanraft.examples.kv.command.ConnectionCommands}, {@link
 * io.pecanraft.examples.kv.command.StringCommands}, {@link io.pecanraft.examples.kv.command.ServerCommands}, {@link
 * io.pecanraft.examples.kv.command.RaftCommands}.
 *
 * <p>Error texts are those of Redis where it has one. Called by the threads of connections; nothing here blocks.
 */
@NullMarked
package io.pecanraft.examples.kv.command;

import org.jspecify.annotations.NullMarked;
