package io.pecanraft.examples.kv;

/**
 * A node that a command asks.
 *
 * @param name what it is expected to be called; its address where that is all that is known
 * @param address where its clients connect
 */
record AskedNode(String name, HostPort address) {

    /** Name and address; the address once. */
    @Override
    public String toString() {
        return name.equals(address.toString()) ? name : name + " at " + address;
    }
}
