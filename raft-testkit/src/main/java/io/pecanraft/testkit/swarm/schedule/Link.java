package io.pecanraft.testkit.swarm.schedule;

/**
 * The way from one server to another; the way back is another link.
 *
 * @param from number of the sender, from 0
 * @param to number of the receiver, from 0
 */
public record Link(int from, int to) {

    static Link parse(String text) {
        int arrow = text.indexOf('>');
        return new Link(Arguments.number(text.substring(0, arrow)), Arguments.number(text.substring(arrow + 1)));
    }

    @Override
    public String toString() {
        return Arguments.name(from) + ">" + Arguments.name(to);
    }
}
