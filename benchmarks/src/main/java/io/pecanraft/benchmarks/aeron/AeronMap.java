package io.pecanraft.benchmarks.aeron;

import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.cluster.codecs.CloseReason;
import io.aeron.cluster.service.ClientSession;
import io.aeron.cluster.service.Cluster;
import io.aeron.cluster.service.ClusteredService;
import io.aeron.logbuffer.Header;
import io.pecanraft.benchmarks.system.KeyValues;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** The state machine as Aeron Cluster calls it. A message is {@code int id | put}, its answer the id. No snapshots: none is asked for. */
final class AeronMap implements ClusteredService {

    private final KeyValues map = new KeyValues();
    private final UnsafeBuffer reply = new UnsafeBuffer(new byte[Integer.BYTES]);
    private byte[] put = {};
    private @Nullable IdleStrategy idle;

    @Override
    public void onStart(Cluster cluster, @Nullable Image snapshot) {
        idle = cluster.idleStrategy();
    }

    @Override
    public void onSessionMessage(
            ClientSession session, long timestamp, DirectBuffer buffer, int offset, int length, Header header) {
        int putBytes = length - Integer.BYTES;
        if (put.length != putBytes) {
            put = new byte[putBytes];
        }
        buffer.getBytes(offset + Integer.BYTES, put);
        map.apply(ByteBuffer.wrap(put));
        reply.putInt(0, buffer.getInt(offset));
        answer(session);
    }

    private void answer(ClientSession session) {
        if (idle == null) {
            throw new IllegalStateException("not started");
        }
        idle.reset();
        while (session.offer(reply, 0, Integer.BYTES) < 0) {
            if (session.isClosing()) {
                return;
            }
            idle.idle();
        }
    }

    @Override
    public void onSessionOpen(ClientSession session, long timestamp) {}

    @Override
    public void onSessionClose(ClientSession session, long timestamp, CloseReason reason) {}

    @Override
    public void onTimerEvent(long correlationId, long timestamp) {}

    @Override
    public void onTakeSnapshot(ExclusivePublication snapshot) {}

    @Override
    public void onRoleChange(Cluster.Role role) {}

    @Override
    public void onTerminate(Cluster cluster) {}
}
