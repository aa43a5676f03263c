package io.pecanraft.transport.netty;

import io.netty.channel.group.ChannelGroup;
import org.jspecify.annotations.Nullable;

/**
 * What the connections of one transport have in common.
 *
 * @param config the settings
 * @param loops the threads
 * @param resolver of names
 * @param channels all connections in both directions; closes whatever is added after it was closed
 * @param counters what they count
 * @param tls what secures them; null when nothing does
 */
record TransportParts(
        NettyTransportConfig config,
        EventLoops loops,
        AddressResolver resolver,
        ChannelGroup channels,
        TransportCounters counters,
        @Nullable Tls tls) {}
