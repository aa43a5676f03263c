package io.pecanraft.transport.netty;

import io.netty.channel.group.ChannelGroup;

/**
 * What the connections of one transport have in common.
 *
 * @param config the settings
 * @param loops the threads
 * @param resolver of names
 * @param channels all connections in both directions; closes whatever is added after it was closed
 * @param counters what they count
 */
record TransportParts(
        NettyTransportConfig config,
        EventLoops loops,
        AddressResolver resolver,
        ChannelGroup channels,
        TransportCounters counters) {}
