/**
 * RESP, the protocol that Redis clients speak, over Netty: versions 2 and 3 for replies, arrays of bulk strings (or plain
 * lines) for requests.
 *
 * <pre>
 *   socket ──► RedisDecoder ──► RequestAssembler ──► RespConnection ──► CommandTable (what a request means)
 *                                                     │      ▲
 *                                          Operations ▼      │ results
 *                                                  OperationPipeline ──► Replication (propose, read; hold and retry)
 * </pre>
 *
 * <p>Read {@link io.pecanraft.examples.kv.resp.RespConnection} first. A connection lives on one event loop and has no
 * locks; it hands operations to the Raft node, which only enqueues them, and results come back as one task per batch.
 *
 * <p>Everything is bounded: the size of a request while it arrives, requests in flight per connection and per server,
 * replies waiting for a slow reader, connections. Beyond a limit the socket is not read, so that TCP tells the client to
 * wait; see {@link io.pecanraft.examples.kv.resp.RespLimits}.
 */
@NullMarked
package io.pecanraft.examples.kv.resp;

import org.jspecify.annotations.NullMarked;
