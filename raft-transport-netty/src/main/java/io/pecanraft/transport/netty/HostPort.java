package io.pecanraft.transport.netty;

/**
 * The address of a peer as an operator writes it: {@code name:port}, {@code 10.0.0.1:port} or {@code [fe80::1]:port}.
 *
 * @param host a name or a literal address, without brackets
 * @param port from 1
 */
record HostPort(String host, int port) {

    private static final int MAX_PORT = 65_535;

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException with what is wrong
     */
    static HostPort parse(String address) {
        int colon = address.lastIndexOf(':');
        String host = colon < 0 ? "" : address.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw invalid(address, "an IPv6 address needs brackets");
        }
        if (host.isEmpty() || !host.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw invalid(address, "the host is missing or has characters other than visible ASCII");
        }
        String digits = address.substring(colon + 1);
        int port = digits.matches("[0-9]{1,5}") ? Integer.parseInt(digits) : 0;
        if (port < 1 || port > MAX_PORT) {
            throw invalid(address, "the port must be from 1 to " + MAX_PORT);
        }
        return new HostPort(host, port);
    }

    private static IllegalArgumentException invalid(String address, String why) {
        return new IllegalArgumentException("address '" + address + "' is not host:port: " + why);
    }
}
